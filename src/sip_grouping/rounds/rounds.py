"""Rounds over a store: start, propose, answer, take in members, forget, look, copy.

Comes in: editions, files of answers. Goes out: steps in the store, and tables and folders of what it holds.
Each step is checked before it is written, and written whole or not at all.
"""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

import pandas as pd

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, VerificationError
from sip_grouping.files.folder import new_folder, write_file
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.changes import changes_frame
from sip_grouping.grouping.options import OPTION_COLUMNS
from sip_grouping.reading.answers import read_answers
from sip_grouping.rounds.exporting import export
from sip_grouping.rounds.figures import position_without_home
from sip_grouping.rounds.invite import Limits
from sip_grouping.rounds.inviting import invitations_so_far, invite
from sip_grouping.rounds.join import BEST, Join, Joins
from sip_grouping.rounds.members import lapsed, read_changes
from sip_grouping.rounds.proposals import PROPOSALS, proposals_csv, rows_to_propose
from sip_grouping.rounds.recording import of_answers, of_changes, of_start, refuse_several_groups
from sip_grouping.rounds.shortfalls import Shortfall, shortfalls
from sip_grouping.rounds.standing import Standing
from sip_grouping.rounds.state import PROPOSAL_COLUMNS, State, told
from sip_grouping.rounds.store import Step, Store
from sip_grouping.verification import verify

# What forms groups is imported where it is used: a look at a store need not wait for solvers to load.
if TYPE_CHECKING:
    from sip_grouping.rounds.moving import Moving
    from sip_grouping.rounds.reform import Reform, Wishes
    from sip_grouping.solve.frontier import Frontier


