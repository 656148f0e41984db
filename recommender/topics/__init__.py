"""Topics: features, clustering, naming, identity from training to training, curated topics and edits."""
