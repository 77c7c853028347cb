"""Moving one duty of a plan while everybody else stays, and asking every rule what comes of it."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.explain import Cause, Date, Explanation, Verdict
from scheduler.model.compiled import STRUCTURE
from scheduler.verify import Verification, verify


def moved(plan: Iterable[Assignment], duty_id: str, person: str, key: str) -> list[Assignment]:
    """The plan with one duty in another session."""
    others = [a for a in plan if a.duty_id != duty_id]
    return [*others, Assignment(duty_id=duty_id, employee_id=person, session=key)]


def confirm(problem: Problem, plan: Iterable[Assignment], explanation: Explanation) -> list[str]:
    """What the explanation says that is not so; nothing, if it is true."""
    assignments = list(plan)
    now = verify(problem, assignments)
    wrong = []
    for each in explanation.dates:
        there = moved(assignments, explanation.duty.id, explanation.person.id, each.session.key)
        if problem_with := _judged(each, now, verify(problem, there)):
            wrong.append(f"{explanation.duty.id} in {each.session.key}: {problem_with}")
        if problem_with := _crowded(problem, assignments, explanation, each):
            wrong.append(f"{explanation.duty.id} in {each.session.key}: {problem_with}")
    return wrong


def _judged(each: Date, now: Verification, then: Verification) -> str:
    """What is wrong with the verdict on one session, in the light of the plan before and after."""
    broken = {violation.rule for violation in then.hard}
    named = {reason.rule for reason in each.reasons}
    if each.verdict is Verdict.HERE:
        return "" if not broken and not named else f"it breaks {broken} where it is"
    if each.verdict is Verdict.POSSIBLE:
        if broken:
            return f"it breaks {broken}"
        rules = now.score.keys() | then.score.keys()
        more = {rule: then.score.get(rule, 0) - now.score.get(rule, 0) for rule in rules}
        charged = {rule: points for rule, points in more.items() if points}
        return "" if charged == each.points else f"it costs {charged}, not {each.points}"
    if named == {STRUCTURE}:  # who serves elsewhere cannot come, whatever else there is
        return "" if STRUCTURE in broken else "they serve nowhere else"
    return "" if named == broken else f"it breaks {broken}, not {named}"


def _crowded(problem: Problem, plan: list[Assignment], explanation: Explanation, each: Date) -> str:
    """What is wrong with those who are said to be in the way: without any of them, and the limit
    as it is, the rule would hold there; and whether they are due earlier."""
    for reason in each.reasons:
        if reason.cause is not Cause.FULL:
            continue
        dues = {holder.due for holder in reason.holders}
        if reason.earlier != all(due < explanation.duty.due for due in dues):
            return f"of {reason.rule} not all are due earlier"
        people = {holder.person.id for holder in reason.holders}
        left = [a for a in plan if a.employee_id not in people - {explanation.person.id}]
        there = moved(left, explanation.duty.id, explanation.person.id, each.session.key)
        full = [r for r in each.reasons if r.rule == reason.rule]
        still = {violation.rule for violation in verify(problem, there).hard}
        if reason.rule in still and len(full) == 1:
            return f"{reason.rule} breaks without those it names, too"
    if (each.verdict in (Verdict.FULL, Verdict.EARLIER)) != (
        bool(each.reasons) and all(reason.cause is Cause.FULL for reason in each.reasons)
    ):
        return f"it is not {each.verdict}"
    if each.verdict is Verdict.EARLIER and not all(reason.earlier for reason in each.reasons):
        return "not all are due earlier"
    return ""
