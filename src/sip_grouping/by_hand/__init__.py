"""Groupings that somebody changed by hand: read from the tables, verified, compared with what is stored.

Comes in: an edition, and the folder or workbook of a grouping whose tables were edited. Goes out: a
`Grouping`, the verdict of the verifier, what each change costs. Knows the readers and the verifier, never
the engine.
"""

from sip_grouping.by_hand.judge import Judged, grouping_from_tables, judged

__all__ = ["Judged", "grouping_from_tables", "judged"]
