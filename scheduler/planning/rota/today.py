"""A plan against what is known today: people, exceptions, rules and the rest of the rota may have
changed since it was drafted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from scheduler.domain.calendar import DateRange
from scheduler.domain.duties import owed
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.domain.rota import Service, ServiceState
from scheduler.domain.words import Message, say
from scheduler.planning.rota.counting import records_of, services_as_counted
from scheduler.planning.rota.standing import assignment_of, session_of
from scheduler.store.unit_of_work import UnitOfWork
from scheduler.verify import verify


def broken_today(
    unit: UnitOfWork, problem: Problem, assignments: Sequence[Assignment], at: datetime
) -> list[Message]:
    """What keeps a plan from being published, in words that name people and days: everything that
    breaks a hard rule on today's data, and whoever serves elsewhere at that time already."""
    ahead = [a for a in assignments if min(problem.session[a.session].hours())[0] > at]
    policy = unit.catalogue.policy()
    if policy is None or not ahead:
        return []
    employees = {person.id: person for person in unit.people.employees()}
    services = services_as_counted(unit, policy, at)
    now = _problem(unit, problem, list(employees.values()), services, at)
    gone = [*_not_here(now, ahead), *_not_owed(unit, now, ahead, services, at)]
    lost = {assignment.duty_id for assignment, _ in gone}
    mine = [a for a in ahead if a.duty_id not in lost]
    elsewhere = _elsewhere(now, services, {a.duty_id for a in assignments}, at)
    wanted = {(a.employee_id, a.session) for a in mine}
    alone = verify(now, mine).hard
    # What only several plans together break, people of a team at two centres on one day, say, no
    # other draft of this plan would mend: a plan does not see the others while it is made.
    beside = verify(_beside(now, elsewhere), [*mine, *(a for a, *_ in elsewhere)]).hard
    broken = [
        violation.text
        for violation in (*alone, *(each for each in beside if len(each.employee_ids) == 1))
        if any(
            (person, session) in wanted
            for person in violation.employee_ids
            for session in violation.sessions
        )
    ]
    return [text for _, text in gone] + list(dict.fromkeys(broken))


def _problem(
    unit: UnitOfWork,
    problem: Problem,
    employees: Sequence[Employee],
    services: Sequence[Service],
    at: datetime,
) -> Problem:
    """The plan's problem with the news since it was drafted: who is here and away, what is closed,
    what the rules say. What the plan itself supposes stays (a repair may have given it more seats,
    a training renewed, a pair set aside). How much notice people have is another question:
    publishing late is told, not refused."""
    centres = {centre.key: centre for centre in unit.catalogue.centres()}
    programmes = {programme.key: programme for programme in unit.catalogue.programmes()}
    past = [service for service in services if service.over(at)]
    return problem.changed(
        employees=tuple(_as_planned(person, problem) for person in employees),
        centres=tuple({**centres, **problem.centre}.values()),
        programmes=tuple({**programmes, **problem.programme}.values()),
        sessions=tuple(
            session
            for session in problem.sessions
            if session.centre in centres and all(map(centres[session.centre].open_on, session.days))
        ),
        absences=unit.exceptions.absences(),
        blackouts=unit.exceptions.blackouts(),
        exemptions=unit.exceptions.exemptions(),
        records=tuple(records_of(past, unit.ledger.records())),
        rules=unit.catalogue.rules().settings,
    )


def _as_planned(person: Employee, problem: Problem) -> Employee:
    """Somebody as they are now, with the training that the plan supposes if that is longer."""
    before = problem.employee.get(person.id)
    if before is None or before.cleared_until is None or person.cleared_until is None:
        return person
    latest = max(before.cleared_until, person.cleared_until)
    return person.model_copy(update={"cleared_until": latest})


def _not_here(
    now: Problem, assignments: Iterable[Assignment]
) -> Iterable[tuple[Assignment, Message]]:
    """Whoever has left, or whose session is closed."""
    for assignment in assignments:
        person = now.employee.get(assignment.employee_id)
        session = now.session.get(assignment.session)
        if session is None:
            text = say(
                "the session {session} does not take place any more", session=assignment.session
            )
            yield assignment, text
        elif person is None or (
            person.leave_date is not None and person.leave_date < session.last_day
        ):
            name = assignment.employee_id if person is None else person.name
            yield (
                assignment,
                say("{name} is no longer here on {day}", name=name, day=session.last_day),
            )


def _not_owed(
    unit: UnitOfWork,
    now: Problem,
    assignments: Sequence[Assignment],
    services: Sequence[Service],
    at: datetime,
) -> Iterable[tuple[Assignment, Message]]:
    """Whoever owes this service no longer: served meanwhile, or released."""
    policy = unit.catalogue.policy()
    people = {a.employee_id for a in assignments}
    duties = [now.duty[a.duty_id] for a in assignments if a.duty_id in now.duty]
    if policy is None or not duties:
        return
    last = max(now.horizon.last, *(duty.due for duty in duties))
    owing = owed(
        [person for person in now.employees if person.id in people],
        unit.ledger.records(),
        policy,
        now.programmes,
        DateRange(first=now.horizon.first, last=last),
        rota=services,
        movable=lambda service: service.state is ServiceState.CONFIRMED and not service.over(at),
        absences=now.absences,
        exemptions=now.exemptions,
    )
    still = {duty.id for duty in owing}
    leaving = {a.duty_id for a, _ in _not_here(now, assignments)}
    for assignment in assignments:
        if assignment.duty_id not in still | leaving:
            name = now.employee[assignment.employee_id].name
            day = now.session[assignment.session].first_day
            yield (
                assignment,
                say("{name} does not owe the service of {day} any more", name=name, day=day),
            )


Elsewhere = tuple[Assignment, Session, Duty]
"""A service that the plan does not speak for, as a plan would say it."""


def _elsewhere(
    now: Problem, services: Iterable[Service], planned: set[str], at: datetime
) -> list[Elsewhere]:
    """What stands in the rota and the plan leaves as it is, so far as it is not over."""
    scope = {(centre, programme) for centre in now.centre for programme in now.programme}
    return [
        (assignment_of(service), session_of(service, now.centre[service.centre]), _duty(service))
        for service in services
        if service.state is ServiceState.CONFIRMED
        and not service.over(at)
        and service.duty_id not in planned
        and service.employee_id in now.employee
        and (service.centre, service.programme) in scope
        and not _spoken_for(now, service, at)
    ]


def _spoken_for(now: Problem, service: Service, at: datetime) -> bool:
    """Whether publishing calls it off, because the plan says everything of its days and place."""
    return service.ahead(at) and service.first_day in now.horizon and service.session in now.session


def _beside(now: Problem, elsewhere: Sequence[Elsewhere]) -> Problem:
    """The problem with what stands elsewhere in it."""
    sessions = {session.key: session for _, session, _ in elsewhere}
    return now.changed(
        sessions=(*now.sessions, *(s for key, s in sessions.items() if key not in now.session)),
        duties=(*now.duties, *(duty for *_, duty in elsewhere if duty.id not in now.duty)),
    )


def _duty(service: Service) -> Duty:
    first, last = service.first_day, service.last_day
    return Duty(
        id=service.duty_id,
        employee_id=service.employee_id,
        opens=first,
        due=last,
        programmes=(service.programme,),
    )
