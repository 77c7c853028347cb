"""People: search over everybody, and one person with their ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from scheduler.domain.calendar import DateRange
from scheduler.domain.duties import next_window
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee, Exemption, Pairing, StandIns, Wish
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.planning.rota.counting import own_history
from scheduler.store.mapping.exceptions import EXEMPTIONS, PAIRINGS, STAND_INS, WISHES
from scheduler.store.read_models import Entry, Owing
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import now, store, today
from web.planner.exception_kinds import pairing_title, release_title, wish_title
from web.reading import choice, page_number

blueprint = Blueprint("people", __name__, url_prefix="/people")

SORTS = ("name", "department", "last_served", "due")
PAGE_SIZE = 50


@blueprint.get("/")
@access("hr")
def index() -> ResponseReturnValue:
    """Everybody, searched and filtered by the database."""
    sort = choice("sort", SORTS) or "name"
    with store().read() as unit:
        results = unit.people.search(
            request.args.get("q", "").strip(),
            department=request.args.get("department") or None,
            executive=True if request.args.get("executive") else None,
            owing=choice("owing", tuple(Owing)),
            employed={"here": True, "left": False}.get(request.args.get("who", "here")),
            today=today(),
            page=page_number(),
            size=PAGE_SIZE,
            sort=sort,
        )
        departments = unit.people.departments()
        anybody = bool(results.total) or unit.people.count() > 0
    return render_template(
        "planner/people.html",
        results=results,
        departments=departments,
        anybody=anybody,
        sort=sort,
        today=today(),
    )


@dataclass(frozen=True)
class Person:
    """Everything HR sees about one person. Reasons for absences are kept nowhere near."""

    employee: Employee
    last_served: date | None
    due: date | None
    manager: Employee | None
    records: tuple[ServiceRecord, ...]
    absences: tuple[DateRange, ...]
    wishes: tuple[Entry[Wish], ...]
    exemptions: tuple[Entry[Exemption], ...]
    stand_ins: tuple[Entry[StandIns], ...]
    pairings: tuple[Entry[Pairing], ...]
    partners: Mapping[str, str]
    """The names of those they stand in for or are paired with."""
    days: tuple[ServiceDay, ...]
    at: date

    @property
    def next_day(self) -> date | None:
        """The next published day that takes place."""
        return next((each.starts.date() for each in self.days if self._is_ahead(each)), None)

    def _is_ahead(self, day: ServiceDay) -> bool:
        return day.status is DayStatus.CONFIRMED and day.starts.date() >= self.at


@blueprint.get("/<path:employee_id>")
@access("hr")
def person(employee_id: str) -> ResponseReturnValue:
    """One person: window, ledger, assignments, absences without reasons."""
    with store().read() as unit:
        shown = person_of(unit, employee_id, now())
        programmes = {each.key: each for each in unit.catalogue.programmes()}
        centres = {each.key: each for each in unit.catalogue.centres()}
    return render_template(
        "planner/person.html",
        person=shown,
        programmes=programmes,
        centres=centres,
        today=today(),
        release_title=release_title,
        wish_title=wish_title,
        pairing_title=pairing_title,
    )


def person_of(unit: UnitOfWork, employee_id: str, at: datetime) -> Person:
    """Collect what is known of one person. Raises `NotFound`."""
    people = unit.people
    employee = people.employee(employee_id)
    managers = people.employees([employee.manager_id]) if employee.manager_id else ()
    history, records = own_history(unit, employee_id, at)
    absences = unit.exceptions.absences(employee_id)
    policy = unit.catalogue.policy()
    stand_ins = unit.exceptions.about(STAND_INS, employee_id)
    pairings = unit.exceptions.about(PAIRINGS, employee_id)
    pairs: list[StandIns | Pairing] = [entry.value for entry in stand_ins]
    pairs += [entry.value for entry in pairings]
    partners = {each for pair in pairs for each in (pair.one, pair.other)} - {employee_id}
    return Person(
        employee=employee,
        last_served=history.served,
        due=next_window(employee, history, policy, absences).due if policy else None,
        manager=managers[0] if managers else None,
        records=tuple(records),
        absences=tuple(absence.days for absence in absences),
        wishes=unit.exceptions.about(WISHES, employee_id),
        exemptions=unit.exceptions.about(EXEMPTIONS, employee_id),
        stand_ins=stand_ins,
        pairings=pairings,
        partners={each.id: each.name for each in people.employees(partners)},
        days=tuple(sorted(unit.calendar.days(employee_id), key=lambda each: each.starts)),
        at=at.date(),
    )
