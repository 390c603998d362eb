"""Exports of form tools: rows and headers put straight, and what their columns are likely to mean."""
