"""A problem: names known and unique, quick look-ups, and the same after a night on disk."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.rules import registry
from tests.worlds import (
    BERLIN,
    TWO_DAYS,
    a_duty,
    a_person,
    a_random_world,
    a_session,
    a_world,
    only,
)


def test_looks_everything_up_by_its_key() -> None:
    ann, session, duty = a_person("ann"), a_session(0), a_duty("ann")
    problem = a_world([ann], [session], [duty])
    assert problem.employee == {"ann": ann}
    assert problem.session == {session.key: session}
    assert problem.duty == {duty.id: duty}
    assert problem.centre == {"berlin": BERLIN}
    assert problem.programme == {"two_days": TWO_DAYS}


def test_nobody_unknown_owes_anything() -> None:
    with pytest.raises(ValidationError, match=r"duties of unknown employees: \['bob'\]"):
        a_world([a_person("ann")], [], [a_duty("ann"), a_duty("bob")])


@pytest.mark.parametrize(
    ("what", "times"), [("employee", (2, 1, 1)), ("session", (1, 2, 1)), ("duty", (1, 1, 2))]
)
def test_two_with_the_same_name_are_refused(what: str, times: tuple[int, int, int]) -> None:
    people, sessions, duties = times
    with pytest.raises(ValidationError, match=f"two with the same {what} id"):
        a_world([a_person("ann")] * people, [a_session(0)] * sessions, [a_duty("ann")] * duties)


@pytest.mark.parametrize("seed", range(10))
def test_comes_back_from_json_as_it_was(seed: int) -> None:
    problem = a_random_world(seed).model_copy(update={"rules": only(*registry())})
    assert problem.duty  # looked up before, which leaves a trace on the value
    assert Problem.model_validate_json(problem.model_dump_json()) == problem


@pytest.mark.parametrize("weight", [-1, 10_001])
def test_a_weight_has_bounds(weight: int) -> None:
    with pytest.raises(ValidationError, match="weight"):
        RuleSetting(key="spacing", mode=Mode.SOFT, weight=weight)
