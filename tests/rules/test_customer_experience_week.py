"""A Customer Experience Week as the preset has it: desks for mail and telephone day by day, a
smallest group, and mentors of two centres."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import DateRange
from scheduler.domain.people import Mentor
from scheduler.domain.plan import Assignment, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Channel, generate_sessions
from scheduler.presets import preset
from scheduler.solving.engine import solve
from scheduler.solving.mentor_rota import assign_mentors
from scheduler.verify import verify
from tests.worlds import BERLIN, a_duty, a_person, a_world

TUESDAY, WEDNESDAY, THURSDAY = (date(2027, 1, day) for day in (12, 13, 14))
WEEK, DAYS = "cew.berlin.20270112", "two_days.berlin.20270113"
JANUARY = DateRange(first=date(2027, 1, 11), last=date(2027, 1, 17))


def world(people: int, *mentors: Mentor, **desks: int) -> Problem:
    """One week from Tuesday to Thursday, two customer days from Wednesday, both at Berlin."""
    centre = BERLIN.model_copy(
        update={"channel_seats": {Channel(name): seats for name, seats in desks.items()}}
    )
    programmes = preset("amazon").programmes
    sessions = generate_sessions(programmes, [centre], JANUARY)
    wanted = [session for session in sessions if session.key in (WEEK, DAYS)]
    employees = [a_person(f"p{n:02}", department=f"d{n}") for n in range(people)]
    both = tuple(programme.key for programme in programmes)
    return a_world(
        employees,
        assign_mentors(wanted, mentors, programmes),
        [a_duty(person.id, programmes=both) for person in employees],
        centres=(centre,),
        programmes=programmes,
        mentors=mentors,
    )


def broken(problem: Problem, week: int, days: int) -> list[Violation]:
    """The hard rules broken when so many come to the week, and so many others on the two days."""
    sessions = [WEEK] * week + [DAYS] * days
    plan = [
        Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=session)
        for duty, session in zip(problem.duties, sessions, strict=False)
    ]
    return list(verify(problem, plan).hard)


def overfull(problem: Problem, week: int, days: int) -> dict[date, int]:
    """How many too many there are on each day."""
    violations = broken(problem, week, days)
    assert {violation.rule for violation in violations} <= {"seats"}
    return {day: violation.amount for violation in violations for day in violation.days}


@pytest.mark.parametrize(
    ("desks", "week", "days", "expected"),
    [
        ({"mail": 8, "phone": 8}, 6, 2, {}),
        ({"mail": 7}, 6, 2, {WEDNESDAY: 1}),  # both answer mail on Wednesday only
        ({"mail": 6}, 7, 0, {TUESDAY: 1, WEDNESDAY: 1}),
        ({"phone": 7}, 6, 2, {THURSDAY: 1}),  # both telephone on Thursday only
        ({"phone": 6}, 8, 0, {WEDNESDAY: 2, THURSDAY: 2}),
        ({"phone": 6, "mail": 6}, 0, 7, {WEDNESDAY: 1, THURSDAY: 1}),
        ({"introduction": 0}, 0, 0, {}),
    ],
)
def test_desks_are_counted_day_by_day(
    desks: dict[str, int], week: int, days: int, expected: dict[date, int]
) -> None:
    assert overfull(world(week + days, **desks), week, days) == expected


def test_the_week_needs_six_people_the_two_days_nobody_else() -> None:
    assert [each.rule for each in broken(world(6), 5, 1)] == ["group_size"]
    assert not broken(world(7), 6, 1)


MENTORS = tuple(
    Mentor(id=name, name=name, centre=centre)
    for name, centre in (("al", "berlin"), ("bo", "berlin"), ("cy", "regensburg"))
)


@pytest.mark.parametrize(("mentors", "rules"), [(MENTORS, set()), (MENTORS[:2], {"mentors"})])
def test_the_week_has_mentors_of_two_centres_or_does_not_take_place(
    mentors: tuple[Mentor, ...], rules: set[str]
) -> None:
    problem = world(12, *mentors)
    assert {each.rule for each in broken(problem, 12, 0)} == rules


def test_a_plan_keeps_all_of_it() -> None:
    """Twelve people, seven desks: the week with six, so that the two days share the telephones."""
    problem = world(12, *MENTORS, mail=7, phone=7)
    result = solve(problem)
    there = [assignment.session for assignment in result.assignments]
    assert (there.count(WEEK), there.count(DAYS)) in ((6, 1), (7, 0), (0, 7))
    assert not verify(problem, result.assignments).hard
