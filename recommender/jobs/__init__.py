"""What runs by night."""
