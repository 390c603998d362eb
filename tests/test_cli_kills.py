"""A few kills of `form` at random moments; `campaigns/kills.py` makes hundreds of them."""

import sys
from pathlib import Path

import pytest
from campaigns.kills import campaign, make_targets
from how_many import cases


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to another process")
def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    targets = make_targets(tmp_path, [100])
    kills = cases(2, 4)
    ends = campaign(targets, kills, 7, tmp_path)
    assert [end.faults for end in ends] == [()] * kills
