"""What would mend a rule that keeps a duty from a session: for each rule the least general
changes that the problem can express, the cheapest first. A rule without an entry here can be made
to cost points; one that is always on cannot be mended, because nobody may change what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scheduler.repairs.changes import (
    AWAY,
    EXECUTIVE,
    MENTOR,
    SEAT,
    SET_ASIDE,
    SHORTER,
    SMALLER,
    STAND_INS,
    TRAINING,
    WEEK,
)
from scheduler.repairs.fixes import dates, person, sessions, together
from scheduler.repairs.fixes.case import Case, Changes, governing
from scheduler.repairs.fixes.rules import softened

__all__ = ["LEAST", "MENDERS", "Case", "Changes", "governing", "mended"]

Mender = Callable[[Case, Any], Iterator[Changes]]

FIXES: dict[str, Mender] = {
    "clearance": person.clearance,
    "deputies": together.deputies,
    "due_date": dates.due_date,
    "executive_cover": together.executives,
    "group_size": sessions.group_size,
    "mentors": sessions.mentors,
    "notice": dates.notice,
    "preferences": person.preferences,
    "seats": sessions.seats,
    "spacing": dates.spacing,
    "team_floor": together.team_floor,
    "together_apart": together.together_apart,
}

LEAST: dict[str, int] = {
    "clearance": TRAINING,
    "deputies": STAND_INS,
    "due_date": WEEK,
    "executive_cover": EXECUTIVE,
    "group_size": SMALLER,
    "mentors": MENTOR,
    "notice": SHORTER,
    "preferences": SET_ASIDE,
    "seats": SEAT,
    "spacing": SHORTER,
    "team_floor": AWAY,
    "together_apart": SET_ASIDE,
}
"""What mending a rule costs at least."""


def mended(case: Case, key: str) -> Iterable[Changes]:
    """Ways to mend one rule for this case, each to be tried: what is offered is verified."""
    rule = governing(case, key)
    if rule is None:
        return ()
    mend = FIXES.get(key)
    ways = list(mend(case, rule)) if mend else []
    return ways or softened(case, rule)
