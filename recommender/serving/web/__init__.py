"""The pages: views that make HTML of what the service knows, and what they share."""
