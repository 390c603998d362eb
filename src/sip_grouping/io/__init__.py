"""Reading and writing: editions and groupings as folders, DataFrames and Python objects."""

from sip_grouping.io.editions import edition_from_frames, load_edition, make_edition
from sip_grouping.io.groupings import check_output, load_grouping, save
from sip_grouping.io.writing import save_edition

__all__ = [
    "check_output",
    "edition_from_frames",
    "load_edition",
    "load_grouping",
    "make_edition",
    "save",
    "save_edition",
]
