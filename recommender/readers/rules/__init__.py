"""The rules that classify the lines of a page."""
