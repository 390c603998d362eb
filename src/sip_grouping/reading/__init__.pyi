# The names of this package and where each of them lives; see `sip_grouping`.

from .editions import edition_from_frames, load_edition, make_edition
from .forms.importing import Imported, ReadAs, import_form
from .mapping import Duplicates, FormMapping, FormRows, Reading
from .writing import save_edition

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
