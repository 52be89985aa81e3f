"""Many workers guard many households: what is due stands in one PostgreSQL, and whoever is free does it."""
