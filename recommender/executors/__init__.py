"""Who does the parts of a long job: this process, several, or the workers of a cluster."""
