"""An empty edition to fill in, and what is said of its columns: all of it made of the tables of `reading`."""

from sip_grouping.template.edition import Written, new_edition

__all__ = ["Written", "new_edition"]
