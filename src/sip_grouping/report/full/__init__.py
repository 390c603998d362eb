"""The report of a grouping: one page with its quality, its map, its groups, and who has none."""
