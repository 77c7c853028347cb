"""What HR reads names names; what the person reads is about nobody else."""

from __future__ import annotations

import pytest

from scheduler.domain.people import Absence, StandIns
from scheduler.domain.problem import Problem
from scheduler.explain import Explainer, Explanations, ForPerson, ForPlanner, Verdict
from scheduler.solving.engine import solve
from tests.worlds import (
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    as_soft,
    day,
    days,
    only,
    placed,
)

CANARY = "Quetzalcoatl"


def _with_canaries(problem: Problem, but: str) -> Problem:
    """The same world, in which all records of everybody but one carry a peculiar word: names,
    departments, teams, categories."""
    people = tuple(
        person
        if person.id == but
        else person.model_copy(
            update={
                "name": f"{CANARY} {person.id}",
                "email": f"{CANARY}@example.org",
                "title": f"{CANARY} of everything",
                "manager_id": CANARY,
                "department": person.department and f"{CANARY} {person.department}",
                "team": person.team and f"{CANARY} {person.team}",
            }
        )
        for person in problem.employees
    )
    exemptions = tuple(
        each
        if each.employee_id == but
        else each.model_copy(update={"category": CANARY, "approver": CANARY})
        for each in problem.exemptions
    )
    return problem.model_copy(update={"employees": people, "exemptions": exemptions})


@pytest.mark.parametrize("seed", range(40))
def test_the_person_is_told_nothing_about_anybody_else(seed: int) -> None:
    """Neither a name nor an id nor anything on anybody's record, in any sentence or in the values
    behind it."""
    world = a_random_world(seed, people=5)
    for who in world.employees:
        problem = _with_canaries(world, but=who.id)
        result = solve(problem)
        explanations, brief = (
            Explanations(problem, result.assignments),
            Explainer(problem, result).why(),
        )
        others = [person.id for person in problem.employees if person is not who]
        for duty in (duty for duty in problem.duties if duty.employee_id == who.id):
            words = ForPerson(explanations.of(duty.id), problem.rules)
            messages = [words.occasion, *map(words.of, words.explanation.dates)]
            messages += [brief[duty.id]] if duty.id in brief else []
            for message in messages:
                behind = message.model_dump_json()
                assert CANARY not in behind
                assert not any(f'"{other}' in behind or f" {other}" in behind for other in others)


def test_the_canaries_sing_for_hr() -> None:
    """Otherwise the test above would say nothing."""
    sung = 0
    for seed in range(15):
        world = a_random_world(seed, people=5)
        problem = _with_canaries(world, but="p0")
        explanations = Explanations(problem, solve(problem).assignments)
        for duty in problem.duties:
            words = ForPlanner(explanations.of(duty.id), problem)
            told = [said for each in words.explanation.dates for said in words.of(each)]
            sung += sum(CANARY in str(said) for said in told)
    assert sung > 50


def _crowded() -> tuple[Problem, ForPlanner, ForPerson]:
    """Bob is due after Ann, who has the only seat of the first day; he is away on the second;
    the third is his; the fourth is late, and his stand-in Cem is away on the last."""
    rules = as_soft(only("absence", "seats", "due_date", "deputies"), "due_date", weight=4)
    problem = a_world(
        [a_person("ann"), a_person("bob"), a_person("cem")],
        [a_session(first, seats=1 + (first > 20)) for first in (0, 7, 14, 35, 42)],
        [a_duty("ann", due=5), a_duty("bob", due=30), a_duty("cem", due=50)],
        rules=rules,
        absences=(Absence(employee_id="bob", days=days(8)),),
        stand_ins=(StandIns(one="bob", other="cem"),),
    )
    explanation = Explanations(problem, placed(problem, ("ann", 0), ("bob", 14), ("cem", 42))).of(
        "bob@1"
    )
    return problem, ForPlanner(explanation, problem), ForPerson(explanation, problem.rules)


def test_hr_reads_names_and_figures() -> None:
    _, words, _ = _crowded()
    explanation = words.explanation
    assert str(words.occasion) == (
        f"Bob has not served yet; the first service is due by {day(30)}."
    )
    assert [[str(said) for said in words.of(each)] for each in explanation.dates] == [
        [
            "No more people than seats: 1 may be there, and this one is due earlier: "
            f"Ann (due {day(5)})."
        ],
        [f"Nobody serves while away: Bob is unavailable on {day(8)}."],
        [],
        [],
        [f"Somebody stands in: 1 may be there, and this is who is: Cem (due {day(50)})."],
    ]
    assert explanation.dates[3].points == {"due_date": 4}


def test_the_person_reads_reasons() -> None:
    _, _, words = _crowded()
    assert [str(words.of(each)) for each in words.explanation.dates] == [
        "Not possible: they are full with people due earlier.",
        "Not possible: you are away.",
        "Your date.",
        "Possible, but less good: On time.",
        "Not possible: you are needed where you work.",
    ]


def test_a_date_as_good_as_theirs_is_called_so() -> None:
    problem = a_world([a_person("ann")], [a_session(0), a_session(7)], rules=only("seats"))
    words = ForPerson(Explanations(problem, placed(problem, ("ann", 0))).of("ann@1"), problem.rules)
    assert str(words.of(words.explanation.dates[1])) == "Possible, and just as good for the plan."


def test_a_date_that_would_be_better_is_not_denied() -> None:
    problem = a_world(
        [a_person("ann")],
        [a_session(0), a_session(21)],
        [a_duty("ann", due=5)],
        rules=only("due_date"),
    )
    explanation = Explanations(problem, placed(problem, ("ann", 21))).of("ann@1")
    words = ForPerson(explanation, problem.rules)
    assert explanation.dates[0].more < 0
    assert str(words.of(explanation.dates[0])) == "Possible, and the plan would not lose by it."


def test_a_crowd_is_named_in_part() -> None:
    names = [f"p{n}" for n in range(9)]
    problem = a_world(
        [a_person("ann"), *map(a_person, names)],
        [a_session(0, seats=9), a_session(7)],
        [a_duty("ann", due=9), *(a_duty(name, due=n) for n, name in enumerate(names))],
        rules=only("seats"),
    )
    plan = placed(problem, ("ann", 7), *((name, 0) for name in names))
    explanation = Explanations(problem, plan).of("ann@1")
    (said,) = ForPlanner(explanation, problem).of(explanation.dates[0])
    assert explanation.dates[0].verdict is Verdict.EARLIER
    assert "P5 (due" in str(said)
    assert "P6" not in str(said)
    assert str(said).endswith("3 more.")
