"""TOML and references to secrets become typed, frozen values."""
