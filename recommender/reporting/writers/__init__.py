"""A report as HTML, Markdown, JSON, CSV and an image."""
