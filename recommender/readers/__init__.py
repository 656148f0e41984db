"""Pages and data files to records, with notes on what could not be read."""
