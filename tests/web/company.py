"""A small company on a real store: people at all levels, a published plan, a draft, accounts.

Its plans are filled greedily (nobody solves here), so that the pages have something to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from argon2 import PasswordHasher

from scheduler.domain.calendar import DAY, DateRange
from scheduler.domain.duties import History, next_window, owed
from scheduler.domain.ledger import ServiceRecord, last_service
from scheduler.domain.people import Employee, Exemption
from scheduler.domain.plan import Assignment, Block, SolveStatus, Unassigned, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Policy, generate_sessions
from scheduler.domain.words import say
from scheduler.presets import preset
from scheduler.sample import make_company
from scheduler.store import PlanResult, Store, UnitOfWork
from scheduler.store.mapping.exceptions import ABSENCES, EXEMPTIONS, WISHES
from tests.publishing import publish_as_is

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
"""When the tests take place; HORIZON begins with the month after."""
HORIZON = DateRange(first=date(2026, 12, 1), last=date(2028, 11, 30))
PASSWORD = "correct horse battery"
ROLES = ("employee", "lead", "hr", "admin")
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A cheap hash: what a password costs is not what these tests are about."""


@dataclass(frozen=True)
class Company:
    """What the tests need to know of it."""

    store: Store
    employee: Employee
    """Somebody with published days; linked to the account `employee`."""
    other: Employee
    """Somebody else with published days; linked to the account `other`."""
    centres: tuple[str, ...]
    published: int
    """The number of the published plan."""
    draft: int
    """The number of a draft with a result."""
    running: int
    """The number of a run that waits for a worker."""
    duty: str
    """The published duty of the employee."""


def found(store: Store, people: int = 40) -> Company:
    """Found the company in an empty store."""
    sample = make_company(people, 2, seed=7, start=HORIZON.first)
    chosen = preset("amazon")
    policy = chosen.policy(HORIZON.first)
    with store.write() as unit:
        unit.catalogue.save_policy(policy)
        unit.catalogue.save_programmes(chosen.programmes)
        unit.catalogue.save_centres(sample.centres)
        unit.people.save_employees(sample.employees)
        unit.exceptions.add(ABSENCES, sample.absences)
        unit.exceptions.add(WISHES, sample.wishes)
        first = sample.employees[5]
        served = ServiceRecord(
            employee_id=first.id, programme="two_days", days=(date(2024, 3, 4), date(2024, 3, 5))
        )
        unit.ledger.add([served])
        exempt = Exemption(
            employee_id=sample.employees[6].id,
            category="medical",
            approver="hr@frontline.example",
            days=DateRange(first=AT.date(), last=AT.date() + 90 * DAY),
        )
        unit.exceptions.add(EXEMPTIONS, [exempt])
        _note_windows(unit, policy, sample.employees)
    problem = _problem(store, policy)
    published, _run = _plan(store, problem, "Plan 2026–2028", spare=0)
    days = _publish(store, published, problem)
    draft, _run = _plan(store, problem, "A draft with open questions", spare=3)
    _waiting, running = _queue(store, problem, "A plan that is being computed")
    serving = [person for person in sample.employees if person.id in days]
    company = Company(
        store,
        employee=serving[0],
        other=serving[1],
        centres=tuple(centre.key for centre in sample.centres),
        published=published,
        draft=draft,
        running=running,
        duty=next(duty.id for duty in problem.duties if duty.employee_id == serving[0].id),
    )
    _open_accounts(company)
    return company


def _note_windows(unit: UnitOfWork, policy: Policy, people: Sequence[Employee]) -> None:
    served = last_service(unit.ledger.records())
    unit.people.save_windows(
        (person.id, *_window(person, served.get(person.id), policy), served.get(person.id))
        for person in people
    )


def _problem(store: Store, policy: Policy) -> Problem:
    with store.read() as unit:
        people, programmes = unit.people.employees(), unit.catalogue.programmes()
        centres, records = unit.catalogue.centres(), unit.ledger.records()
        return Problem(
            horizon=HORIZON,
            employees=people,
            centres=centres,
            programmes=programmes,
            sessions=generate_sessions(programmes, centres, HORIZON),
            duties=owed(people, records, policy, programmes, HORIZON),
            absences=unit.exceptions.absences(),
            records=records,
        )


