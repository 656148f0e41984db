"""From a query to scored hits: features of candidates, weights, what a score means, and when there is no answer."""
