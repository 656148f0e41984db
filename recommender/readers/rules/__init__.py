"""The rules by which the lines of a page are told apart."""
