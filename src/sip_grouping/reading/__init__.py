"""Editions in and out: from folders, workbooks, DataFrames and Python objects, and back to a folder."""

from sip_grouping.reading.editions import edition_from_frames, load_edition, make_edition
from sip_grouping.reading.forms.importing import Imported, ReadAs, import_form
from sip_grouping.reading.mapping import Duplicates, FormMapping, FormRows, Reading
from sip_grouping.reading.writing import save_edition

__all__ = [
    "Duplicates",
    "FormMapping",
    "FormRows",
    "Imported",
    "ReadAs",
    "Reading",
    "edition_from_frames",
    "import_form",
    "load_edition",
    "make_edition",
    "save_edition",
]
