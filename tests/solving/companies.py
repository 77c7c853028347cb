"""Problems of a sample company, of any size, straight from its files' values: no store."""

from __future__ import annotations

from datetime import date

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.ledger import owed
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.programme import generate_sessions
from scheduler.presets import preset
from scheduler.sample import make_company

START = date(2027, 1, 1)


def a_company(
    people: int,
    centres: int = 1,
    *,
    seed: int = 1,
    months: int = 24,
    seats: int | None = None,
    rules: tuple[RuleSetting, ...] = (),
) -> Problem:
    """A sample company that serves for the first time; `seats` per session instead of just
    enough for all."""
    company = make_company(people, centres, seed, START)
    chosen = preset("amazon")
    horizon = DateRange(first=START, last=Period(months=months).after(START) - DAY)
    programmes = company.seated(chosen.programmes)
    if seats is not None:
        programmes = tuple(p.model_copy(update={"seats": seats}) for p in programmes)
    return Problem(
        horizon=horizon,
        employees=company.employees,
        centres=company.centres,
        programmes=programmes,
        sessions=generate_sessions(programmes, company.centres, horizon),
        duties=owed(
            company.employees,
            (),
            chosen.policy(START),
            programmes,
            horizon,
            absences=company.absences,
        ),
        absences=company.absences,
        blackouts=company.blackouts,
        wishes=company.wishes,
        stand_ins=company.stand_ins,
        rules=rules,
        seed=seed,
    )
