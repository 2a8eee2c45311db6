"""Files that a collection should not hold, but does: made from a seed, with what must come of them."""
