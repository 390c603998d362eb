"""Slips in how a file is written: encoding, separator, rows around the table, header.

Comes in: nothing. Goes out: `FILES` and `HEADERS`.
"""

import unicodedata

from slips.base import EDITION, MEMBERS, Slip, members, rows, text
from slips.sources import seen

_SEMICOLONS = text(rows(), ";")
_EMPTY = [""] * 8

FILES: tuple[Slip, ...] = (
    Slip(
        "byte-order-mark",
        "files",
        seen("bom-in-key"),
        "UTF-8 with a byte-order mark",
        "read",
        {"members.csv": text(rows()).encode("utf-8-sig")},
    ),
    Slip(
        "byte-order-mark-quoted-header",
        "files",
        seen("bom-title"),
        'A byte-order mark before a quoted header: `"member_id","country"`',
        "read",
        {
            "members.csv": "\r\n".join(
                ",".join(f'"{cell}"' for cell in row) for row in rows()
            ).encode("utf-8-sig")
        },
    ),
    Slip(
        "unicode-text",
        "files",
        seen("unicode-text"),
        "*Unicode text* of Excel: UTF-16 with a mark, tabs",
        "read",
        {"members.csv": text(rows(), "\t").encode("utf-16")},
        (("a01", "office", "liege"),),
    ),
    Slip(
        "utf16-big-endian",
        "files",
        seen("utf16-export"),
        "UTF-16, big-endian, with a mark",
        "read",
        {"members.csv": b"\xfe\xff" + text(rows(), ";").encode("utf-16-be")},
    ),
    Slip(
        "windows-1252",
        "files",
        seen("cp1252-import"),
        "`Liège` in Windows-1252, as *Save as CSV* of Excel writes it",
        "warning",
        members({"a01.office": "Liège"}, separator=";", encoding="cp1252"),
        (("a01", "office", "liege"),),
        ("1252", "Liège"),
        "the first cell that it changed is shown",
    ),
    Slip(
        "windows-1252-in-a-name",
        "files",
        seen("cp1252-excel"),
        "Windows-1252 in which only a name has an accent",
        "warning",
        members(separator=";", encoding="cp1252"),
        (("f03", "name", "Verborgen Gaëlle"),),
        ("1252",),
        "the name is not shown",
    ),
    Slip(
        "mixed-encodings",
        "files",
        seen("mixed-encodings"),
        "Rows in UTF-8 and rows in Windows-1252 in one file",
        "error",
        {
            "members.csv": text(rows({"a01.office": "Liège"})[:5]).encode("utf-8")
            + text(rows({"f01.office": "Liège"})[5:]).encode("cp1252")
        },
        names=("UTF-8",),
        says="the bytes are neither one encoding nor the other",
    ),
    Slip(
        "seen-as-windows-1252-before",
        "files",
        seen("mojibake"),
        "`LiÃ¨ge`: UTF-8 that a tool took for Windows-1252 and saved again",
        "error",
        members({"a01.office": "LiÃ¨ge"}),
        names=("LiÃ¨ge",),
        says="there is no such office",
    ),
    Slip(
        "mac-line-ends",
        "files",
        seen("mac-lines"),
        "Lines end in a carriage return alone (Excel for Mac)",
        "read",
        {"members.csv": text(rows(), ",", "\r").encode()},
    ),
    Slip(
        "semicolons",
        "files",
        seen("semicolons"),
        "Semicolons, as Excel writes CSV in French and Dutch",
        "read",
        {"members.csv": _SEMICOLONS.encode()},
    ),
    Slip(
        "semicolons-and-bare-commas",
        "files",
        seen("unquoted-commas"),
        "Semicolons between cells, and bare commas in them: `fr, nl`",
        "read",
        members({"*.languages": "fr, nl", "*.slots": "tue-evening, thu-evening"}, separator=";"),
        (("a01", "languages", ("fr", "nl")), ("f04", "slots", ("thu-evening", "tue-evening"))),
    ),
    Slip(
        "sep-comma",
        "files",
        seen("sep-line"),
        "First line `sep=,` after a byte-order mark",
        "read",
        {"members.csv": ("sep=,\r\n" + text(rows())).encode("utf-8-sig")},
    ),
    Slip(
        "sep-tab-quoted",
        "files",
        seen("sep-no-bom"),
        'First line `"sep=<tab>"`, quoted',
        "read",
        {"members.csv": ('"sep=\t"\r\n' + text(rows(), "\t")).encode()},
    ),
    Slip(
        "sep-line-of-another-sign",
        "files",
        seen("sep-line"),
        "First line `sep=;` over semicolons, with `SEP` in capitals",
        "read",
        {"members.csv": ("SEP=;\r\n" + _SEMICOLONS).encode()},
    ),
    Slip(
        "title-row-above",
        "files",
        seen("title-rows"),
        "A title and a blank row above the header",
        "warning",
        {"members.csv": ("Smart in Progress 2026;;;\r\n;;;\r\n" + _SEMICOLONS).encode()},
        (("f01", "office", "lille"),),
        ("Smart in Progress|above|header",),
        "what was passed over is noted",
    ),
    Slip(
        "blank-rows-above",
        "files",
        seen("empty-leading-rows"),
        "Blank rows above the header",
        "read",
        {"members.csv": (";;;;\r\n\r\n" + _SEMICOLONS).encode()},
        may_warn=True,
    ),
    Slip(
        "blank-rows-between",
        "files",
        seen("blank-row"),
        "Rows of separators alone between and below the members",
        "read",
        {
            "members.csv": text(
                [row for one in rows() for row in (one, _EMPTY)] + [_EMPTY] * 3, ";"
            ).encode()
        },
    ),
    Slip(
        "empty-columns-behind",
        "files",
        seen("empty-columns"),
        "Empty columns without a title behind the last one: `;;;;`",
        "read",
        {"members.csv": text([[*row, "", "", "", ""] for row in rows()], ";").encode()},
    ),
    Slip(
        "empty-rows-behind",
        "files",
        seen("empty-rows"),
        "Hundreds of empty rows behind the last one",
        "read",
        {"members.csv": (_SEMICOLONS + (";" * 16 + "\r\n") * 400).encode()},
    ),
    Slip(
        "empty-column-before",
        "files",
        seen("empty-first-column"),
        "An empty column before the first one",
        "read",
        {"members.csv": text([["", *row] for row in rows()], ";").encode()},
    ),
    Slip(
        "row-of-one-space",
        "files",
        seen("space-cell"),
        "A row below the members with one space in it",
        "read",
        {"members.csv": (_SEMICOLONS + " ;\xa0;;;;\r\n").encode()},
    ),
    Slip(
        "total-below",
        "files",
        None,
        "A row of totals below the members: `Total;;;8`",
        "error",
        {"members.csv": (_SEMICOLONS + "Total;;;8\r\n").encode()},
        names=("row 10",),
        says="the row is no member",
    ),
    Slip(
        "line-break-in-a-remark",
        "files",
        seen("cell-line-break"),
        "A remark with line breaks and quotation marks in it",
        "read",
        members(
            more={"Remarques": ['Pas le lundi ;\nsinon "avec plaisir"', *[""] * 7]}, separator=";"
        ),
        (("f04", "office", None),),
        may_warn=True,
    ),
    Slip(
        "every-row-in-quotes",
        "files",
        seen("quoted-twice"),
        'Every line is one quoted cell: `"a01,BE,""4000"""`',
        "named",
        {"members.csv": "".join(f'"{line}"\r\n' for line in text(rows()).splitlines()).encode()},
        (("a01", "office", "liege"),),
        ("member_id|separat|quot|column",),
        "the cells stand in one column",
    ),
    Slip(
        "quotation-mark-left-open",
        "files",
        seen("quote-open"),
        'A cell that begins with `"` and never ends',
        "error",
        {"members.csv": _SEMICOLONS.replace("a03;BE", 'a03;"BE').encode()},
        names=("quot",),
        says="the mark that is not closed",
    ),
    Slip(
        "cell-too-many",
        "files",
        seen("quote-removed"),
        "A remark with the separator in it and no quotation marks",
        "error",
        {
            "members.csv": text(rows(more={"Remarque": ["oui"] * 8}), ";")
            .replace("a02@verborgen.example;oui", "a02@verborgen.example;oui; merci")
            .encode()
        },
        names=("row 3",),
        says="the row has a cell too many",
    ),
    Slip(
        "file-name-in-capitals",
        "files",
        None,
        "`MEMBERS.CSV`, `Offices.csv`",
        "read",
        {
            "members.csv": None,
            "MEMBERS.CSV": _SEMICOLONS.encode(),
            "offices.csv": None,
            "Offices.csv": b"office_id,name,country,postcode\nliege,Li\xc3\xa8ge,BE,4000\n"
            b"lille,Lille,FR,59000\n",
        },
        (("a01", "office", "liege"),),
    ),
)


