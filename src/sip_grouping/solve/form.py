"""`form_groups`: from an edition to a verified grouping. Wiring only; each step has its own module.

Comes in: an `Edition` and limits. Goes out: a `Result`, whose grouping the verifier has accepted.
"""

import threading
from collections.abc import Sequence

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed
from sip_grouping.grouping.stages import ObjectiveName
from sip_grouping.problem import build_problem
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.forming import formed, goal_of
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Result


def form_groups(
    edition: Edition,
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    pins: Sequence[Pin] = (),
    hint: Grouping | Formed | None = None,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
    objectives: Sequence[ObjectiveName | str] | None = None,
    profile: str | None = None,
) -> Result:
    """Form the groups of an edition.

    Parameters
    ----------
    time_limit
        Wall clock in seconds for the whole run. What a clock stops does not repeat exactly.
    work_limit
        Deterministic work in the solver's units (about a second each on a 2020s core). The same
        edition, settings, seed and work limit give the same grouping, with one worker. Making the
        groups of what was found may take a few units more; the LP bound counts no work.
    gap
        Stop once (bound - score) / |score| is at most this; 0: go on to the proof.
    seed
        Decides among equal choices; not negative.
    workers
        Threads of CP-SAT. With more than one, runs need not repeat.
    pins
        Placements that must stay, besides the edition's own.
    hint
        A grouping, or a result that has one, to start from: of this edition or one like it. Groups of
        which most members stay keep their ids, and cells are split so that the fewest members move.
    observer
        Told of phases, scores and bounds. None: in a notebook a line below the cell shows them, and
        elsewhere nothing does; ``Observer()`` shows nothing anywhere.
    cancel
        When another thread sets it, the search ends and the best grouping so far is returned.
    objectives
        What is made as large as possible, in this order: each keeps what those before it reached.
        Names of `ObjectiveName`; None: the score. With more than the plain score the grouping has
        `stages`, the limits are shared among them, and it is optimal where every stage is.
    profile
        A named list of objectives instead: ``most_placed``, ``rank_maximal``, ``egalitarian``,
        ``travel_fair`` or ``balanced``; docs/fairness.md says what each asks for.

    Returns
    -------
    Result
        Its grouping has been accepted by the verifier. Ctrl-C in the main thread ends the search and
        returns the best grouping so far.

    Raises
    ------
    InputError
        Arguments are of a wrong type or out of range, all of them named at once; or the pins do not
        fit the edition.
    VerificationError
        The verifier refused the grouping: a defect of the engine, and no grouping is returned.
    """
    given = checked_arguments(
        edition,
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        workers=workers,
        pins=pins,
        hint=hint,
        observer=observer,
        cancel=cancel,
        objectives=objectives,
        profile=profile,
    )
    run = given.run()
    with heeding_interrupts(run):
        whole = edition.with_pins(given.pins) if given.pins else edition
        run.phase("building")
        problem = build_problem(whole, given.hint, seed=given.seed)
        goals = [goal_of(name) for name in given.objectives]
        return formed(problem, given, run, goals)
