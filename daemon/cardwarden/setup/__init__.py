"""From a few answers to a configuration that works: what `cardwarden init` guesses, tries, plans and writes."""
