"""What a run says of its plan is what the full explanations say, in brief."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, Blackout, Scope
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message
from scheduler.explain import Explainer, Explanations
from scheduler.model.compiled import STRUCTURE
from scheduler.solving.engine import solve
from tests.catalogues import Quoting
from tests.solving.companies import a_random_company
from tests.worlds import (
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    day,
    days,
    only,
    placed,
)


def _explained(problem: Problem) -> Explainer:
    return Explainer(problem, solve(problem))


def _closed(problem: Problem, explainer: Explainer, duty_id: str) -> dict[str, set[str]]:
    """For every session that discharges a duty the rules that close it, by the full explanation."""
    explanation = Explanations(problem, explainer.result.assignments).of(duty_id)
    return {
        each.session.key: {reason.rule for reason in each.reasons} for each in explanation.dates
    }


@pytest.mark.parametrize("seed", range(30))
def test_an_unassigned_duty_comes_back_with_the_rules_that_block_it(seed: int) -> None:
    problem = a_random_world(seed, people=6)
    explainer = _explained(problem)
    unassigned = explainer.unassigned()
    assert tuple(missing.duty_id for missing in unassigned) == explainer.result.unassigned
    for missing in unassigned:
        explanation = _closed(problem, explainer, missing.duty_id)
        assert missing.blocks
        assert missing.due == problem.duty[missing.duty_id].due
        if not explanation:
            assert [block.rule for block in missing.blocks] == [STRUCTURE]
            continue
        counted = {block.rule: block.sessions for block in missing.blocks}
        rules = {rule for closed in explanation.values() for rule in closed}
        assert counted == {r: sum(r in closed for closed in explanation.values()) for r in rules}
        sessions = [block.sessions for block in missing.blocks]
        assert sessions == sorted(sessions, reverse=True), "the most blocking comes first"


def test_random_worlds_leave_some_out() -> None:
    """Otherwise the test above would say nothing."""
    left = [solve(a_random_world(seed, people=6)).unassigned for seed in range(20)]
    assert sum(map(bool, left)) >= 5


def _figures(dates: Message) -> tuple[int, int]:
    """How many sessions are on offer, and how many of them are possible."""
    if dates.plural is None:
        return 1, 1
    total, others = dates.plural.number, dates.values.get("others")
    if others is None:
        return total, total
    return total, others.plural.number if others.plural else 1


@pytest.mark.parametrize("seed", range(20))
def test_the_figures_of_a_why_add_up(seed: int) -> None:
    problem = a_random_world(seed, people=5)
    explainer = _explained(problem)
    why = explainer.why()
    assert why.keys() == {a.duty_id for a in explainer.result.assignments}
    for duty_id, message in why.items():
        explanation = _closed(problem, explainer, duty_id)
        dates = message.values["dates"]
        total, left = _figures(dates)
        assert total == len(explanation)
        assert left == sum(not closed for closed in explanation.values())
        reasons = dates.values.get("reasons", ())
        assert sum(reason.values["n"] for reason in reasons) + left == total


@pytest.mark.parametrize("seed", range(10))
def test_what_is_told_survives_being_stored(seed: int) -> None:
    explainer = _explained(a_random_world(seed, people=6))
    texts = [*explainer.why().values()]
    texts += [block.text for missing in explainer.unassigned() for block in missing.blocks]
    for message in texts:
        stored = Message.model_validate_json(message.model_dump_json())
        assert str(stored) == str(message)
        assert stored.render(Quoting()) == message.render(Quoting())


def test_a_why_reads_like_a_sentence() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(first, seats=1) for first in (0, 7, 14)],
        [a_duty("ann", due=30)],
        rules=only("absence", "seats", "due_date"),
        absences=(Absence(employee_id="ann", days=days(0, 1)),),
    )
    assert str(_explained(problem).why()["ann@1"]) == (
        f"You have not served yet; your first service is due by {day(30)}. Of the 3 sessions on "
        "offer these are not possible: 1 because you are away. Of the other 2 none suits the plan "
        "better."
    )


def test_a_why_names_the_last_service() -> None:
    problem = a_world(
        [a_person("ann")],
        [a_session(0)],
        [a_duty("ann", due=30)],
        rules=only("absence"),
        records=(ServiceRecord(employee_id="ann", programme="two_days", days=(day(-300),)),),
    )
    assert str(_explained(problem).why()["ann@1"]) == (
        f"Your last service was on {day(-300)}, so the next is due by {day(30)}. "
        "No other session is on offer."
    )


def test_blocks_read_like_sentences() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1), a_session(7, seats=1)],
        [a_duty("ann", due=-30), a_duty("bob", due=30)],
        rules=only("absence", "seats"),
        blackouts=(Blackout(scope=Scope.COMPANY, days=days(0, 2)),),
    )
    (missing,) = _explained(problem).unassigned()
    assert missing.employee_id == "bob", "whoever is overdue for longer goes first"
    assert [str(block.text) for block in missing.blocks] == [
        "1 of 2 sessions: you are away.",
        "1 of 2 sessions: they are full.",
    ]


def test_without_any_session_on_offer_it_says_so() -> None:
    problem = a_world([a_person("ann")], [], rules=only())
    (missing,) = _explained(problem).unassigned()
    assert [str(block.text) for block in missing.blocks] == ["No session is on offer."]


def test_a_why_says_who_goes_first_and_not_who_they_are() -> None:
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1), a_session(7, seats=1)],
        [a_duty("ann", due=-30), a_duty("bob", due=-8)],
        rules=only("seats", "due_date"),
    )
    assert str(_explained(problem).why()["bob@1"].values["dates"]) == (
        "Of the 2 sessions on offer these are not possible: 1 because they are full with people "
        "due earlier. No other is left."
    )


def test_a_why_owns_up_to_a_plan_that_is_not_the_best() -> None:
    problem = a_world(
        [a_person("ann")],
        [a_session(0), a_session(21)],
        [a_duty("ann", due=5)],
        rules=only("due_date"),
    )
    best = solve(problem)
    late = np.array([1])
    result = replace(best, choice=late, assignments=placed(problem, ("ann", 21)))
    said = "Of the 2 sessions on offer 1 would suit the plan better: the search ended before that."
    assert str(Explainer(problem, result).why()["ann@1"].values["dates"]) == said


@pytest.mark.parametrize("seed", range(15))
def test_brief_and_full_explanation_agree_across_centres(seed: int) -> None:
    """What other blocks have of a group that goes across them counts in both."""
    problem = a_random_company(seed)
    explainer = _explained(problem)
    for duty_id, message in explainer.why().items():
        explanation = _closed(problem, explainer, duty_id)
        total, left = _figures(message.values["dates"])
        assert (total, left) == (
            len(explanation),
            sum(not closed for closed in explanation.values()),
        )


@pytest.mark.parametrize(
    ("due", "why"), [(-8, "they are full with people due earlier"), (-60, "they are full")]
)
def test_due_earlier_is_said_only_of_those_who_are(due: int, why: str) -> None:
    """Of a plan made by hand: the engine lets the longest overdue go first."""
    problem = a_world(
        [a_person("ann"), a_person("bob")],
        [a_session(0, seats=1), a_session(7, seats=1)],
        [a_duty("ann", due=-30), a_duty("bob", due=due)],
        rules=only("seats"),
    )
    plan = placed(problem, ("ann", 0), ("bob", 7))
    result = replace(solve(problem), choice=np.array([0, 1]), assignments=plan)
    (reason,) = Explainer(problem, result).why()["bob@1"].values["dates"].values["reasons"]
    assert str(reason) == f"1 because {why}"
