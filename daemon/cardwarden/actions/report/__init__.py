"""The verb report: what the history says of findings, or of a contact over a time, as a file for somebody else."""
