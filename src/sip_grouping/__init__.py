"""Form working groups of a cooperative's members: proven good, verified and explained."""

__version__ = "0.1.0"
