"""What is said of duties without a date is true: the rules it names are really switched off, one
smaller set of rules after another is too, and the rest is asked of the rules and of the solver."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations

import pytest

from scheduler.domain.ledger import unplaced_points
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from scheduler.explain import Explainer, Explanations
from scheduler.model.compiled import STRUCTURE
from scheduler.repairs import Repairs
from scheduler.rules import every_setting, registry
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.repairs.cases import broken, offered, short_of_places

WORLDS = range(30)
"""Each is a world whose best plan leaves somebody out."""
ENOUGH = 50
"""So many duties are asked about at least."""


@contextmanager
def without(problem: Problem, rules: Collection[str]) -> Iterator[Problem]:
    """The problem with some rules off, even those that nobody may switch off."""
    settings = every_setting(problem.rules)
    off = {"mode": Mode.OFF, "variants": ()}
    with pytest.MonkeyPatch.context() as patch:
        for key in set(rules) - {STRUCTURE}:
            patch.setattr(registry()[key], "always_on", False)
            settings[key] = settings[key].model_copy(update=off)
        yield problem.changed(rules=tuple(settings.values()))


def dates(
    problem: Problem, plan: Sequence[Assignment], duty_id: str, off: Collection[str]
) -> list[Session]:
    """The sessions that take the duty without some rules, while everybody else stays."""
    with without(problem, off) as made:
        return [
            session
            for session in offered(made, duty_id)
            if not broken(made, plan, duty_id, session.key) - ({STRUCTURE} & set(off))
        ]


def left_out(problem: Problem, plan: Sequence[Assignment]) -> int:
    """What the duties without a date weigh in all."""
    placed = {assignment.duty_id for assignment in plan}
    left = (duty for duty in problem.duties if duty.id not in placed)
    return sum(unplaced_points(duty, problem.horizon) for duty in left)


def wrong_of_the_set(problem: Problem, plan: Sequence[Assignment], duty_id: str) -> list[str]:
    """What is not so of the smallest set of rules that blocks the duty."""
    blocking = Repairs(problem, plan).blocking(duty_id)
    if not offered(problem, duty_id):
        as_said = (blocking.rules, blocking.sessions) == ((STRUCTURE,), 0)
        return [] if as_said else ["nothing is on offer"]
    wrong = []
    there = dates(problem, plan, duty_id, blocking.rules)
    if len(there) != blocking.sessions or not there:
        wrong.append(f"without {blocking.rules} there are {len(there)} dates")
    every = sorted({*registry(), STRUCTURE} & rules_in_the_way(problem, plan, duty_id))
    for size in range(len(blocking.rules)):
        for some in combinations(every, size):
            if dates(problem, plan, duty_id, some):
                wrong.append(f"{some} is enough")
    return wrong


def rules_in_the_way(problem: Problem, plan: Sequence[Assignment], duty_id: str) -> set[str]:
    """Every rule that breaks in some session: without another one nothing is different."""
    there = offered(problem, duty_id)
    return set().union(*(broken(problem, plan, duty_id, session.key) for session in there))


def wrong_of_the_solver(problem: Problem, plan: Sequence[Assignment], duty_id: str) -> list[str]:
    """Solved without those rules, the plan leaves out less; it could not be so before."""
    blocking = Repairs(problem, plan).blocking(duty_id)
    if STRUCTURE in blocking.rules:
        return []  # nobody can be in two places, whatever the rules are
    with without(problem, blocking.rules) as made:
        then = solve(made)
        assert not verify(made, then.assignments).hard
    less = left_out(problem, then.assignments) < left_out(problem, plan)
    return [] if less else [f"without {blocking.rules} nobody more has a date"]


@pytest.mark.slow
def test_the_smallest_set_of_rules_is_that_for_fifty_duties() -> None:
    asked, wrong = 0, []
    for number in WORLDS:
        problem, plan = short_of_places(number)
        for duty_id in Repairs(problem, plan).unassigned:
            asked += 1
            here = wrong_of_the_set(problem, plan, duty_id)
            here += wrong_of_the_solver(problem, plan, duty_id)
            wrong += [f"world {number}, {duty_id}: {each}" for each in here]
    assert wrong == []
    assert asked >= ENOUGH


@pytest.mark.slow
def test_what_each_rule_takes_away_is_so_for_fifty_duties() -> None:
    """Each rule alone: the sessions in which it breaks are as many as is said, and the full
    explanation names it for these and no others."""
    asked, wrong = 0, []
    for number in WORLDS:
        problem, plan = short_of_places(number)
        result = solve(problem)
        assert result.assignments == plan
        explanations = Explanations(problem, plan)
        for missing in Explainer(problem, result).unassigned():
            asked += 1
            said = {block.rule: block.sessions for block in missing.blocks if block.sessions}
            explanation = explanations.of(missing.duty_id)
            named = {each.session.key: {r.rule for r in each.reasons} for each in explanation.dates}
            taken: dict[str, int] = {}
            for session in offered(problem, missing.duty_id):
                rules = broken(problem, plan, missing.duty_id, session.key)
                # Who serves elsewhere cannot come, whatever else there is to say.
                rules = {STRUCTURE} if STRUCTURE in rules else rules
                if named[session.key] != rules:
                    wrong.append(f"world {number}, {missing.duty_id}, {session.key}")
                for rule in rules:
                    taken[rule] = taken.get(rule, 0) + 1
            if said != taken:
                wrong.append(f"world {number}, {missing.duty_id}: {said}, not {taken}")
    assert wrong == []
    assert asked >= ENOUGH
