"""The day sheet of a service centre: who comes on a day, for a lead to print and pin up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler import planning
from scheduler.domain.calendar import DAY
from scheduler.domain.programme import AgendaDay, Programme, ServiceCentre
from scheduler.domain.rota import ServiceState
from scheduler.store.read_models import GuestRow
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access, admits
from web.context import actor, now, store
from web.reading import day_argument

blueprint = Blueprint("centre", __name__, url_prefix="/centre")

SAID = ("attended", "missed", "excused", "confirmed")
"""What can be said of a service; the last takes back what was said."""


@dataclass(frozen=True)
class SheetSession:
    """A session on that day, with its guests by name and nothing else about them."""

    programme: Programme | None
    centre: ServiceCentre
    guests: tuple[GuestRow, ...]

    @property
    def size(self) -> int:
        """How many come."""
        return len(self.guests)

    @property
    def number(self) -> int:
        """Which day of the session it is, from 0."""
        return self.guests[0].number

    @property
    def of(self) -> int:
        """How many days the session has."""
        return self.guests[0].of

    @property
    def agenda(self) -> AgendaDay | None:
        """What happens on that day."""
        return self.programme.agenda_of(self.number) if self.programme else None

    @property
    def hours(self) -> tuple[time, time]:
        """From when to when, on the centre's clock."""
        zone = ZoneInfo(self.centre.place.timezone)
        guest = self.guests[0]
        return guest.starts.astimezone(zone).time(), guest.ends.astimezone(zone).time()


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
        before=chosen - DAY if chosen > date.min else None,
        after=chosen + DAY if chosen < date.max else None,
        sessions=sessions,
        at=now(),
    )


@blueprint.post("/<key>/attendance")
@access("lead", owner=leads)
def attend(key: str) -> ResponseReturnValue:
    """Note whether a guest came."""
    state = request.form.get("state", "")
    if state not in SAID:
        abort(400)
    planning.note_attendance(
        store(),
        request.form.get("service", ""),
        ServiceState(state),
        actor=actor(),
        at=now(),
        centre=key,
    )
    return redirect(url_for("centre.days", key=key, day=day_argument("day")))


def next_day(unit: UnitOfWork, centre: ServiceCentre) -> date:
    """The first day from today on which somebody comes; today if nobody does."""
    local = now().astimezone(ZoneInfo(centre.place.timezone)).date()
    return unit.rota.next_day(centre.key, local) or local


def sheet(unit: UnitOfWork, centre: ServiceCentre, day: date) -> tuple[SheetSession, ...]:
    """The sessions of one day at a centre, as the rota has them."""
    programmes = {each.key: each for each in unit.catalogue.programmes()}
    sessions = groupby(unit.rota.guests(centre.key, day), key=lambda guest: guest.session)
    return tuple(
        SheetSession(programmes.get(guests[0].programme), centre, guests)
        for _key, some in sessions
        for guests in [tuple(some)]
    )
