"""The account of every session is true, and tells nobody about anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Absence, Blackout, Scope, StandIns
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message
from scheduler.explain import Explainer
from scheduler.solving.compiled import STRUCTURE
from scheduler.solving.engine import solve
from scheduler.verify import verify
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
)


def _explained(problem: Problem) -> Explainer:
    return Explainer(problem, solve(problem))


def _moved(plan: Iterable[Assignment], duty_id: str, person: str, key: str) -> list[Assignment]:
    """The plan with one duty in another session."""
    others = [a for a in plan if a.duty_id != duty_id]
    return [*others, Assignment(duty_id=duty_id, employee_id=person, session=key)]


@pytest.mark.parametrize("seed", range(30))
def test_every_session_is_open_or_closed_by_the_rules_that_break_there(seed: int) -> None:
    """Moved to any session, a duty breaks exactly the hard rules that the account names."""
    problem = a_random_world(seed, people=5)
    explainer = _explained(problem)
    plan = explainer.result.assignments
    for duty in problem.duties:
        account = explainer.account(duty.id)
        for session in problem.sessions:
            moved = _moved(plan, duty.id, duty.employee_id, session.key)
            broken = {violation.rule for violation in verify(problem, moved).hard}
            if session.key in account:
                named = set(account[session.key])
                if STRUCTURE in broken:
                    # In the model, two days of one's own crowd out one's stand-in as well.
                    named -= {"deputies"} - broken
                assert named == broken
            else:
                assert STRUCTURE in broken, "only what cannot discharge the duty is left out"


@pytest.mark.parametrize("seed", range(30))
def test_an_unassigned_duty_comes_back_with_the_rules_that_block_it(seed: int) -> None:
    problem = a_random_world(seed, people=6)
    explainer = _explained(problem)
    found = explainer.unassigned()
    assert tuple(missing.duty_id for missing in found) == explainer.result.unassigned
    for missing in found:
        account = explainer.account(missing.duty_id)
        assert missing.blocks
        assert missing.due == problem.duty[missing.duty_id].due
        if not account:
            assert [block.rule for block in missing.blocks] == [STRUCTURE]
            continue
        counted = {block.rule: block.sessions for block in missing.blocks}
        rules = {rule for closed in account.values() for rule in closed}
        assert counted == {r: sum(r in closed for closed in account.values()) for r in rules}
        sessions = [block.sessions for block in missing.blocks]
        assert sessions == sorted(sessions, reverse=True), "the most blocking comes first"


def test_random_worlds_leave_some_out() -> None:
    """Otherwise the test above would say nothing."""
    left = [solve(a_random_world(seed, people=6)).unassigned for seed in range(20)]
    assert sum(map(bool, left)) >= 5


@pytest.mark.parametrize("seed", range(20))
def test_the_figures_of_a_why_add_up(seed: int) -> None:
    problem = a_random_world(seed, people=5)
    explainer = _explained(problem)
    why = explainer.why()
    assert why.keys() == {a.duty_id for a in explainer.result.assignments}
    for duty_id, message in why.items():
        account, values = explainer.account(duty_id), message.values["dates"].values
        assert values["total"] == len(account)
        if "reasons" in values:
            counts = [reason.values["n"] for reason in values["reasons"]]
            assert sum(counts) + values["left"] == values["total"]
            assert values["left"] == sum(not closed for closed in account.values())
        else:
            assert not any(account.values())


def _canaries(seed: int) -> Problem:
    """A random world whose people have names that stand nowhere else."""
    problem = a_random_world(seed, people=5)
    return problem.model_copy(
        update={
            "employees": tuple(
                person.model_copy(update={"name": f"Canary {person.id.upper()}"})
                for person in problem.employees
            )
        }
    )


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_told_about_anybody(seed: int) -> None:
    """Neither a name nor an id, in the sentence or in the values behind it."""
    problem = _canaries(seed)
    explainer = _explained(problem)
    ids = [person.id for person in problem.employees]
    told = {duty_id: message.model_dump_json() for duty_id, message in explainer.why().items()}
    for missing in explainer.unassigned():
        told[missing.duty_id] = json.dumps([b.text.model_dump() for b in missing.blocks])
    assert told
    for text in told.values():
        assert "Canary" not in text
        assert not any(f'"{who}"' in text or f" {who}" in text for who in ids)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_told_survives_being_stored(seed: int) -> None:
    explainer = _explained(a_random_world(seed, people=6))
    texts = [*explainer.why().values()]
    texts += [block.text for missing in explainer.unassigned() for block in missing.blocks]
    for message in texts:
        stored = Message.model_validate_json(message.model_dump_json())
        assert str(stored) == str(message)
        assert stored.render("«{}»".format) == message.render("«{}»".format)


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
        "offer these are not possible: 1 because you are away. Of the other 2 this one suits best."
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
        "Of the 1 sessions on offer this one suits best."
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


def test_a_soft_rule_closes_no_session() -> None:
    """A stand-in who is away makes a date dearer, not impossible."""
    people = [a_person("ann"), a_person("bob")]
    rules = as_soft(only("deputies", "seats"), "deputies")
    pair = (StandIns(one="ann", other="bob"),)
    explainer = _explained(a_world(people, [a_session(0)], rules=rules, stand_ins=pair))
    assert explainer.result.status is SolveStatus.OPTIMAL
    assert all(not closed for closed in explainer.account("bob@1").values())
