"""The subcommand `prove`: a public ledger of a grouping, with the certificate of its bound.

Comes in: what was typed. Goes out: a folder, and what the certificate proves; see `app`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.catalogue import number, said
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Force,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.units import THOUSANDTHS


def prove(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    postcodes: Postcodes = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Write a public ledger of a grouping: what is claimed, and a certificate that anybody can check."""
    interruption = context.obj.interruption

    def job(console: Console) -> Answer:
        from sip_grouping.files.folder import check_output  # noqa: PLC0415 - see `app`
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.ledger import prove as prove_grouping  # noqa: PLC0415
        from sip_grouping.ledger.ledger import LEDGER_FILES  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        check_output(out, force=force, known_files=LEDGER_FILES)
        loaded, made = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        ledger = prove_grouping(loaded, made, folder=grouping)
        interruption.finish_now()
        ledger.save(out, language=console.language, force=force)

        def points(thousandths: int) -> str:
            return number(console.language, thousandths / THOUSANDTHS, 3)

        bound, score = points(ledger.bound_thousandths), points(made.score_thousandths)
        text = said(console.language, "ledger", "done", path=str(out), bound=bound, score=score)
        if made.bound_thousandths is not None and not ledger.proves_all:
            beyond = points(made.bound_thousandths)
            text += " " + said(console.language, "ledger", "done-beyond", bound=beyond)
        data = {"folder": str(out), "files": list(LEDGER_FILES), **ledger.record()}
        return Answer(console.ended(ExitCode.DONE), text=text, data=data)

    language = chosen_language(context, lang)
    Console("prove", context.obj, quiet, as_json, debug, language).conclude(job)
