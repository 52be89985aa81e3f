"""Where cards come from: each source reads, none can write."""
