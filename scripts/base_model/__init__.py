"""Trains the base model that ships in models/base: python -m scripts.base_model --out models/base."""
