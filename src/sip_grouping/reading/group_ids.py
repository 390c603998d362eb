"""Ids of groups as people write them: known ones in another spelling, new ones, slips of the pen.

Comes in: the ids there are. Goes out: the id that a text means, or the one that it may have been meant for.
"""

import re
from collections.abc import Iterable

from sip_grouping.reading.names import Meant, MemberIds, Names


class GroupIds:
    """The ids of groups, and what stands for one of them."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        self._known = MemberIds((one, "") for one in self.ids)
        self._names = Names(dict.fromkeys(self.ids, ()))

    def __contains__(self, group_id: str) -> bool:
        return group_id in self._known

    def meant(self, text: str) -> Meant | None:
        """Return the one group that a text means: its id, also with other case or spaces.

        A number that a spreadsheet rewrote means the id that is the same number. Hyphens count: ``a-11``
        is not ``a-1-1``, since groups are numbered.
        """
        found = self._known.meant(text)
        if found is None or not found.rewritten:
            return found
        alike = spelling(found.member_id) == spelling(text)
        return found if alike or not re.search(r"[^\W\d_]", found.member_id) else None

    def near(self, text: str) -> str | None:
        """Return the id that a text is nearly like."""
        return self._names.near(text)


def spelling(text: str) -> str:
    """Return what ids are compared by where case and spaces do not count."""
    return re.sub(r"\s", "", text).casefold()