def _titles(french: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in french.split("|"))


_IGNORED = EDITION + '\n[reading]\nignore = ["Newsletter"]\n'

# No title is one of a field but the last, and every row has three answers that are.
_ANSWERS_LIKE_TITLES = [
    ["Vous êtes ?", "Premièrement", "Ensuite", "Enfin", "Et comment ?", "E-mail"],
    *(
        [row["member_id"], "1er choix", "3e choix", "2e choix", "En présentiel", row["email"]]
        for row in MEMBERS
    ),
]

HEADERS: tuple[Slip, ...] = (
    Slip(
        "answers-like-titles",
        "headers",
        seen("limesurvey-columns"),
        "Answers `1er choix`, `2e choix` under questions that no table of titles knows",
        "error",
        {"members.csv": text(_ANSWERS_LIKE_TITLES).encode()},
        names=("row 1", "member_id"),
        says="the first row is the header, and what it lacks is named",
    ),
    Slip(
        "headers-in-french",
        "headers",
        seen("french-headers"),
        "`Pays`, `Code postal`, `1er choix`, `Modérateur`, `Secrétaire`, `Langues`",
        "read",
        members(
            titles=_titles(
                "country=Pays|postcode=Code postal|theme_1=1er choix|theme_2=2e choix|office=Bureau"
                "|moderator=Modérateur|secretary=Secrétaire|languages=Langues|name=Nom"
            ),
            separator=";",
        ),
        (("a01", "themes", ("support", "gender")), ("a02", "secretary", True)),
    ),
    Slip(
        "headers-in-dutch",
        "headers",
        seen("dutch-headers"),
        "`Land`, `Postcode`, `1e keuze`, `Kantoor`, `Secretaris`, `Talen`, `Naam`",
        "read",
        members(
            titles=_titles(
                "country=Land|postcode=Postcode|theme_1=1e keuze|theme_2=2e keuze|office=Kantoor"
                "|secretary=Secretaris|languages=Talen|name=Naam|latitude=Breedtegraad"
                "|longitude=Lengtegraad"
            ),
            separator=";",
        ),
        (("f02", "themes", ("support", "gender")), ("f02", "secretary", True)),
    ),
    Slip(
        "headers-in-capitals",
        "headers",
        None,
        "`MEMBER-ID`, `Theme 1`, `THÈME_2 :`, `E-mail`",
        "read",
        members(
            titles={
                "member_id": "MEMBER-ID",
                "theme_1": "Theme 1",
                "theme_2": "THÈME_2 :",
                "email": "E-mail",
            }
        ),
        (("a01", "themes", ("support", "gender")), ("a01", "email", "a01@verborgen.example")),
    ),
    Slip(
        "line-break-in-a-title",
        "headers",
        seen("header-line-break"),
        "A title over two lines: `Code` / `postal`",
        "read",
        members(titles={"postcode": "Code\npostal"}, separator=";"),
        (("a02", "postcode", "4020"),),
    ),
    Slip(
        "line-break-and-return-in-a-title",
        "headers",
        seen("header-line-break-2"),
        "A title that ends in a line break: `languages` / nothing",
        "read",
        members(titles={"languages": "languages\r\n"}),
        (("a02", "languages", ("fr",)),),
    ),
    Slip(
        "spaces-around-titles",
        "headers",
        seen("header-spaces"),
        "Spaces around titles: `postcode `, ` theme_2`",
        "read",
        members(titles={"postcode": "postcode ", "theme_2": " theme_2", "office": "  office"}),
        (("a01", "themes", ("support", "gender")),),
    ),
    Slip(
        "non-breaking-space-in-a-title",
        "headers",
        seen("bom-in-key"),
        "`member<nbsp>id`, `Code<nbsp>postal<nbsp>`",
        "read",
        members(titles={"member_id": "member\xa0id", "postcode": "Code\xa0postal\xa0"}),
        (("a02", "postcode", "4020"),),
    ),
    Slip(
        "zero-width-in-a-title",
        "headers",
        seen("zero-width"),
        "A zero-width space in `theme_2`",
        "read",
        members(titles={"theme_2": "theme\u200b_2"}),
        (("a01", "themes", ("support", "gender")),),
    ),
    Slip(
        "decomposed-title",
        "headers",
        seen("decomposed"),
        "`Secrétaire` with the accent as a character of its own (Mac)",
        "read",
        members(titles={"secretary": unicodedata.normalize("NFD", "Secrétaire")}),
        (("a02", "secretary", True),),
    ),
    Slip(
        "two-columns-not-read",
        "headers",
        seen("lost-columns"),
        "Two columns `Remarques`, which nothing reads",
        "warning",
        {
            "members.csv": text(
                [
                    [*row, *(["Remarques", "Remarques"] if not at else [f"un {at}", f"deux {at}"])]
                    for at, row in enumerate(rows())
                ]
            ).encode()
        },
        (("a01", "extra", ("un 1", "deux 1")),),
        ("Remarques",),
        "both are kept",
    ),
    Slip(
        "postcode-twice",
        "headers",
        seen("duplicate-headers"),
        "Two columns `postcode` that differ",
        "error",
        {
            "members.csv": text(
                [[*row, "postcode" if not at else "1000"] for at, row in enumerate(rows())]
            ).encode()
        },
        names=("postcode",),
        says="which of them counts is not known",
    ),
    Slip(
        "postcode-under-two-titles",
        "headers",
        seen("duplicate-synonyms"),
        "`postcode` and `Code postal`, both filled",
        "error",
        members(more={"Code postal": ["1000"] * 8}),
        names=("Code postal|postcode",),
        says="both mean the same field",
    ),
    Slip(
        "postcode-of-another-place",
        "headers",
        seen("two-postcodes"),
        "`Code postal` beside `Code postal du lieu de naissance`",
        "warning",
        members(
            titles={"postcode": "Code postal"},
            more={"Code postal du lieu de naissance": ["13001"] * 8},
        ),
        (("a02", "postcode", "4020"), ("f02", "postcode", "59800")),
        ("Code postal du lieu de naissance",),
        "the second column is not read",
    ),
    Slip(
        "other-code-column",
        "headers",
        seen("postcode-column"),
        "A column `code_canal` full of numbers like postcodes",
        "warning",
        members(more={"code_canal": ["59000"] * 8}),
        (("a02", "postcode", "4020"),),
        ("code_canal",),
        "the column is not read",
    ),
    Slip(
        "newsletter-yes-no",
        "headers",
        seen("boolean-columns"),
        "A column `Newsletter` of yes and no, and no column `experienced`",
        "error",
        members(more={"Newsletter": ["oui", "non"] * 4}),
        names=("Newsletter",),
        says="it may be the answer to a yes/no field that is absent",
    ),
    Slip(
        "newsletter-ignored",
        "headers",
        seen("boolean-columns"),
        'The same with `ignore = ["Newsletter"]` under `[reading]`',
        "read",
        {
            "edition.toml": _IGNORED.encode(),
            **members(more={"Newsletter": ["oui", "non"] * 4}),
        },
        (("a01", "extra", ("oui",)),),
        may_warn=True,
    ),
    Slip(
        "misspelt-yes-no",
        "headers",
        None,
        "`secretery` instead of `secretary`",
        "error",
        members(titles={"secretary": "secretery"}),
        names=("secretery", "such as secretary|did you mean 'secretary'"),
        says="did you mean `secretary`?",
    ),
    Slip(
        "misspelt-list",
        "headers",
        None,
        "`langauges` instead of `languages`",
        "warning",
        members(titles={"languages": "langauges"}),
        (("a01", "languages", ()),),
        ("langauges", "languages"),
        "did you mean `languages`?",
    ),
    Slip(
        "choices-per-option",
        "headers",
        seen("limesurvey-columns"),
        "One column per language: `langues[fr]`, `langues[nl]` with Y or nothing",
        "named",
        members(
            without=["languages"],
            more={"langues[fr]": ["Y"] * 8, "langues[nl]": ["Y"] + [""] * 7},
        ),
        names=("langues",),
        says="a mapping reads such columns",
    ),
)
