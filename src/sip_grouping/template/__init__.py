"""An empty edition to fill in, and what is said of its columns: all of it made of the tables of `reading`."""
