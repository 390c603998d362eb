"""Group ids: those that the engine makes are all different, may be file names, and lead nowhere."""

import json
import re
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from hypothesis import given
from hypothesis import strategies as st
from meridian import edition_of, living, office_at

from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.grouping import GROUP_ID, safe_group_id
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify


@given(st.text(min_size=0, max_size=20))
def test_any_office_gives_a_group_id(place: str) -> None:
    assert re.fullmatch(GROUP_ID, safe_group_id(f"a-{place}"))
    assert re.fullmatch(GROUP_ID, f"{safe_group_id(f'a-{place}')}-1")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("a", "b-c"), ("a-b", "c")),
        (("a", "x/y"), ("a", "x\\y")),
        (("a", "../../x"), ("a", "....x")),
        (("a", "video"), ("a", "vidéo")),
    ],
)
def test_no_two_groups_share_an_id(first: tuple[str, str], second: tuple[str, str]) -> None:
    """Themes and offices whose names run together are told apart by number."""
    themes = dict.fromkeys((first[0], second[0]))
    offices = dict.fromkeys((first[1], second[1]))
    near = [living(f"n{i}", 0.0, themes=(first[0],)) for i in range(2)]
    far = [living(f"f{i}", 100.0, themes=(second[0],)) for i in range(2)]
    online = [living(f"v{i}", 0.0, themes=(first[0],), local=False) for i in range(2)]
    edition = edition_of(
        [*near, *far, *online],
        themes=[Theme(id=one) for one in themes],
        offices=[office_at(one, 0.0 if one == first[1] else 100.0) for one in offices],
    )
    result = form_groups(edition, work_limit=20)
    assert result.grouping is not None
    ids = [group.group_id for group in result.grouping.group_records]
    assert len(ids) == len(set(ids)) == 3
    assert verify(edition, result.grouping).ok


@pytest.mark.parametrize("group_id", ["../../x", ".x", "a/b", "", "x\n", "x" * 256])
def test_a_folder_with_another_group_id_is_not_read(group_id: str, tmp_path: Path) -> None:
    edition = edition_of([living("a"), living("b")])
    grouping = build_grouping(edition, [{"theme": "a", "place": "hub", "members": ["a", "b"]}])
    save(grouping, tmp_path / "groups")
    file = tmp_path / "groups" / "grouping.json"
    record = json.loads(file.read_text("utf-8"))
    record["groups"][0]["group_id"] = group_id
    file.write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(tmp_path / "groups")
    assert [one.column for one in caught.value.findings] == ["groups.0.group_id"]
