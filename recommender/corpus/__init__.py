"""The corpus: pages and records in, articles with their links and provenance out."""
