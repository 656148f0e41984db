"""Versions of a model: the artifact, the registry of versions, the lock and the model card."""
