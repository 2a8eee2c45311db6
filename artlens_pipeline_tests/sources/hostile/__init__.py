"""Files that a collection had better not hold, made by us, and what must come of each."""
