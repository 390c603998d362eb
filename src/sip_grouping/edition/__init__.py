"""An edition: all input of one run, frozen, and what must hold between its records."""

from sip_grouping.edition.edition import Edition

__all__ = ["Edition"]
