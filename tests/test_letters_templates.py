"""Own templates: each replaces one of the package by its name; a broken one has its file and line told."""

from pathlib import Path

import pytest
from letters_by_hand import edition_with, grouping_with, person

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.grouping import Grouping, Reason

SHIPPED = Path(sip.__file__).parent / "report" / "templates" / "letters"
DOCS = Path(__file__).parents[1] / "docs" / "letters.md"


@pytest.fixture
def edition() -> sip.Edition:
    return edition_with(
        [
            person("a", moderator=True, languages=("nl",), extra={"Aanspreking": "Mevrouw <b>"}),
            person("b", languages=("fr",), extra={"Aanspreking": "Monsieur"}),
            person("c", languages=("en",), extra={"Aanspreking": "Dr"}),
        ]
    )


@pytest.fixture
def grouping(edition: sip.Edition) -> Grouping:
    wanted = {"theme": "support", "place": "bxl", "members": ["a", "b"], "moderators": ["a"]}
    return grouping_with(edition, [wanted], {"c": Reason.NO_MODERATOR})  # type: ignore[list-item]


def templates(folder: Path, **files: str) -> Path:
    own = folder / "own"
    own.mkdir()
    for name, text in files.items():
        stem, _, end = name.rpartition("_")
        (own / f"{stem.replace('_', '.')}.{end}").write_text(text, "utf-8")
    return own


def write(edition: sip.Edition, grouping: Grouping, folder: Path, own: Path) -> sip.Letters:
    return sip.write_letters(edition, grouping, folder / "x", templates=own)


