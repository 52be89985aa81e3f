"""What is asked of the store, for every face: dataclasses in, dataclasses out."""
