"""What a text means as a vector: the base model, models of the user's own, and their fusion with the corpus."""
