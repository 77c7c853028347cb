"""Nobody's answer is believed: every plan is checked by the rules, every optimum by the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from scheduler.domain.ledger import unplaced_points
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Ties
from scheduler.verify import verify
from tests.benchmarks.talk import SessionIndices, SideAnswer

OPTIMAL = "optimal"


@dataclass(frozen=True)
class PlanVerdict:
    """What the rules say of a plan: how large the instance is, how many are placed, what the
    soft rules charge, what those left out cost at least, and everything that is wrong with the
    answer, in words."""

    duties: int = 0
    sessions: int = 0
    placed: int = 0
    soft: int = 0
    left: int = 0
    wrong: tuple[str, ...] = ()


def assignments_of(problem: Problem, choice: SessionIndices) -> tuple[Assignment, ...]:
    """The plain plan that a side's numbers mean. Raises `ValueError` where they mean none."""
    if len(choice) != len(problem.duties):
        raise ValueError(f"{len(choice)} numbers for {len(problem.duties)} duties")
    numbers = choice.tolist()
    if numbers and not (min(numbers) >= -1 and max(numbers) < len(problem.sessions)):
        raise ValueError("a number that is no session's")
    return tuple(
        Assignment(
            duty_id=duty.id, employee_id=duty.employee_id, session=problem.sessions[number].key
        )
        for duty, number in zip(problem.duties, numbers, strict=True)
        if number >= 0
    )


def judge(
    problems: Iterable[Problem], answer: SideAnswer, choices: Sequence[SessionIndices]
) -> PlanVerdict:
    """Check an answer: its plan by every rule, its points against the rules' own, its bound."""
    duties = sessions = placed = soft = left = 0
    wrong = list(_claims(answer))
    spread: list[tuple[Problem, tuple[Assignment, ...]]] = []
    for problem, choice in zip(problems, choices, strict=True):
        duties, sessions = duties + len(problem.duties), sessions + len(problem.sessions)
        try:
            plan = assignments_of(problem, choice)
        except ValueError as error:
            wrong.append(f"no plan: {error}")
            continue
        verification = verify(problem, plan)
        wrong += [f"{each.rule}: {each.text}" for each in verification.hard[:3]]
        wrong += [f"{len(verification.hard)} hard rules broken in all"] if verification.hard else []
        placed += len(plan)
        soft += sum(verification.score.values())
        left += _left_out(problem, plan)
        if len(choices) > 1:
            spread.append(_shared(problem, plan))
    wrong += _company_wide(spread)
    if choices and not wrong:
        wrong += _points(answer, soft, left)
    return PlanVerdict(duties, sessions, placed, soft, left, tuple(wrong))


def _claims(answer: SideAnswer) -> Iterable[str]:
    """What is wrong with the figures alone."""
    if answer.cost is None or answer.bound is None:
        return
    if answer.bound > answer.cost:
        yield f"the bound {answer.bound:,} is above its own plan's {answer.cost:,} points"
    if answer.status == OPTIMAL and answer.bound < answer.cost:
        yield f"said to be optimal, with {answer.cost:,} points and the bound {answer.bound:,}"


def _left_out(problem: Problem, plan: Sequence[Assignment]) -> int:
    done = {assignment.duty_id for assignment in plan}
    return sum(unplaced_points(d, problem.horizon) for d in problem.duties if d.id not in done)


def _points(answer: SideAnswer, soft: int, left: int) -> Iterable[str]:
    """The claimed points must be those of the soft rules and of the duties left out, which the
    model may scale up as a whole."""
    if answer.cost is None:
        return
    rest = answer.cost - soft
    if rest < left or (rest and not left) or (left and rest % left):
        yield f"{answer.cost:,} points claimed; the rules charge {soft:,}, those left out {left:,}"


def _shared(
    problem: Problem, plan: tuple[Assignment, ...]
) -> tuple[Problem, tuple[Assignment, ...]]:
    """A centre's executives and where they serve: all that ties it to the others."""
    people = {person.id for person in problem.employees if person.executive}
    kept = problem.changed(
        employees=tuple(p for p in problem.employees if p.id in people),
        duties=tuple(d for d in problem.duties if d.employee_id in people),
        # Of a hundred centres only this much is held at a time.
        absences=(),
        wishes=(),
        stand_ins=(),
        records=(),
    )
    return kept, tuple(a for a in plan if a.employee_id in people)


def _company_wide(spread: Sequence[tuple[Problem, tuple[Assignment, ...]]]) -> list[str]:
    """The rules that hold over all centres, asked about all of their executives together."""
    if not spread:
        return []
    together = {
        name: tuple(each for problem, _ in spread for each in getattr(problem, name))
        for name in ("employees", "centres", "sessions", "duties")
    }
    whole = spread[0][0].changed(**together)
    view = PlanView(whole, [a for _, plan in spread for a in plan])
    company = [rule for rule in in_force(whole.rules) if rule.ties is Ties.COMPANY]
    broken = [v for rule in company for v in rule.judge(view) if v.hard]
    return [f"{violation.rule}: {violation.text}" for violation in broken[:3]]


def disagreements(answers: dict[str, SideAnswer]) -> list[str]:
    """Where two sides cannot both be right: different optima, or a bound above another's plan.
    Only of answers whose plans the rules accepted."""
    contradictions = []
    for (one, mine), (other, theirs) in combinations(sorted(answers.items()), 2):
        if OPTIMAL == mine.status == theirs.status and mine.cost != theirs.cost:
            contradictions.append(f"{one} calls {mine.cost:,} optimal, {other} {theirs.cost:,}")
            continue
        for low, high, names in ((mine, theirs, (one, other)), (theirs, mine, (other, one))):
            if low.bound is not None and high.cost is not None and low.bound > high.cost:
                contradictions.append(
                    f"{names[0]} says nothing is below {low.bound:,}, {names[1]} has {high.cost:,}"
                )
    return contradictions
