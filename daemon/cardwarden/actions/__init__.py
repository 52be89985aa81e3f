"""One file per verb: what the program can be asked to do."""
