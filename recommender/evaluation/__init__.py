"""How good a model is: queries with known answers, metrics, comparison of versions, and the gate."""
