"""Reading rules as tables: what is typed, what it is read as, how that is told."""
