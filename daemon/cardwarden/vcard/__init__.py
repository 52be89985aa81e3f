"""What a card says and what changed in it: pure functions over bytes and frozen values."""
