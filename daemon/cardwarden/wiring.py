"""Settings become objects: the only module that knows everybody."""
