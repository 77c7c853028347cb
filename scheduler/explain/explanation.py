"""What is known of one duty and every session that could discharge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.programme import Session


class Verdict(StrEnum):
    """What comes of moving a duty to a session while everybody else stays."""

    HERE = "here"
    """It is there already."""
    POSSIBLE = "possible"
    """Every hard rule still holds; the points say what it costs."""
    FULL = "full"
    """Only the places of others are in the way."""
    EARLIER = "earlier"
    """The same, and every one of those others is due earlier."""
    BLOCKED = "blocked"
    """A rule is in the way, whoever moves."""


class Cause(StrEnum):
    """How a rule keeps a duty from a session."""

    FORBIDDEN = "forbidden"
    """It does not allow this person that date, or nobody at all."""
    OWN = "own"
    """Another service of the same person is in the way."""
    FULL = "full"
    """It allows only so many, and others are there."""
    TOO_FEW = "too_few"
    """There would be too few in that session."""
    LEFT = "left"
    """There would be too few where the duty is now."""


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a place, and when their duty is due."""

    person: Employee
    due: date


@dataclass(frozen=True)
class Reason:
    """A rule that breaks, or breaks further, if the duty moves to the session. Where it is full:
    its limit, and who holds the places. `shared` tells of a limit for everybody, not for a group
    of people."""

    rule: str
    cause: Cause
    limit: int = 0
    holders: tuple[Holder, ...] = ()
    earlier: bool = False
    """Whether all the holders are due before the duty is."""
    shared: bool = False


@dataclass(frozen=True)
class Date:
    """One session that discharges the duty: what keeps the duty from it, or what it would cost
    more than where the duty is (by rule; less is negative)."""

    session: Session
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    points: dict[str, int] = field(default_factory=dict)

    @property
    def more(self) -> int:
        """By how many points the whole plan would be dearer."""
        return sum(self.points.values())


@dataclass(frozen=True)
class Explanation:
    """A duty, where it is, and every session that discharges it, by date."""

    person: Employee
    duty: Duty
    session: Session | None
    last_served: date | None
    dates: tuple[Date, ...]

    @property
    def others(self) -> tuple[Date, ...]:
        """All sessions but the one where the duty is."""
        return tuple(each for each in self.dates if each.verdict is not Verdict.HERE)

    def count(self, *verdicts: Verdict) -> int:
        """How many of the sessions have one of these verdicts."""
        return sum(each.verdict in verdicts for each in self.dates)
