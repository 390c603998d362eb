"""A few kills of the steps of a running edition; `campaigns/round_kills.py` makes hundreds of them."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def test_a_few_kills_leave_each_step_whole_or_away(tmp_path: Path) -> None:
    from campaigns.round_kills import campaign, make_starts  # noqa: PLC0415 - needs fcntl

    ends = campaign(make_starts(tmp_path, [30]), 3, 3, tmp_path)
    assert sum(end.killed for end in ends) == 3
    assert [fault for end in ends for fault in end.faults] == []
