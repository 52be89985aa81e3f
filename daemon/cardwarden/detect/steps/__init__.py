"""The steps that programs and people do to a value, and the cheapest chain of them that explains a change."""
