"""The member table that people read: placements, reasons in words, and answers beside each other.

Comes in: an edition and a grouping of it. Goes out: a DataFrame, ids only. The one place where a table
of members is made of both; the files of a grouping keep the codes alone (`columns`).
"""

from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.table import answers_table
from sip_grouping.frames import TEXT, cast
from sip_grouping.grouping.columns import MEMBER_COLUMNS, MEMBER_TABLE, frame_of
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.grouping import Grouping
from sip_grouping.grouping.reasons import Reason, reason_sentence

if TYPE_CHECKING:
    import pandas as pd

REASON_TEXT = "reason_text"
"""The column that tells the reason in words; it follows the columns of assignments.csv."""


def members_table(
    edition: Edition, grouping: Grouping | Formed | None, language: Language = "en"
) -> "pd.DataFrame":
    """Return one row per member and group: where it is, or why not, and what it answered.

    First the columns of assignments.csv, then ``reason_text``: the reason in words, in a language;
    then the columns of members.csv (`Edition.members_table`), never names or e-mail addresses. A
    further column of members.csv that is called like another has ``_answer`` after its name.

    Parameters
    ----------
    grouping
        A grouping of the edition, or a result; None: the table has all columns and no row.

    Raises
    ------
    NoGroupingError
        It is a result without a grouping.
    """
    own = None if grouping is None else grouping_of(grouping, "members_table")
    placed = frame_of(MEMBER_TABLE, ()) if own is None else own.members
    told = {reason.value: reason_sentence(reason, language) for reason in Reason}
    placed[REASON_TEXT] = placed["reason"].map(told, na_action="ignore")
    placed = cast(placed, {REASON_TEXT: TEXT})
    answers = answers_table(edition.members, beside=(*MEMBER_COLUMNS, REASON_TEXT))
    if own is None:
        answers = answers.iloc[:0]
    return placed.merge(answers, on="member_id", how="left", validate="many_to_one")