class Rounds:
    """A running edition in its store; a context manager.

    Examples
    --------
    >>> with Rounds.start("season.db", edition, grouping) as rounds:  # doctest: +SKIP
    ...     proposals = rounds.propose()
    ...     rounds.answer("answers.csv")
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def start(
        cls, path: Path | str, edition: Edition, grouping: Grouping, *, wait: float = 5.0
    ) -> Self:
        """Make the store of an edition whose groups are formed.

        Raises
        ------
        InputError
            There is such a file already, or it cannot be written; or a member may have several groups.
        VerificationError
            The grouping is none of this edition, or breaks a rule.
        """
        refuse_several_groups(edition)
        verification = verify(edition, grouping)
        if not verification.ok:
            raise VerificationError(verification.violations)
        return cls(Store.create(Path(path), "start", *of_start(edition, grouping), wait=wait))

    @classmethod
    def open(cls, path: Path | str, *, write: bool = True, wait: float = 5.0) -> Self:
        """Open a store; see `Store.open`.

        Raises
        ------
        InputError
            There is none, it cannot be read, or another process is writing and does not end.
        """
        return cls(Store.open(Path(path), write=write, wait=wait))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def state(self) -> State:
        """Return where the edition stands."""
        return told(*self._store.recorded())

    def steps(self) -> list[Step]:
        """Return all steps, each checked against its digest."""
        return self._store.steps()

    @property
    def history(self) -> pd.DataFrame:
        """Every step: number, time, what, round, digest, and how many of what."""
        rows = [
            {"step": one.number, "time": one.time, "what": one.what, "round": one.round,
             "digest": one.digest, **one.counts}
            for one in self._store.steps()
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def status(self) -> dict[str, int]:
        """Return where things stand, as counts."""
        return self.state().counts()

    def propose(self, out: Path | str | None = None) -> pd.DataFrame:
        """Open a round: each placed member is proposed a place; return the proposals.

        Whoever accepted the same place before is not asked again.

        Parameters
        ----------
        out
            A new folder for proposals.csv: no round is opened that cannot be written.

        Raises
        ------
        InputError
            There are no groups, nobody is to be asked, or the folder exists or cannot be written.
        """
        state = self.state()
        grouping = state.current()
        number = state.round + 1
        rows = [] if grouping is None else rows_to_propose(grouping, number, state)
        if not rows:
            raise InputError([finding("nobody-to-ask", str(self._store.path))])
        proposals = pd.DataFrame(rows, columns=list(PROPOSAL_COLUMNS))
        with contextlib.nullcontext() if out is None else new_folder(out) as made:
            if made is not None:
                write_file(made / PROPOSALS, proposals_csv(proposals), force=False)
            self._store.add("propose", number, {"proposals": len(rows)}, {"proposals": rows})
        return proposals

    def answer(self, file: Path | str) -> tuple[Finding, ...]:
        """Record the answers of a file, all rows or none; return what is worth knowing of it.

        Raises
        ------
        InputError
            No round is open, or something in the file is wrong; nothing was recorded.
        """
        state = self.state()
        if not state.open:
            raise InputError([finding("no-round-open", str(self._store.path))])
        read = read_answers(Path(file), state.edition(), state.open)
        recorded = of_answers(read)
        self._must_fit(Step(0, "", "answer", state.round, {}, recorded.content, ""), {})
        self._store.add("answer", state.round, *recorded)
        return read.warnings

    def _must_fit(self, step: Step, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Refuse a step after which what was recorded makes no edition."""
        steps, personal = self._store.recorded()
        told([*steps, step], {**personal, step.number: data}).edition()

    def members(
        self, file: Path | str, *, postcodes: Path | str | None = None
    ) -> tuple[Finding, ...]:
        """Record new members, changed answers of the form and withdrawals, all rows or none.

        `postcodes`: a table of one's own, as `sip_grouping.load_edition` takes it.

        Raises
        ------
        InputError
            Something in the file is wrong; nothing was recorded.
        """
        state = self.state()
        read = read_changes(Path(file), state.edition(promised=False), postcodes=postcodes)
        released = sorted(lapsed(state, read.edition, {one.member_id for one in read.members}))
        recorded = of_changes(read, state.answers, released)
        step = Step(0, "", "members", state.round, {}, recorded.content, "")
        self._must_fit(step, recorded.personal)
        self._store.add("members", state.round, *recorded)
        return read.warnings

    def reform(self, **asked: Unpack["Wishes"]) -> "Reform":
        """Form the groups again with the least disruption; record them, if there are any.

        Accepted placements stay. Where no valid grouping keeps them all nothing is recorded, and
        `Reform.in_the_way` says which have to change; with `relax` it goes on without these.

        Parameters
        ----------
        **asked
            Fields of `sip_grouping.rounds.reform.Asked`: `max_moves`, `relax`, `options`, `time_limit`,
            `work_limit`, `gap`, `seed`, `workers`, `observer`, `cancel`.

        Raises
        ------
        InputError
            There are no groups yet, or a limit is out of range.
        VerificationError
            The verifier refused the groups: a defect of the engine.
        """
        from sip_grouping.rounds.reform import Asked, formed_again, step_of  # noqa: PLC0415

        state = self.state()
        reform = formed_again(state, Asked(**asked), str(self._store.path))
        if reform.again.grouping is not None:
            counts, content = step_of(reform)
            self._store.add("reform", state.round, counts, content)
        return reform

    def frontier(self, moves: Sequence[int] | None = None, **asked: Unpack["Wishes"]) -> "Frontier":
        """Return what each further move buys: the best score by the most members who move.

        Parameters
        ----------
        moves
            Limits of moves; None: the usual ones.
        **asked
            Limits, as `reform` takes them.

        Raises
        ------
        InputError
            There are no groups yet, or a limit is out of range.
        """
        from sip_grouping.rounds.reform import Asked, frontier_of  # noqa: PLC0415

        return frontier_of(self.state(), moves, Asked(**asked), str(self._store.path))

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Return the groups of which too few stay, or too few who hold a role."""
        state = self.state()
        grouping = state.current()
        edition = state.edition(promised=False)
        return () if grouping is None else shortfalls(edition, grouping, state.unbound())

    @property
    def proposals(self) -> pd.DataFrame:
        """The proposals of the open round that still stand: the columns of proposals.csv."""
        rows = list(self.state().open.values())
        return pd.DataFrame(rows, columns=list(PROPOSAL_COLUMNS))

    @property
    def answers(self) -> pd.DataFrame:
        """The last answer of each member in each round: round, member_id, answer."""
        rows = [
            (number, who, said)
            for number, replies in self.state().replies.items()
            for who, said in replies.items()
        ]
        return pd.DataFrame(rows, columns=["round", "member_id", "answer"])

    @property
    def options(self) -> pd.DataFrame:
        """What could be done with each group that had fallen short: the columns of options.csv."""
        before = self.state().before
        rows = [] if before is None else list(before.options)
        return pd.DataFrame(rows, columns=list(OPTION_COLUMNS))

    @property
    def changes(self) -> pd.DataFrame:
        """What changed when the groups were formed again last: the columns of changes.csv."""
        before = self.state().before
        return changes_frame(() if before is None else before.changes)

    def joins(self) -> Joins:
        """Return an index of the groups as they stand, of which many questions can be asked."""
        return Joins(self.state())

    def join(self, member_id: str, best: int = BEST) -> Join:
        """Return the best groups that a member may join, nobody else moving; see `Joins.best`.

        Raises
        ------
        InputError
            There is no such member.
        """
        return self.joins().best(member_id, best)

    def join_with_moves(
        self,
        member_id: str,
        *,
        time_limit: float | None = None,
        work_limit: float | None = None,
        cancel: threading.Event | None = None,
    ) -> "Moving":
        """Return the best groups in which a member is placed, and whom that moves; limits as `form_groups`.

        Raises
        ------
        InputError
            There is no such member.
        """
        from sip_grouping.rounds.moving import moving  # noqa: PLC0415

        limits = {"time_limit": time_limit, "work_limit": work_limit}
        return moving(Standing(self.state()), member_id, cancel=cancel, **limits)

    def invite(
        self,
        file: Path | str,
        out: Path | str | None = None,
        *,
        per_person: int = 2,
        per_seat: int = 3,
        language: Language = "en",
        postcodes: Path | str | None = None,
    ) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
        """Invite people of a wider list to groups with room; record whom, by ids alone.

        Parameters
        ----------
        file
            A table with the columns of members.csv; who ranks no theme welcomes any.
        out
            A new folder for invitations.csv: nothing is recorded that cannot be written.
        per_person, per_seat, postcodes
            See `sip_grouping.rounds.invite.Limits`, and `members`.
        language
            Of the sentences for those whose own is not known.

        Returns
        -------
        tuple
            The rows of invitations.csv, and what is worth knowing of the file.

        Raises
        ------
        InputError
            Something in the file is wrong, or the folder cannot be written; nothing was recorded.
        """
        target, limits = None if out is None else Path(out), Limits(per_person, per_seat)
        return invite(self._store, self.state(), Path(file), target, limits, language, postcodes)

    @property
    def invitations(self) -> pd.DataFrame:
        """All invitations so far: round, group, order, id and the role that was wanted."""
        return invitations_so_far(self.state())

    def forget(self, member_id: str) -> None:
        """Erase name, e-mail, comments, coordinates and further columns of a member for good.

        The answers stay under the id. From then on the member lives where its postcode lies; where that is
        not known, or would break a rule of its group or of a place that was accepted, at the place of
        the group; where there is neither, about 10 km around its home.

        Raises
        ------
        InputError
            There is no such member.
        """
        state = self.state()
        if member_id not in state.answers:
            raise InputError([finding("unknown-member", "forget", None, "member_id", member_id)])
        edition = state.edition()
        content: dict[str, Any] = {"member_id": member_id}
        if edition.member_by_id[member_id].own_position is not None:
            steps, personal = self._store.recorded()
            erased = Step(0, "", "forget", state.round, {}, {**content, "position": None}, "")
            without = told([*steps, erased], personal)
            content["position"] = position_without_home(edition, without, member_id)
        self._store.forget(member_id, "forget", state.round, content)

    def export(self, folder: Path | str) -> None:
        """Write the edition as it stands, the groups and the open proposals to a new folder, or nothing.

        Raises
        ------
        OutputError
            The folder exists or cannot be written.
        """
        state = self.state()
        with new_folder(folder) as made:
            export(state, made)

    def backup(self, file: Path | str) -> None:
        """Copy the store, also while it is in use.

        Raises
        ------
        InputError
            There is such a file already, or it cannot be written.
        """
        self._store.backup(Path(file))
