"""People's corrections of topics: the log, the commands that write it, and applying it to a model."""
