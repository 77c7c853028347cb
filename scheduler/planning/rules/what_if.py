"""What changed rules would mean, before they are saved: for the plan that is published, and for
a new one made beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.errors import BadInput
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.words import Message
from scheduler.planning.plans.plan_cache import StoredPlan, holds_still, published_plan, stored_plan
from scheduler.planning.rules.rule_book import change_rules, judge
from scheduler.replan.changes import changes
from scheduler.rules import Rule, every_setting, registry
from scheduler.rules.base.plan_view import PlanView
from scheduler.store.read_models import PlanRow
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import verify

Month = tuple[int, int]
"""A year and a month."""


@dataclass(frozen=True)
class RuleTrial:
    """One rule as it would be set, and what the plan breaks of it: `broken` what it keeps now,
    `mended` how much of what it breaks now it would keep. What lies in the past is left out.
    `before` and `after` say for whom (“” for all, else a name) the rule means what."""

    key: str
    title: str
    before: tuple[tuple[str, Message], ...]
    after: tuple[tuple[str, Message], ...]
    broken: tuple[Violation, ...]
    mended: int
    points_before: int
    points_after: int

    @property
    def hard(self) -> tuple[Violation, ...]:
        """What would make the plan illegal."""
        return tuple(violation for violation in self.broken if violation.hard)


@dataclass(frozen=True)
class Trial:
    """Changed rules tried on a published plan."""

    plan: PlanRow
    rules: tuple[RuleTrial, ...]

    @property
    def hard(self) -> int:
        """How often the plan would break a hard rule that it keeps now."""
        return sum(len(rule.hard) for rule in self.rules)

    @property
    def people(self) -> int:
        """How many people are concerned by that."""
        return len({who for rule in self.rules for v in rule.hard for who in v.employee_ids})

    @property
    def points(self) -> int:
        """How many points more the plan would cost; fewer if negative."""
        return sum(rule.points_after - rule.points_before for rule in self.rules)


def try_rules(store: Store, settings: Sequence[RuleSetting], *, today: date) -> Trial:
    """What the published plan would break, and what it would cost, were the rules so set. Nothing
    is saved. Raises `BadInput` for what a rule does not take, or when nothing is published."""
    with store.read() as unit:
        judge(unit, settings)
        plan, now = published_plan(unit), unit.catalogue.rules().settings
        stored = stored_plan(store, unit, plan)
    return Trial(plan, _tried(stored.view, now, settings, today))


def draft_what_if(
    store: Store,
    settings: Sequence[RuleSetting],
    *,
    actor: str,
    at: datetime,
    time_limit: float = 60.0,
) -> tuple[int, int]:
    """Save a draft of what was published, made anew under rules so set, and a queued run: (plan
    id, run id). It can be looked at and compared, but not published, because its rules are not
    saved. Raises as `try_rules` does."""
    with store.read() as unit:
        plan = published_plan(unit)
        problem = stored_plan(store, unit, plan).problem
    with store.write() as unit:
        judge(unit, settings)
        holds_still(unit, plan)
        plan_id, run_id = unit.plans.create(
            f"{plan.name} (what if)",
            problem.changed(rules=tuple(settings), follows=None),
            author=actor,
            at=at,
            programmes=plan.programmes,
            rules_version=unit.catalogue.rules().version,
            time_limit=time_limit,
        )
        unit.audit.record(actor, "asked what if", f"plan {plan_id}", at, {"beside": plan.id})
    return plan_id, run_id


def adopt_rules(store: Store, plan_id: int, *, actor: str, at: datetime) -> int:
    """Save the rules that a what-if plan was made with as a new version. Raises as `change_rules`
    does."""
    with store.read() as unit:
        settings, version = unit.plans.problem(plan_id).rules, unit.catalogue.rules().version
    note = f"As tried in plan {plan_id}."
    return change_rules(store, settings, expected_version=version, actor=actor, at=at, note=note)


def is_what_if(unit: UnitOfWork, plan: PlanRow, problem: Problem) -> bool:
    """Whether a plan was made with rules that are not those of its version."""
    return problem.rules != unit.catalogue.rules_at(plan.rules_version).settings


@dataclass(frozen=True)
class Figures:
    """A plan in figures: duties placed and left over, hard rules broken, points by rule, and how
    many people begin in each month."""

    placed: int
    unassigned: int
    hard: int
    score: Mapping[str, int]
    months: Mapping[Month, int]

    @property
    def points(self) -> int:
        """Of all soft rules."""
        return sum(self.score.values())


@dataclass(frozen=True)
class Comparison:
    """A published plan beside another of the same people: `before` as it was made, `kept` the
    same plan under the other's rules, `after` the other. `moved` people serve on other dates.
    With `what_if` the other's rules are saved nowhere."""

    published: PlanRow
    other: PlanRow
    before: Figures
    kept: Figures
    after: Figures
    moved: int
    people: int
    what_if: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that cost points in one of them, by key."""
        return tuple(sorted({*self.before.score, *self.kept.score, *self.after.score}))

    @property
    def months(self) -> tuple[Month, ...]:
        """The months in which somebody serves in one of them."""
        return tuple(sorted({*self.before.months, *self.after.months}))


def compare_plans(store: Store, plan_id: int) -> Comparison:
    """A plan beside what is published. Raises `BadInput` while it is not computed."""
    with store.read() as unit:
        plan, published = unit.plans.plan(plan_id), published_plan(unit)
        if plan.solve_status is None:
            raise BadInput(f"Plan {plan_id} is not computed yet.", hint="Wait for its run.")
        new, old = stored_plan(store, unit, plan), stored_plan(store, unit, published)
        unsaved = is_what_if(unit, plan, new.problem)
    return Comparison(
        published=published,
        other=plan,
        before=old.once(_figures),
        kept=_figures_under(old, new.problem.rules),
        after=new.once(_figures),
        moved=len(changes(new.problem, old.assignments, new.assignments, ())),
        people=len({assignment.employee_id for assignment in old.assignments}),
        what_if=unsaved,
    )


def _tried(
    view: PlanView, now: Sequence[RuleSetting], then: Sequence[RuleSetting], today: date
) -> tuple[RuleTrial, ...]:
    before, after = every_setting(now), every_setting(then)
    return tuple(
        _trial(view, before[key], after[key], today)
        for key in registry()
        if before[key] != after[key]
    )


def _trial(view: PlanView, now: RuleSetting, then: RuleSetting, today: date) -> RuleTrial:
    kind = registry()[now.key]
    old, new = tuple(kind.instances(now)), tuple(kind.instances(then))
    found_now, found_then = _ahead(view, old, today), _ahead(view, new, today)
    known, wanted = Counter(map(_what, found_now)), Counter(map(_what, found_then))
    return RuleTrial(
        key=kind.key,
        title=kind.title,
        before=tuple(_said(rule) for rule in old),
        after=tuple(_said(rule) for rule in new),
        broken=tuple(v for v in found_then if _what(v) not in known),
        mended=sum((known - wanted).values()),
        points_before=sum(v.points or 0 for v in found_now),
        points_after=sum(v.points or 0 for v in found_then),
    )


def _said(rule: Rule) -> tuple[str, Message]:
    scope = rule.reach.scope
    return "" if scope is None else scope[1], rule.sentence()


def _ahead(view: PlanView, rules: Iterable[Rule], today: date) -> list[Violation]:
    """What a plan breaks of some rules from today on."""
    return [
        violation
        for rule in rules
        if rule.on
        for violation in rule.judge(view)
        if not _over(view.problem, violation, today)
    ]


def _over(problem: Problem, violation: Violation, today: date) -> bool:
    days = [*violation.days, *(problem.session[key].last_day for key in violation.sessions)]
    return bool(days) and max(days) < today


def _what(violation: Violation) -> tuple[object, ...]:
    """What is broken, and by how much: the same under two settings of a rule."""
    return (
        violation.hard,
        violation.amount,
        violation.employee_ids,
        violation.sessions,
        violation.days,
    )


def _figures(stored: StoredPlan) -> Figures:
    return _figures_of(stored.problem, stored.assignments)


def _figures_under(stored: StoredPlan, rules: tuple[RuleSetting, ...]) -> Figures:
    """The figures of the same plan under other rules."""
    if rules == stored.problem.rules:
        return stored.once(_figures)
    return _figures_of(stored.problem.changed(rules=rules), stored.assignments)


def _figures_of(problem: Problem, assignments: Sequence[Assignment]) -> Figures:
    verdict = verify(problem, assignments)
    begun = (problem.session[each.session].first_day for each in assignments)
    return Figures(
        placed=len(assignments),
        unassigned=len(problem.duties) - len(assignments),
        hard=len(verdict.hard),
        score=verdict.score,
        months=Counter((day.year, day.month) for day in begun),
    )
