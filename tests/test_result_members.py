"""The member table of a result: answers beside placements, and no column of one hides the other."""

import pytest
from small import member, small_edition

from sip_grouping.solve import form_groups

TAKEN = ["rank", "rank_answer", "theme", "status", "travel_km", "reason", "country", "languages"]


@pytest.mark.parametrize("names", [*([name] for name in TAKEN), TAKEN, ["rank_x", "rank_y"]])
def test_a_further_column_called_like_one_of_the_table_is_kept_beside_it(names: list[str]) -> None:
    extra = {name: f"own {name}" for name in names}
    people = [member(f"m{n}", n, extra=extra) for n in range(3)]
    table = form_groups(small_edition(people)).members
    assert len(set(table.columns)) == len(table.columns)
    assert list(table["rank"]) == [1, 1, 1]
    assert list(table["country"]) == ["BE"] * 3
    for name in names:
        holding = [c for c in table.columns if set(table[c].astype(str)) == {f"own {name}"}]
        assert len(holding) == 1
        assert holding[0].startswith(name)


def test_a_further_column_that_only_some_members_have() -> None:
    people = [member("m0", extra={"rank": "a"}), member("m1"), member("m2", extra={"note": "b"})]
    table = form_groups(small_edition(people)).members.set_index("member_id")
    assert table.loc["m0", "rank_answer"] == "a"
    assert table.loc["m2", "note"] == "b"
