"""A session mixes departments, and levels where that is asked for."""

from __future__ import annotations

from math import floor

import numpy as np
from pydantic import Field

from scheduler.domain import amounts
from scheduler.domain.plan import Violation
from scheduler.domain.problem import Mode, RuleScope
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say, say_number
from scheduler.model.language import GroupBound, IntArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, RuleParams, Ties
from scheduler.rules.seats import MoreSeats

GROUPS = ("department", "level")
KINDS = {"department": say("department"), "level": say("level")}
"""What the rule groups people by: attributes of an employee."""


class CohortMix(Rule):
    """At most a share of a session's seats goes to one department, or to one level."""

    key = "cohort_mix"
    title = "People from everywhere"
    ties = Ties.CENTRE
    default_mode = Mode.SOFT
    default_weight = 5
    scopes = frozenset({RuleScope.PROGRAMME, RuleScope.CENTRE})
    heeds = (MoreSeats,)

    class Params(RuleParams):
        """How much of a session may be of one kind, and which sessions are to mix."""

        share: float = Field(
            0.5,
            gt=0,
            le=1,
            title="Largest share of a session's seats for one department",
            examples=[0.3],
        )
        level_share: float = Field(
            1.0,
            gt=0,
            le=1,
            title="Largest share of a session's seats for one level",
            description="A share of 1 lets everybody of a session be of the same level.",
            examples=[0.3],
        )
        at_least: int = Field(2, ge=1, le=1000, title="Always allowed", examples=[1])
        days: int = Field(
            3,
            ge=1,
            le=10,
            title="Only sessions of so many days or more",
            description="People of a short session hardly get to know each other.",
            examples=[1],
        )

    def compile(self, world: World, model: Model) -> None:
        """Bound department × session and level × session by the share of the seats; a share of
        all of them says nothing."""
        mixing = np.array([self._mixes(session) for session in world.session_list], np.bool_)
        seats = np.array([session.seats for session in world.session_list], np.int64)
        for kind, share in self._shares():
            allowed = (self._allowed(session, share) for session in world.session_list)
            upper = np.fromiter(allowed, np.int64, world.sessions)
            sessions = np.flatnonzero(mixing & (upper < seats))
            duties, groups, _ = world.grouped(world.company.labels(kind).numbers)
            self._bound(model, duties, groups, sessions, upper[sessions])

    def _bound(
        self,
        model: Model,
        duties: IntArray,
        groups: IntArray,
        sessions: IntArray,
        upper: IntArray,
    ) -> None:
        model.bound(
            GroupBound(
                self.key,
                duties=duties,
                groups=groups,
                sessions=sessions,
                slots=np.arange(len(sessions)),
                upper=upper[None, :],
                points=self.points,
            )
        )

    def _shares(self) -> tuple[tuple[str, float], ...]:
        return tuple(zip(GROUPS, (self.params.share, self.params.level_share), strict=True))

    def _allowed(self, session: Session, share: float) -> int:
        """How many of a session may be of one kind."""
        # A share such as 0.1 × 30 must not lose a person to binary rounding.
        return max(int(self.params.at_least), floor(session.seats * share + 1e-9))

    def _mixes(self, session: Session) -> bool:
        return len(session.days) >= int(self.params.days)

    def check(self, plan: PlanView) -> list[Violation]:
        """Every department and level with more people in a session than its share."""
        cohorts: dict[tuple[str, str, str | int], list[Choice]] = {}
        for choice in plan:
            for kind in GROUPS:
                name = getattr(choice.employee, kind)
                if name is not None and self._mixes(choice.session):
                    cohorts.setdefault((choice.session.key, kind, name), []).append(choice)
        shares = dict(self._shares())
        broken = []
        for (_, kind, name), choices in cohorts.items():
            session = choices[0].session
            allowed = self._allowed(session, shares[kind])
            # A share of everything lets in whoever there is a seat for.
            if len(choices) > allowed and allowed < session.seats:
                text = say_number(
                    "{n} in the session of {day} at {centre} is of {kind} {name}; "
                    "{allowed} may be.",
                    "{n} in the session of {day} at {centre} are of {kind} {name}; "
                    "{allowed} may be.",
                    len(choices),
                    day=session.first_day,
                    centre=session.centre,
                    kind=KINDS[kind],
                    name=name,
                    allowed=allowed,
                )
                broken.append(
                    self.broken(len(choices) - allowed, text, choices=choices, days=session.days)
                )
        return broken

    def sentence(self) -> Message:
        """What the rule means."""
        limits = {
            "days": amounts.days(self.params.days),
            "share": f"{self.params.share:.0%}",
            "level": f"{self.params.level_share:.0%}",
            "at_least": self.params.at_least,
        }
        if self.mode is Mode.SOFT:
            return say(
                "Of the seats of a session of {days} or more at most {share} go to one "
                "department and {level} to one level, {at_least} always may; each person more "
                "costs {weight}.",
                weight=amounts.points(self.weight),
                **limits,
            )
        return say(
            "Of the seats of a session of {days} or more at most {share} go to one "
            "department and {level} to one level; {at_least} always may.",
            **limits,
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("too many of your department or level would be there")
