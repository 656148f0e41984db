"""Texts as vectors: the base model, the user's own models, and their fusion with what the corpus teaches."""
