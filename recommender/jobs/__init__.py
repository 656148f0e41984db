"""Batch jobs: retraining, updates, checks, related lists of all articles, publishing."""
