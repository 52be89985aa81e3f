"""The guide, as Sphinx builds it. Its pages are Markdown (MyST) and are readable as they are."""

project = "cardwarden"
author = "the cardwarden authors"
copyright = "2026, the cardwarden authors"  # noqa: A001 - Sphinx's name for it
extensions = ["myst_parser"]
exclude_patterns: list[str] = []
html_theme = "furo"
html_title = "cardwarden"
html_extra_path: list[str] = []
smartquotes = False  # what is quoted is often typed
html_copy_source = False
html_show_sphinx = False
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a page that includes another begins below its first heading
