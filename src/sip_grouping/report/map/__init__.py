"""Groupings as maps: one scene of marks, drawn as a page of HTML or as a picture."""
