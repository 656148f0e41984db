"""Files of settings and results: read within limits, written whole or not at all."""
