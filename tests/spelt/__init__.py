"""Editions written in all the ways that are read: what is drawn, how it may be written, where it stands."""
