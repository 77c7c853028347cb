"""The day sheet of a service centre: who comes on a day, for a lead to print and pin up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler.domain.programme import AgendaDay, Programme, ServiceCentre
from scheduler.store.read_models import AssignmentRow
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access, admits
from web.context import now, store
from web.reading import day_argument

blueprint = Blueprint("centre", __name__, url_prefix="/centre")

MOST_GUESTS = 1000


@dataclass(frozen=True)
class SheetSession:
    """A session on that day, with its guests by name and nothing else about them."""

    programme: Programme | None
    centre: ServiceCentre
    day: date
    guests: tuple[AssignmentRow, ...]

    @property
    def size(self) -> int:
        """How many come."""
        return len(self.guests)

    @property
    def number(self) -> int:
        """Which day of the session it is, from 0."""
        return self.guests[0].days.index(self.day)

    @property
    def of(self) -> int:
        """How many days the session has."""
        return len(self.guests[0].days)

    @property
    def agenda(self) -> AgendaDay | None:
        """What happens on that day."""
        return self.programme.agenda_of(self.number) if self.programme else None

    @property
    def hours(self) -> tuple[time, time]:
        """From when to when, on the centre's clock."""
        agenda = self.agenda
        return (
            (agenda.starts if agenda else None) or self.centre.opens,
            (agenda.ends if agenda else None) or self.centre.closes,
        )


def leads(key: str) -> bool:
    """Whether the signed-in person may see this centre: HR all, a lead their own."""
    if admits("hr"):
        return True
    with store().read() as unit:
        return key in unit.accounts.lead_centres(current_user.id)


@blueprint.get("/")
@access("lead")
def index() -> ResponseReturnValue:
    """The centres of the reader; straight to the sheet where there is only one."""
    with store().read() as unit:
        mine = [centre for centre in unit.catalogue.centres() if leads(centre.key)]
    if len(mine) == 1:
        return redirect(url_for("centre.days", key=mine[0].key))
    return render_template("centre/index.html", centres=mine)


@blueprint.get("/<key>")
@access("lead", owner=leads)
def days(key: str) -> ResponseReturnValue:
    """Who comes on a day; without one, on the next day anybody comes."""
    with store().read() as unit:
        centre = unit.catalogue.centre(key)
        chosen = day_argument("day") or next_day(unit, centre)
        sessions = sheet(unit, centre, chosen)
    return render_template(
        "centre/sheet.html",
        centre=centre,
        day=chosen,
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
        sessions=sessions,
    )


def next_day(unit: UnitOfWork, centre: ServiceCentre) -> date:
    """The first day from today on which somebody comes; today if nobody does."""
    local = now().astimezone(ZoneInfo(centre.place.timezone)).date()
    plan = unit.plans.published()
    load = unit.plans.load(plan.id) if plan else ()
    ahead = [each.day for each in load if each.centre == centre.key and each.used]
    return min((day for day in ahead if day >= local), default=local)


def sheet(unit: UnitOfWork, centre: ServiceCentre, day: date) -> tuple[SheetSession, ...]:
    """The sessions of one day at a centre, as published."""
    plan = unit.plans.published()
    if plan is None:
        return ()
    guests = unit.plans.search(plan.id, centre=centre.key, first=day, last=day, size=MOST_GUESTS)
    programmes = {each.key: each for each in unit.catalogue.programmes()}
    return tuple(_sessions(guests.rows, centre, day, programmes))


def _sessions(
    rows: Iterable[AssignmentRow],
    centre: ServiceCentre,
    day: date,
    programmes: dict[str, Programme],
) -> Iterable[SheetSession]:
    here = (row for row in rows if day in row.days)
    for _key, guests in groupby(here, key=lambda row: row.session):
        mine = tuple(guests)
        yield SheetSession(programmes.get(mine[0].programme), centre, day, mine)
