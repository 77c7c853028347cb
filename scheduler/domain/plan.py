"""Plans: assignments over a horizon, what could not be placed, and what a rule found broken."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from math import ceil

from scheduler.domain.base import Value
from scheduler.domain.words import Message


def gap_told(gap: float) -> float:
    """A gap as it is told, in steps of a hundredth of a per cent and never less than it is: only a
    proven plan's is zero."""
    return ceil(round(gap * 10_000, 9)) / 10_000


class PlanStatus(StrEnum):
    """Draft → published → superseded. Published plans are never edited, only followed."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class SolveStatus(StrEnum):
    """How a run ended. Each is a different answer; they are never merged."""

    OPTIMAL = "optimal"
    """Proven: no plan has fewer points."""
    WITHIN_GAP = "within_gap"
    """The proven gap is at most the one asked for."""
    TIME_LIMIT = "time_limit"
    """The best plan found in time; the gap says how good it is proven to be."""
    STOPPED = "stopped"
    """Stopped by a person; the best plan so far was kept."""
    INFEASIBLE = "infeasible"
    """Proven: no plan keeps every hard rule, not even one that leaves duties unassigned."""
    UNKNOWN = "unknown"
    """Out of time before anything was found or proven."""

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to look at."""
        return self not in (SolveStatus.INFEASIBLE, SolveStatus.UNKNOWN)


class Assignment(Value):
    """The option chosen for a duty: this session."""

    duty_id: str
    employee_id: str
    session: str


class Block(Value):
    """One reason why a duty could not be placed: a rule, and how many of the duty's sessions it
    alone or with others took away."""

    rule: str
    sessions: int
    text: Message


class Unassigned(Value):
    """A duty without a session, and the rules that block it, the most blocking first."""

    duty_id: str
    employee_id: str
    due: date
    blocks: tuple[Block, ...] = ()


class Violation(Value):
    """A rule broken: by whom, when, how much, in words.

    `points` is None where the rule is hard; else what it costs. `amount` counts in the rule's
    own unit (people too many, weeks late, …).
    """

    rule: str
    amount: int
    points: int | None
    text: Message
    employee_ids: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def hard(self) -> bool:
        """Whether this makes the plan illegal rather than dearer."""
        return self.points is None
