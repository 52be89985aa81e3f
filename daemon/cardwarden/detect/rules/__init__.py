"""One file per rule; RULES lists them in the order in which they speak."""