def test_one_template_replaces_one_and_leaves_the_others(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(
        tmp_path,
        member_txt='{{ member.extra["Aanspreking"] }} {{ member.name }}: {{ status }} {{ edition }}',
    )
    written = write(edition, grouping, tmp_path, own)
    assert [one.code for one in written.warnings] == []
    text = (tmp_path / "x" / "member-a.txt").read_text("utf-8")
    assert text == "Mevrouw <b> Namea Family: placed 2026-2027\n"
    assert "Begeleiding" in (tmp_path / "x" / "member-a.html").read_text("utf-8")


def test_html_of_an_own_template_is_escaped(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(tmp_path, layout_html='<p>{{ member.extra["Aanspreking"] }}</p>',
                    group_html="<p>{{ group.theme }}</p>")  # fmt: skip
    write(edition, grouping, tmp_path, own)
    html = (tmp_path / "x" / "member-a.html").read_text("utf-8")
    assert html == "<p>Mevrouw &lt;b&gt;</p>\n"


def test_sentences_of_one_language_may_be_replaced(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sentences = (SHIPPED / "sentences.nl.jinja").read_text("utf-8")
    assert "Met vriendelijke groet," in sentences
    own = templates(
        tmp_path, sentences_nl_jinja=sentences.replace("Met vriendelijke groet,", "Tot binnenkort,")
    )
    write(edition, grouping, tmp_path, own)
    for end in ("txt", "html", "eml"):
        assert "Tot binnenkort," in (tmp_path / "x" / f"member-a.{end}").read_text("utf-8")
        assert "Tot binnenkort," not in (tmp_path / "x" / f"member-b.{end}").read_text("utf-8")


def test_a_template_may_use_others_of_the_folder(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(
        tmp_path, member_txt='{% include "foot.txt" %}', foot_txt="Foot of {{ edition }}"
    )
    written = write(edition, grouping, tmp_path, own)
    assert written.warnings == ()
    assert (tmp_path / "x" / "member-a.txt").read_text("utf-8") == "Foot of 2026-2027\n"


def test_a_file_that_replaces_nothing_is_named(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(tmp_path, members_txt="x")
    (told,) = write(edition, grouping, tmp_path, own).warnings
    assert told.code == "template-unused"
    assert "members.txt" in told.message
    assert "did you mean 'member.txt'?" in told.remedy


BROKEN = {
    "a block that is not closed": ("syntax", 3, "Hello\n{% if status %}\nx"),
    "a filter that does not exist": ("syntax", 1, "{{ edition | shout }}"),
    "a name that does not exist": ("unknown", 3, "a\nb\n{{ membre.name }}"),
    "a field that does not exist": ("unknown", 2, "a\n{{ member.naam }}"),
    "a column that nobody has": ("unknown", 1, "{{ member.extra.Titel }}"),
    "a template that does not exist": ("missing", 2, 'a\n{% include "foot.txt" %}'),
    "a template outside of the folder": ("missing", 1, '{% include "../secret.txt" %}'),
    "the inside of Python": ("", 1, '{{ member.__class__.__mro__ }}'),
    "a value that does not fit": ("", 2, "a\n{{ member.name + 1 }}"),
    "a number that is none": ("", 1, "{{ (member.name | int(base=99)) }}{{ 1 / 0 }}"),
    "the name of a member": ("", 1, "{{ member.extra[member.name] }}"),
    "a change": ("", 1, '{{ member.extra.update({"a": "b"}) }}'),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_template_is_a_finding_with_its_file_and_line(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path, what: str
) -> None:
    variant, line, text = BROKEN[what]
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    own = templates(tmp_path, member_txt=text)
    with pytest.raises(sip.InputError) as caught:
        write(edition, grouping, tmp_path, own)
    (told,) = caught.value.findings
    assert (told.code, told.variant, told.row) == ("bad-template", variant, line)
    assert told.file == str(own / "member.txt")
    for language in LANGUAGES:
        shown = str(told.told_in(language))
        assert "Name" not in shown
        assert "Family" not in shown
        assert "secret" not in shown.replace("'../secret.txt'", "")
    assert not (tmp_path / "x").exists()


def test_a_broken_sentence_is_found_in_its_own_file(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sentences = (SHIPPED / "sentences.en.jinja").read_text("utf-8")
    lines = sentences.replace("{{ edition }}", "{{ editoin }}").splitlines()
    first = next(n for n, line in enumerate(lines, start=1) if "yet" in line)
    own = templates(tmp_path, sentences_en_jinja="\n".join(lines))
    with pytest.raises(sip.InputError) as caught:
        write(edition, grouping, tmp_path, own)
    (told,) = caught.value.findings
    assert (told.file, told.row) == (str(own / "sentences.en.jinja"), first)
    assert "did you mean 'edition'?" in told.remedy


def test_a_sentence_that_is_missing_is_told_with_the_file_that_lacks_it(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    """The file that asks for it is one of the package."""
    own = templates(tmp_path, sentences_nl_jinja="{% macro subject() %}x{% endmacro %}")
    with pytest.raises(sip.InputError) as caught:
        write(edition, grouping, tmp_path, own)
    (told,) = caught.value.findings
    assert (told.variant, told.file) == ("lacks", str(own / "sentences.nl.jinja"))
    assert "'greeting'" in told.message
    assert "member.txt" in told.message


def test_a_template_may_add_to_that_of_the_package(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(tmp_path, member_txt='{% include "ours/member.txt" %}\n\n\nPS {{ member.id }}')
    write(edition, grouping, tmp_path, own)
    text = (tmp_path / "x" / "member-b.txt").read_text("utf-8")
    assert text.startswith("Bonjour Nameb Family,")
    assert text.endswith("coopérative\n\nPS b\n")


def test_a_template_that_is_not_utf8_is_named(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    own = templates(tmp_path)
    (own / "member.txt").write_bytes("Société".encode("cp1252"))
    with pytest.raises(sip.InputError) as caught:
        write(edition, grouping, tmp_path, own)
    (told,) = caught.value.findings
    assert (told.variant, told.file) == ("encoding", str(own / "member.txt"))


def test_a_folder_of_templates_that_does_not_exist_is_told(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    with pytest.raises(sip.InputError) as caught:
        write(edition, grouping, tmp_path, tmp_path / "nowhere")
    (told,) = caught.value.findings
    assert told.code == "folder-missing"
    assert "templates" in told.remedy


def test_all_languages_have_the_same_sentences() -> None:
    def names(language: str) -> list[str]:
        text = (SHIPPED / f"sentences.{language}.jinja").read_text("utf-8")
        starts = ("{% macro ", "{% set ")
        return [line.partition(" -%}")[0] for line in text.splitlines() if line.startswith(starts)]

    assert [one.partition("=")[0] for one in names("nl")] == [
        one.partition("=")[0] for one in names("fr")
    ]
    assert len(names("nl")) == len(names("en")) > 25
