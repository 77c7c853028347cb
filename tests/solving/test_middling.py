"""Fifty companies of a hundred to four hundred people: proven, and to the point what another
solver finds in the exported file."""

from __future__ import annotations

import random

import pytest

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.ledger import ServiceRecord, owed
from scheduler.domain.people import Employee
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.programme import generate_sessions
from scheduler.presets import preset
from scheduler.rules import registry
from scheduler.sample import make_company
from scheduler.solving.compiled import compile_problem
from scheduler.solving.engine import solve
from scheduler.solving.mps import write_mps
from scheduler.solving.result import Limits
from scheduler.verify import verify
from tests.solving.companies import START, random_pairs
from tests.solving.test_mps import Mps

SEEDS = range(50)
BINDING = ("executive_cover", "deputies", "team_floor", "seats")
CYCLE = Period(months=24)


def a_middling_company(seed: int) -> Problem:
    """All rules on. One or two centres, by turns; everybody serves for the first time, or each has
    a history; seats for all, or for nine in ten."""
    chance = random.Random(seed)
    people, centres = chance.randrange(100, 401), 1 + seed % 2
    horizon = DateRange(first=START, last=Period(months=chance.choice([3, 4])).after(START) - DAY)
    company = make_company(people, centres, seed, START)
    employees = tuple(
        p.model_copy(update={"executive": p.executive or chance.random() < 0.08})
        for p in company.employees
    )
    chosen = preset("amazon")
    policy = chosen.policy(START)
    if seed % 4 < 2:
        # The rollout of a policy whose cycle is the horizon: everybody owes one service in it.
        policy = policy.model_copy(update={"cycle": Period(months=3)})
        records: tuple[ServiceRecord, ...] = ()
    else:
        records = _histories(chance, employees, chosen.programmes[0].key, horizon)
    duties = owed(employees, records, policy, chosen.programmes, horizon, absences=company.absences)
    sessions = generate_sessions(chosen.programmes, company.centres, horizon)
    wanted = len(duties) / len(sessions) * (0.9 if seed % 5 == 0 else 1.15)
    seats = [int(wanted) + (chance.random() < wanted % 1) for _ in sessions]
    return Problem(
        horizon=horizon,
        employees=employees,
        centres=company.centres,
        programmes=chosen.programmes,
        sessions=tuple(
            s.model_copy(update={"seats": n}) for s, n in zip(sessions, seats, strict=True)
        ),
        duties=duties,
        absences=company.absences,
        blackouts=company.blackouts,
        wishes=company.wishes,
        stand_ins=(*company.stand_ins, *random_pairs(employees, people // 3, seed)),
        records=records,
        rules=tuple(
            setting.model_copy(update={"params": setting.params | {"most": 1}})
            if key == "executive_cover"
            else setting
            for key, setting in ((k, rule.default_setting()) for k, rule in registry().items())
        ),
        seed=seed,
    )


def _histories(
    chance: random.Random, employees: tuple[Employee, ...], programme: str, horizon: DateRange
) -> tuple[ServiceRecord, ...]:
    """Everybody served once, so that they are due again within the horizon or overdue."""
    span = horizon.last.toordinal() - horizon.first.toordinal()
    found = []
    for person in employees:
        due = START + chance.randrange(-30, span) * DAY
        served = due - 730 * DAY
        found.append(
            ServiceRecord(employee_id=person.id, programme=programme, days=(served, served + DAY))
        )
    return tuple(found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_proven_and_costs_what_another_solver_finds(seed: int) -> None:
    problem = a_middling_company(seed)
    result = solve(problem, Limits(seconds=30, gap=0))
    assert result.status is SolveStatus.OPTIMAL
    assert result.cost == result.bound
    assert not verify(problem, result.assignments).hard
    found = Mps(write_mps(compile_problem(problem))).solved_by_highs()
    assert found == pytest.approx(result.cost, abs=0.5)


@pytest.mark.parametrize("rule", BINDING)
def test_the_rules_bind(rule: str) -> None:
    """In the best plans groups have on many a day as many away as they may."""
    full = 0
    for seed in (1, 4):
        problem = a_middling_company(seed)
        model = compile_problem(problem)
        choice = solve(problem, Limits(seconds=20, gap=0)).choice
        for family in model.families:
            if family.rule == rule:
                full += int((model.use(family, choice) == family.upper).sum())
    assert full > 20
