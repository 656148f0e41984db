"""The service: questions, topics, edits and versions over HTTP, from one table of routes (``routes``)."""
