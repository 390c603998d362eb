"""Showing what came out: the readable summary, and what a console shows during a run."""
