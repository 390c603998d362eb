"""An edition and a grouping of it, read for what goes to people: they are shown only what is verified.

Comes in: paths, or what the verifier found. Goes out: both, or an answer that says so, or every violation.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.command.outcome import Answer, ExitCode
from sip_grouping.errors import VerificationError
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    from sip_grouping.edition import Edition
    from sip_grouping.grouping import Grouping
    from sip_grouping.plan import Plan
    from sip_grouping.plan.projects import ChosenProjects
    from sip_grouping.report.explained import Explained
    from sip_grouping.verification import Verification, Violation


def verified(edition: Path, grouping: Path, postcodes: Path | None) -> tuple["Edition", "Grouping"]:
    """Return an edition and a grouping of it that keeps every rule.

    Raises
    ------
    InputError
        One of them cannot be read.
    VerificationError
        The verifier refuses the grouping.
    """
    from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415 - see `app`
    from sip_grouping.reading import load_edition  # noqa: PLC0415
    from sip_grouping.verification import verify  # noqa: PLC0415

    loaded, made = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
    verification = verify(loaded, made)
    if not verification.ok:
        raise VerificationError(verification.violations)
    return loaded, made


def refuse(violations: Sequence["Violation"]) -> None:
    """Refuse what breaks rules: nothing is written or shown of it.

    Raises
    ------
    VerificationError
        There is a violation.
    """
    if violations:
        raise VerificationError(violations)


def verified_plan(edition: "Edition", grouping: "Grouping", plan: Path) -> "Plan":
    """Return a plan of the meetings of these groups that keeps every rule.

    Raises
    ------
    InputError
        It cannot be read.
    VerificationError
        The verifier refuses it.
    """
    from sip_grouping.plan.files import load_plan  # noqa: PLC0415 - see `app`
    from sip_grouping.verification.plan import verify_plan  # noqa: PLC0415

    read = load_plan(plan)
    refuse(verify_plan(edition, grouping, read).violations)
    return read


def verified_projects(
    edition: "Edition", grouping: "Grouping", projects: Path, plan: "Plan | None"
) -> "ChosenProjects":
    """Return test projects of these groups that keep every rule, beside the meetings of a plan.

    Raises
    ------
    InputError
        They cannot be read.
    VerificationError
        The verifier refuses them.
    """
    from sip_grouping.plan.project_files import load_projects  # noqa: PLC0415 - see `app`
    from sip_grouping.verification.projects import verify_projects  # noqa: PLC0415

    read = load_projects(projects)
    refuse(verify_projects(edition, grouping, read, plan).violations)
    return read


def explained(
    edition: "Edition", grouping: "Grouping", work: float, postcodes: Path | None
) -> "Mapping[str, Explained]":
    """Return what is said to members who wait, or are not where they wished to be, by their ids.

    What is given is verified already.

    Parameters
    ----------
    work
        Deterministic work of all of it at most.
    """
    from sip_grouping.explain.explainer import Explainer  # noqa: PLC0415 - see `app`

    return Explainer(
        edition,
        grouping,
        work_limit_of_all=work,
        seed=grouping.seed,
        postcodes=postcodes,
        verified=True,
    ).told()


def accepted(
    edition: "Edition",
    grouping: "Grouping",
    found: "Verification",
    name: str,
    language: Language,
    *,
    proven: bool = False,
) -> Answer:
    """Return the answer that a grouping was accepted.

    Parameters
    ----------
    name
        What it is called.
    proven
        Whether a certificate proves the bound that it claims.

    Raises
    ------
    VerificationError
        It was not.
    """
    from sip_grouping.verification import ReformVerification  # noqa: PLC0415

    if not found.ok:
        raise VerificationError(found.violations)
    bounds = pattern(language, "verified", "bounds") if proven else None
    not_checked = [one for one in found.not_checked_in(language) if one != bounds]
    text = said(
        language,
        "by-hand",
        "verified",
        path=name,
        edition=edition.name,
        groups=counted(language, "group", len(grouping.group_records)),
        score=number(language, grouping.score, 3),
        not_checked="; ".join(not_checked),
    )
    data: dict[str, object] = {
        "edition": edition.name,
        "status": grouping.status.value,
        "score": grouping.score,
        "bound": grouping.bound,
        "gap": grouping.gap,
        "violations": [],
        "not_checked": not_checked,
    }
    if isinstance(found, ReformVerification):
        points = found.disruption_thousandths / THOUSANDTHS
        text += "\n" + said(
            language,
            "by-hand",
            "round-kept",
            accepted=number(language, len(found.accepted)),
            changes=number(language, found.changes),
            points=number(language, points, 3),
            moved=number(language, len(found.moved)),
        )
        if found.given_up:
            text += "\n" + said(
                language, "by-hand", "round-given-up", members=", ".join(sorted(found.given_up))
            )
        data |= {
            "accepted": len(found.accepted),
            "changes": found.changes,
            "disruption": points,
            "moved": sorted(found.moved),
            "given_up": sorted(found.given_up),
        }
    return Answer(ExitCode.DONE, text=text, data=data)
