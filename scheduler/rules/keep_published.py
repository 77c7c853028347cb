"""What is published stays, if it can: changes cost, and what comes soon is not changed at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scheduler.domain import amounts
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Follows, Mode, Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import Message, say
from scheduler.model.company import BoolArray, CompanyArrays
from scheduler.model.language import GroupBound, IntArray, Model, Points
from scheduler.model.world import World
from scheduler.rules.absence import AbsenceRule
from scheduler.rules.base.case import Case
from scheduler.rules.base.change import Changes
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, Ties
from scheduler.rules.exemption import ExemptionRule
from scheduler.rules.seats import MoreSeats
from scheduler.rules.working_days import WorkingDays

PERSONAL: tuple[type[Rule], ...] = (AbsenceRule, WorkingDays, ExemptionRule)
"""The rules that make a published date impossible for its person, whoever else is there."""
NEVER, GONE = -1, -2
"""The published session of a duty that had none, and of one whose session is no more offered."""


class KeepPublished(Rule):
    """Whoever has a published date keeps it; before the day of the freeze nothing changes."""

    key = "keep_published"
    title = "What is published stays"
    ties = Ties.PERSON
    default_mode = Mode.SOFT
    default_weight = 20
    heeds = (MoreSeats,)

    def compile(self, world: World, model: Model) -> None:
        """Price every other session than the published one; forbid it to those who stay, and the
        frozen sessions to those who come from elsewhere."""
        follows = world.problem.follows
        if follows is None:
            return
        published, stays = world.company.once(_published, self.mode is Mode.HARD)
        published, stays = published[world.rows], stays[world.rows]
        other = published[:, None] != world.columns
        early = world.company.starts < follows.freeze.toordinal()
        comes = ~np.append(early, [False, False])[published]  # GONE and NEVER stand at the end
        model.forbid(self.key, other & stays[:, None])
        model.forbid(self.key, comes[:, None] & early[world.columns])
        if self.points is not None:
            model.forbid(self.key, other & (published != NEVER)[:, None], self.points)

    def check(self, plan: PlanView) -> list[Violation]:
        """Everybody who is not where they were published, or newly before the freeze."""
        follows = plan.problem.follows
        if follows is None:
            return []
        before = {assignment.duty_id: assignment.session for assignment in follows.published}
        staying = self._staying(plan.problem, follows)
        frozen = {s.key for s in plan.problem.sessions if s.first_day < follows.freeze}
        broken = []
        for choice in plan:
            old, new = before.get(choice.duty.id), choice.session.key
            if (choice.duty.id in staying and new != old) or (new in frozen and old not in frozen):
                broken.append(self._forbidden(choice))
            elif old is not None and new != old and self.mode is Mode.SOFT:
                text = say(
                    "{name} moves from the published session {before} to {after}.",
                    name=choice.employee.name,
                    before=old,
                    after=new,
                )
                broken.append(self.broken(1, text, choices=[choice]))
        return broken

    def _staying(self, problem: Problem, follows: Follows) -> set[str]:
        """The duties whose published session is fixed and still possible."""
        there: dict[str, list[str]] = {}
        for duty_id, session in _still_possible(problem, follows).items():
            if self.mode is Mode.HARD or session.first_day < follows.freeze:
                there.setdefault(session.key, []).append(duty_id)
        return {
            duty_id
            for key, duty_ids in there.items()
            if len(duty_ids) <= problem.session[key].seats
            for duty_id in duty_ids
        }

    def _forbidden(self, choice: Choice) -> Violation:
        """A change that is hard whatever changes cost."""
        text = say(
            "{name} cannot come to the session {after}: what is published stays.",
            name=choice.employee.name,
            after=choice.session.key,
        )
        return self.broken(1, text, choices=[choice]).model_copy(update={"points": None})

    def fixes(self, case: Case) -> list[Changes]:
        """None before the day of the freeze: there a change is hard whatever changes cost."""
        follows, sessions = case.problem.follows, case.problem.session
        if follows is not None:
            before = (a.session for a in follows.published if a.duty_id == case.choice.duty.id)
            there = (sessions[key] for key in before if key in sessions)
            if any(each.first_day < follows.freeze for each in (case.choice.session, *there)):
                return []
        return super().fixes(case)

    def sentence(self) -> Message:
        """What the rule means."""
        if self.mode is Mode.HARD:
            return say(
                "A plan that follows a published one changes nobody's date unless it has become "
                "impossible, and puts nobody into a session before the day of the freeze."
            )
        return say(
            "In a plan that follows a published one every changed date costs {weight}; "
            "before the day of the freeze none changes unless it has become impossible, and "
            "nobody joins.",
            weight=amounts.points(self.weight),
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("what is published stays as it is")


def _offered(problem: Problem, follows: Follows) -> list[Assignment]:
    """What was published of the duties and sessions that there still are."""
    return [
        assignment
        for assignment in follows.published
        if assignment.duty_id in problem.duty and assignment.session in problem.session
    ]


def _still_possible(problem: Problem, follows: Follows) -> Mapping[str, Session]:
    """The published session of every duty whose person can still serve there."""
    plan = PlanView(problem, _offered(problem, follows))
    lost = {
        (person, session)
        for rule in PERSONAL
        for violation in rule().check(plan)
        for person in violation.employee_ids
        for session in violation.sessions
    }
    return {
        choice.duty.id: choice.session
        for choice in plan
        if (choice.employee.id, choice.session.key) not in lost
        and choice.employee.centre in (None, choice.session.centre)
    }


def _published(company: CompanyArrays, everything: bool) -> tuple[IntArray, BoolArray]:
    """[duty] → the number of its published session, and whether it is fixed there: those before
    the freeze are, or `everything`, unless impossible or with fewer seats than people."""
    problem, follows = company.problem, company.problem.follows
    published = np.full(len(problem.duties), NEVER)
    stays = np.zeros(len(problem.duties), np.bool_)
    if follows is None:
        return published, stays
    duty = {each.id: number for number, each in enumerate(problem.duties)}
    session = {each.key: number for number, each in enumerate(problem.sessions)}
    for assignment in follows.published:
        if assignment.duty_id in duty:
            published[duty[assignment.duty_id]] = session.get(assignment.session, GONE)
    fixed = np.ones(len(problem.sessions), np.bool_)
    if not everything:
        fixed = company.starts < follows.freeze.toordinal()
    rows = np.flatnonzero(np.append(fixed, [False, False])[published])
    rows = rows[_able(company, rows, published[rows])]
    seats = np.array([each.seats for each in problem.sessions], np.int64)
    crowded = np.bincount(published[rows], minlength=len(seats)) > seats
    stays[rows[~crowded[published[rows]]]] = True
    return published, stays


def _able(company: CompanyArrays, rows: IntArray, session: IntArray) -> BoolArray:
    """Whether the person of each duty can serve in the session beside it."""
    columns, place = np.unique(session, return_inverse=True)
    world = World(company.problem, company, rows, columns)
    said = _ForbiddenMask(np.zeros((world.duties, world.sessions), np.bool_))
    for rule in PERSONAL:
        rule().compile(world, said)
    home = [company.problem.employees[number].centre for number in world.employee.tolist()]
    centres = [world.session_list[number].centre for number in place.tolist()]
    elsewhere = [at not in (None, there) for at, there in zip(home, centres, strict=True)]
    able: BoolArray = ~(said.mask[np.arange(len(rows)), place] | np.array(elsewhere, np.bool_))
    return able


class _ForbiddenMask(Model):
    """Hears only what rules forbid: [duty, session]."""

    def __init__(self, mask: BoolArray) -> None:
        self.mask = mask

    def forbid(self, rule: str, mask: BoolArray, points: int | None = None) -> None:
        self.mask = self.mask | mask

    def price(self, rule: str, points: Points) -> None:
        """Prices do not matter here."""

    def bound(self, bound: GroupBound) -> None:
        """Nor do limits."""