def _queue(store: Store, problem: Problem, name: str) -> tuple[int, int]:
    with store.write() as unit:
        return _enqueue(unit, problem, name)


def _enqueue(unit: UnitOfWork, problem: Problem, name: str) -> tuple[int, int]:
    return unit.plans.create(
        name,
        problem,
        author="hr@frontline.example",
        at=AT,
        programmes=tuple(problem.programme),
        rules_version=0,
        time_limit=60,
    )


def _plan(store: Store, problem: Problem, name: str, *, spare: int) -> tuple[int, int]:
    """A computed draft that leaves the last `spare` duties open."""
    duties = problem.duties[: len(problem.duties) - spare]
    step = max(1, len(problem.sessions) // max(1, len(duties)))
    placed = [
        Assignment(duty_id=duty.id, employee_id=duty.employee_id, session=session.key)
        for duty, session in zip(duties, problem.sessions[::step], strict=False)
    ]
    blocks = (Block(rule="team_floor", sessions=7, text=say("too many of your team away")),)
    left = {duty.id for duty in problem.duties} - {each.duty_id for each in placed}
    day = problem.sessions[0].first_day
    soft = Violation(
        rule="due_date", amount=2, points=8, text=say("{n} weeks late.", n=2), days=(day,)
    )
    result = PlanResult(
        status=SolveStatus.TIME_LIMIT if spare else SolveStatus.OPTIMAL,
        assignments=tuple(placed),
        unassigned=tuple(
            Unassigned(duty_id=d.id, employee_id=d.employee_id, due=d.due, blocks=blocks)
            for d in problem.duties
            if d.id in left
        ),
        violations=(soft,),
        cost=8 + 100_000 * len(left),
        bound=7.0,
        gap=0.0125 if spare else 0.0,
        seconds=6.2,
        score={"due_date": 8, "level_load": 3},
        why={each.duty_id: say("Due by {day}.", day=HORIZON.last) for each in placed},
    )
    lease = timedelta(seconds=15)
    with store.write() as unit:  # at once: a real worker may be waiting for work
        plan_id, run_id = _enqueue(unit, problem, name)
        claimed = unit.runs.claim("test", at=AT, lease=lease, only=run_id)
        assert claimed is not None
        for second in range(3):
            unit.runs.save_progress(
                run_id,
                "test",
                at=AT,
                lease=lease,
                phase="Improving",
                placed=len(placed),
                total=len(problem.duties),
                best=40.0 - second * 10,
                bound=5.0 + second,
                gap=0.3,
                elapsed=float(second * 3),
                incumbent=None,
            )
        unit.plans.save_result(plan_id, result)
        unit.runs.finish(run_id, "test", at=AT + timedelta(seconds=7), state="done")
    return plan_id, run_id


def _window(person: Employee, served: date | None, policy: Policy) -> tuple[date, date]:
    window = next_window(person, History(served=served), policy)
    return window.opens, window.due


def _publish(store: Store, plan_id: int, problem: Problem) -> set[str]:
    with store.write() as unit:
        assignments = unit.plans.assignments(plan_id)
        publish_as_is(unit, plan_id, problem, author="hr@frontline.example", at=AT)
        unit.audit.record("hr@frontline.example", "published", f"plan {plan_id}", AT, {"n": 1})
    busy = Counter(each.employee_id for each in assignments)
    return set(busy)


def _open_accounts(company: Company) -> None:
    linked = {"employee": company.employee.id, "other": company.other.id}
    with company.store.write() as unit:
        for name in (*ROLES, "other"):
            role = "employee" if name == "other" else name
            account_id = unit.accounts.create_account(
                f"{name}@frontline.example", HASH, [role], linked.get(name), at=AT
            )
            if name == "lead":
                unit.accounts.set_lead_centres(account_id, company.centres[:1])
