"""The page of a ledger.

Comes in: a `Ledger`, a language. Goes out: the page as text. Digests and figures, and nothing of a member.
"""

from collections.abc import Iterator

from sip_grouping.catalogue import Language, Parameter, said
from sip_grouping.grouping import Status
from sip_grouping.grouping.certificate import CERTIFICATE
from sip_grouping.ledger.ledger import PAGE, RECORD, SCRIPT, Ledger
from sip_grouping.report.page import page
from sip_grouping.report.speech import Words
from sip_grouping.units import THOUSANDTHS

Row = tuple[str, str]
Table = tuple[str, tuple[Row, ...]]

VERIFY = f"sip-grouping verify EDITION GROUPING --certificate {CERTIFICATE}"
CHECK = f"python3 {SCRIPT} {CERTIFICATE} GROUPING"
SUMS = f"sha256sum GROUPING/*.csv GROUPING/grouping.json {CERTIFICATE}"


def ledger_page(ledger: Ledger, language: Language) -> str:
    """Return the page of a ledger."""
    words = Words(language)

    def say(key: str, **parameters: Parameter) -> str:
        return said(language, "ledger", key, **parameters)

    made, certificate = ledger.grouping, ledger.certificate
    model = {
        name: words.number(len(getattr(certificate, name)))
        for name in ("classes", "cells", "columns", "rows")
    }
    return page(
        "ledger.html.j2",
        words,
        styles=("base.css", "report.css"),
        title=say("title", edition=made.edition_name),
        text=say,
        claimed=_claimed(ledger, words),
        proven=tuple(_proven(ledger, words)),
        model=say("model", **model),
        ways=((say("with-verify"), VERIFY), (say("with-script"), CHECK), (say("with-sums"), SUMS)),
        digests=_digests(ledger, words),
        made=(say("made"), tuple(_made(ledger, words))),
        files=((PAGE, say("file-page")), (RECORD, say("file-record")),
               (CERTIFICATE, say("file-certificate")), (SCRIPT, say("file-script"))),
    )  # fmt: skip


def _points(thousandths: int, words: Words) -> str:
    return words.number(thousandths / THOUSANDTHS, 3)


def _claimed(ledger: Ledger, words: Words) -> Table:
    """Return what grouping.json claims, and the bound of the certificate beside it."""
    made, unknown = ledger.grouping, words.say("not-known")
    bound, gap = made.bound_thousandths, made.gap
    rows = (
        (said(words.language, "ledger", "status"), said(words.language, "status", made.status)),
        (words.say("score"), _points(made.score_thousandths, words)),
        (words.say("bound"), unknown if bound is None else _points(bound, words)),
        (words.say("gap"), unknown if gap is None else words.percent_at_most(gap)),
        (
            said(words.language, "ledger", "certified-bound"),
            _points(ledger.bound_thousandths, words),
        ),
    )
    return said(words.language, "ledger", "claimed"), rows


def _proven(ledger: Ledger, words: Words) -> Iterator[str]:
    """Yield what the certificate proves, and what is claimed beyond it and by whom."""
    made, bound = ledger.grouping, ledger.bound_thousandths
    score = _points(made.score_thousandths, words)
    if bound == made.score_thousandths:
        yield said(words.language, "ledger", "proves-best", score=score)
    else:
        shown = _points(bound, words)
        yield said(words.language, "ledger", "proves-bound", bound=shown, score=score)
        if ledger.gap is not None:
            share = words.percent_at_most(ledger.gap)
            yield said(words.language, "ledger", "proves-within", share=share)
    if made.bound_thousandths is None:
        yield said(words.language, "ledger", "other-goals")
    elif not ledger.proves_all:
        best = made.status is Status.OPTIMAL and made.bound_thousandths == made.score_thousandths
        shown = _points(made.bound_thousandths, words)
        yield said(words.language, "ledger", "search-best" if best else "search-bound", bound=shown)
        yield said(words.language, "ledger", "search-not-shown")
    else:
        yield said(words.language, "ledger", "nothing-beyond")


def _digests(ledger: Ledger, words: Words) -> tuple[Table, ...]:
    made = ledger.grouping
    whole = (said(words.language, "ledger", "whole-edition"), made.edition_digest)
    parts = tuple(
        (said(words.language, "ledger", f"part-{part}"), digest)
        for part, digest in made.edition_digests.items()
    )
    files = (*sorted(ledger.files.items()), (CERTIFICATE, ledger.certificate_digest))
    return (
        (said(words.language, "ledger", "edition-digests"), (whole, *parts)),
        (said(words.language, "ledger", "file-digests"), files),
    )


def _made(ledger: Ledger, words: Words) -> Iterator[Row]:
    made = ledger.grouping
    yield words.say("seed"), str(made.seed)
    for name, value in sorted(made.settings.items()):
        if value is not None:
            listed = ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
            yield name, listed
    yield from sorted(made.versions.items())
