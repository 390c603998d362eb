"""Slips of form tools and spreadsheets: what is written, where it was seen, what is to come of it.

Comes in: nothing. Goes out: `SLIPS`, each an edition with one slip in it, judged by the file contract alone
and not by the code that reads it.
"""

from slips.base import Slip, write
from slips.cells import WORDS
from slips.codes import CODES
from slips.files import FILES, HEADERS
from slips.workbooks import WORKBOOKS

__all__ = ["SLIPS", "Slip", "write"]

SLIPS: tuple[Slip, ...] = (*FILES, *HEADERS, *WORDS, *CODES, *WORKBOOKS)
