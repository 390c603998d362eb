"""Who is forgotten is in no byte of the store, its log, its lock and later copies; all else stays."""

import contextlib
import json
import random
import sqlite3
import unicodedata
from pathlib import Path

import pytest
from cli_case import EDITION, write_edition
from small import member, small_edition
from test_rounds import answers, started

import sip_grouping as sip
from sip_grouping.rounds import Rounds

NAMES = {
    "m0": "Zoë Ångström-Lefèvre",
    "m1": unicodedata.normalize("NFD", "Éloïse Dûment Çà"),
    "m2": "Łukasz Żółć 王小明",
    "m3": 'O\'Neil \\ "Quote" \t Tab',
    "m4": "Plain Surname",
    "m5": "Other Surname",
}
KEPT = ("m4", "m5")


def edition_of_persons() -> sip.Edition:
    people = [
        member(
            who, km=0.3137 * n + 0.0123456, moderator=n % 3 == 0, name=name,
            email=f"{who}.first@hidden{n}.example", extra={"Téléphone": f"+32 47{n} 11", "Note": name[::-1]},
        )
        for n, (who, name) in enumerate(NAMES.items())
    ]  # fmt: skip
    return small_edition(people)


def spellings(text: str) -> set[bytes]:
    """Return the bytes of a text as files may hold it."""
    forms = {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC"))}
    forms |= {json.dumps(one)[1:-1] for one in forms}
    forms |= {json.dumps(one, ensure_ascii=False)[1:-1] for one in forms}
    return {
        one.encode(code, "surrogatepass")
        for one in forms
        for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    } | {one.encode("latin-1", "replace") for one in forms if one.isascii()}


def personal_texts(rounds: Rounds) -> dict[str, set[str]]:
    """Return per member every personal text that was ever recorded."""
    found: dict[str, set[str]] = {}
    _, personal = rounds._store.recorded()
    for some in personal.values():
        for who, data in some.items():
            texts = found.setdefault(who, set())
            for value in data.values():
                values = value.values() if isinstance(value, dict) else [value]
                texts |= {str(one) for one in values if len(str(one)) > 3}  # 4.0 is anywhere
    return found


def found_in(folder: Path, texts: set[str], *names: str) -> list[str]:
    """Return which texts stand in some spelling in the files that are called so."""
    files = [path for name in names for path in folder.glob(f"{name}*") if path.is_file()]
    raw = b"\0".join(path.read_bytes() for path in files)
    return sorted(text for text in texts if any(one in raw for one in spellings(text)))


def lived_in(path: Path, changes: int) -> dict[str, set[str]]:
    """Make a store whose members answered, commented, moved and changed their names many times."""
    choices = random.Random(5)
    with started(path, edition_of_persons()) as rounds:
        rounds.propose()
        for number in range(changes):
            rows = []
            for who in choices.sample(sorted(NAMES), 4):
                said = f"{who} says {number} {NAMES[who][::2]} {'x' * choices.randrange(2000)}"
                quoted = said.replace('"', "")
                rows.append(f'{who},{choices.choice(["accept", "none"])},"{quoted}"')
            text = "\n".join(["member_id,answer,comment", *rows, ""])
            rounds.answer(answers(path.with_name("a.csv"), text))
            who = choices.choice(sorted(NAMES))
            name = f"{unicodedata.normalize('NFD', 'Mariée')} {who} {number}"
            header = "member_id,country,postcode,theme_1,latitude,longitude,name,email,Wheelchair"
            row = (
                f"{who},BE,1000,a,{50.0123 + number / 997:.6f},{4 + number / 9973:.6f},"
                f"{name},{who}-{number}@new.example,room {number} of {who}"
            )
            rounds.members(answers(path.with_name("m.csv"), f"{header}\n{row}\n"))
        return personal_texts(rounds)


def test_nothing_personal_is_left_of_who_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    texts = lived_in(path, 12)
    gone = sorted(set(NAMES) - set(KEPT))
    assert all(len(texts[who]) > 8 for who in NAMES)
    # While one who looks has the store open, so that its log stays.
    with Rounds.open(path, write=False) as looking:
        for who in gone:
            assert set(found_in(tmp_path, texts[who], "s.db")) == texts[who]
            with Rounds.open(path) as rounds:
                rounds.forget(who)
                rounds.steps()
            assert found_in(tmp_path, texts[who], "s.db", ".s.db") == [], who
        assert looking.state().edition().member_by_id["m5"].name
    with Rounds.open(path) as rounds:
        rounds.backup(tmp_path / "copy.db")
        rounds.export(tmp_path / "out")
        edition = rounds.state().edition()
        for who in NAMES:
            assert (edition.member_by_id[who].email is None) == (who in gone)
    for who in gone:
        assert found_in(tmp_path, texts[who], "s.db", ".s.db", "copy.db") == []
        assert found_in(tmp_path / "out" / "edition", texts[who], "") == []
        assert found_in(tmp_path / "out" / "grouping", texts[who], "") == []
    for who in KEPT:  # nothing of the others is lost
        assert set(found_in(tmp_path, texts[who], "s.db")) == texts[who]
        assert set(found_in(tmp_path, texts[who], "copy.db")) == texts[who]


def test_a_forget_that_was_killed_before_the_file_was_wiped_is_finished_by_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    texts = lived_in(path, 6)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("sip_grouping.rounds.store._wiped", killed)
        with Rounds.open(path) as rounds, pytest.raises(Killed):
            rounds.forget("m0")
    with Rounds.open(path, write=False) as rounds:
        assert rounds.steps()[-1].what == "forget"
        assert "m0" not in personal_texts(rounds)
        rounds.backup(tmp_path / "copy.db")  # of what is there, not of what was
    assert found_in(tmp_path, texts["m0"], "copy.db") == []
    Rounds.open(path).close()
    assert found_in(tmp_path, texts["m0"], "s.db") == []


def test_a_reader_who_does_not_end_keeps_the_log_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    texts = lived_in(path, 3)
    monkeypatch.setattr("sip_grouping.rounds.database._BUSY_S", 0.1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM personal").fetchone()
        with Rounds.open(path) as rounds:
            with pytest.raises(sip.InputError, match="store-read"):
                rounds.forget("m0")
            assert "m0" not in personal_texts(rounds)
        with Rounds.open(path) as rounds:  # others are not kept from their work
            rounds.propose()
        assert found_in(tmp_path, texts["m0"], "s.db")
    Rounds.open(path).close()
    assert found_in(tmp_path, texts["m0"], "s.db") == []


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("far", [False, True])
def test_the_groups_of_who_is_forgotten_still_verify(
    *, accepted: bool, far: bool, tmp_path: Path
) -> None:
    """Also where the postcode lies too far from the place of the group."""
    rows = "".join(
        f"m{n},BE,{1000 if far and n < 2 else 4000},support,50.63{n},5.57,Hidden {n}\n"
        for n in range(6)
    )
    header = "member_id,country,postcode,theme_1,latitude,longitude,name\n"
    rules = EDITION.replace(
        "[rules]\n", "[rules]\ntravel_km = 20\nmoderators = 0\nsecretaries = 0\n"
    )
    folder = write_edition(tmp_path / "edition", edition=rules, members=header + rows)
    edition = sip.load_edition(folder)
    with started(tmp_path / "s.db", edition) as rounds:
        rounds.propose()
        said = "accept" if accepted else "none"
        text = "member_id,answer\n" + "".join(f"m{n},{said}\n" for n in range(4))
        rounds.answer(answers(tmp_path / "a.csv", text))
        for who in ("m0", "m1", "m2"):
            rounds.forget(who)
            rounds.export(tmp_path / who)
            stands = sip.load_edition(tmp_path / who / "edition")
            assert stands.member_by_id[who].name is None
            verified = sip.verify(stands, sip.load_grouping(tmp_path / who / "grouping"))
            assert verified.violations == ()
        homes = [stands.member_by_id[who].own_position for who in ("m0", "m1", "m2")]
        assert [one is not None for one in homes] == [far, far, False]  # at the office, or nowhere
        assert len(rounds.state().accepted) == (4 if accepted else 0)


def test_groups_that_members_left_are_written_without_them(tmp_path: Path) -> None:
    with started(tmp_path / "s.db", sip.load_edition(write_edition(tmp_path / "e"))) as rounds:
        rounds.propose()
        rounds.answer(answers(tmp_path / "a.csv", "member_id,answer\nd,decline\na,accept\n"))
        rounds.export(tmp_path / "out")
    edition = sip.load_edition(tmp_path / "out" / "edition")
    grouping = sip.load_grouping(tmp_path / "out" / "grouping")
    placed = {one.member_id for one in grouping.placements}
    assert "a" in placed
    assert "d" not in placed
    assert sip.verify(edition, grouping).violations == ()
