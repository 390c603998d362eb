"""The subcommand `verify`: a written grouping, or its tables as somebody edited them.

Comes in: what was typed. Goes out: the verdict, and with `--out` a grouping made of the tables; see `app`.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sip_grouping.catalogue import counted, number, said
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import Debug, EditionFolder, Json, Lang, Postcodes, Quiet
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.errors import CertificateError, VerificationError
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.by_hand import Judged
    from sip_grouping.edition import Edition
    from sip_grouping.grouping import Grouping
    from sip_grouping.grouping.certificate import Certificate

_LINES_OF_WARNINGS = 10
_LINES_OF_CHANGES = 50


def verify(
    context: typer.Context,
    edition: EditionFolder,
    grouping: Annotated[
        Path,
        typer.Argument(
            metavar="GROUPING", help="Folder that form wrote; with --tables also a workbook."
        ),
    ],
    tables: Annotated[
        bool,
        typer.Option(
            "--tables",
            help="Judge the tables as they stand, edited by hand: what breaks, what it costs.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="With --tables: keep a valid grouping in this folder."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --out: replace what an earlier run wrote there.")
    ] = False,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="DIR",
            help="Groups formed again: check what they keep of those of DIR, that round export wrote.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            help="Check also that this file, which prove wrote, proves its bound of the score.",
        ),
    ] = None,
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Check every rule and every figure of a written grouping anew. Writes nothing but with --out."""
    _needs(context, "--out", "--tables", out is None or tables)
    _needs(context, "--force", "--out", not force or out is not None)
    if before is not None and tables:
        raise _misuse(context, "--before", "--before does not go with --tables")
    if certificate is not None and tables:
        raise _misuse(context, "--certificate", "--certificate does not go with --tables")

    def job(console: Console) -> Answer:
        from sip_grouping.reading import load_edition  # noqa: PLC0415 - see `app`

        if not tables:
            loaded = load_edition(edition, postcodes=postcodes)
            return _verified(loaded, grouping, before, certificate, console)
        from sip_grouping.by_hand import judged  # noqa: PLC0415
        from sip_grouping.grouping.files import check_output  # noqa: PLC0415

        if out is not None:
            check_output(out, force=force)
        loaded = load_edition(edition, postcodes=postcodes)
        found = judged(loaded, grouping)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        console.warn(found.warnings)
        return _judged(found, grouping, out, console, force=force)

    language = chosen_language(context, lang)
    Console("verify", context.obj, quiet, as_json, debug, language).conclude(job)


def _needs(context: typer.Context, option: str, other: str, fits: bool) -> None:
    """Refuse an option that means nothing without another one."""
    if not fits:
        raise _misuse(context, option, f"{option} goes with {other}")


def _misuse(context: typer.Context, option: str, text: str) -> typer.BadParameter:
    given: Any = next(one for one in context.command.params if option in one.opts)
    return typer.BadParameter(text, ctx=context, param=given)


def _verified(
    edition: "Edition", path: Path, before: Path | None, file: Path | None, console: Console
) -> Answer:
    from sip_grouping.command.verified import accepted  # noqa: PLC0415
    from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
    from sip_grouping.grouping.proposed import load_proposed  # noqa: PLC0415
    from sip_grouping.verification import verify as verify_grouping  # noqa: PLC0415
    from sip_grouping.verification import verify_reformed  # noqa: PLC0415

    read = load_grouping(path)
    proposed = None if before is None else load_proposed(before, path)
    console.warn(edition.warnings, at_most=_LINES_OF_WARNINGS)
    found = (
        verify_grouping(edition, read)
        if proposed is None
        else verify_reformed(edition, read, proposed)
    )
    certificate = None if file is None or not found.ok else _certified(edition, read, file)
    claimed, language = read.bound_thousandths, console.language
    proven = certificate is not None and claimed is not None and certificate.bound <= claimed
    answer = accepted(edition, read, found, str(path), language, proven=proven)
    if certificate is None:
        return answer
    bound = certificate.bound / THOUSANDTHS
    text = said(language, "by-hand", "certified", bound=number(language, bound, 3))
    data = {**answer.data, "certified_bound": bound}
    return replace(answer, text=f"{answer.text}\n{text}", data=data)


def _certified(edition: "Edition", grouping: "Grouping", file: Path) -> "Certificate":
    """Return a certificate that holds; refuse any other."""
    from sip_grouping.grouping.certificate import load_certificate  # noqa: PLC0415
    from sip_grouping.verification.certificate import verify_certificate  # noqa: PLC0415

    certificate = load_certificate(file)
    violations = verify_certificate(edition, grouping, certificate)
    if violations:
        raise CertificateError(violations)
    return certificate


def _judged(
    found: "Judged", path: Path, out: Path | None, console: Console, *, force: bool
) -> Answer:
    """Say what the tables come to, and keep them where they are valid and it was asked for."""
    from sip_grouping.by_hand.told import changes_record, changes_told, rules_told  # noqa: PLC0415
    from sip_grouping.command.shortfall import shortfall_of  # noqa: PLC0415
    from sip_grouping.findings import grouped_lines  # noqa: PLC0415
    from sip_grouping.grouping.files import save  # noqa: PLC0415

    grouping, violations = found.grouping, found.verification.violations
    language = console.language
    text = changes_told(found, language, at_most=_LINES_OF_CHANGES)
    data: dict[str, object] = {
        "edition": found.edition.name,
        "status": grouping.status.value,
        "score": grouping.score,
        "bound": grouping.bound,
        "gap": grouping.gap,
        **changes_record(found, language),
        "violations": [one.text_in(language) for one in violations],
        "not_checked": list(found.verification.not_checked_in(language)),
        "warnings": [one.record(language) for one in found.warnings],
    }
    if violations:
        kept = [] if out is None else [console.said("nothing-written")]
        refused = VerificationError(violations).text_in(language)
        problem = [refused, *rules_told(violations, language), *kept]
        return Answer(ExitCode.REFUSED, text=text, problem="\n".join(problem), data=data)
    groups = counted(language, "group", len(grouping.group_records))
    valid = {"path": str(path), "edition": found.edition.name, "groups": groups}
    text += "\n" + said(language, "by-hand", "valid", **valid)
    if out is None:
        return Answer(ExitCode.DONE, text=text, data=data)
    console.invocation.interruption.finish_now()
    save(grouping, out, force=force)
    files = sorted(one.name for one in out.iterdir())
    data |= {"folder": str(out), "files": files}
    shortfall = shortfall_of(found.edition, grouping, None)
    usual = ExitCode.DONE if shortfall is None else ExitCode.TOO_FEW_PLACED
    if shortfall is not None:
        data["findings"] = [shortfall.record(language)]
    written = console.said("files", folder=out, files=", ".join(files))
    return Answer(
        console.ended(usual),
        text=f"{text}\n{written}",
        problem="" if shortfall is None else "\n".join(grouped_lines([shortfall], language)),
        data=data,
    )
