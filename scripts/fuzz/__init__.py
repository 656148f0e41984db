"""Coverage-guided fuzzing of all that reads what strangers wrote: ``python -m scripts.fuzz --help``."""
