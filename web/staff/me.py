"""My service: an employee's next shift, why it is theirs, and how it gets into their calendar.

Nothing here takes a person's id: what is shown is always the signed-in person's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user

from scheduler import planning
from scheduler.domain.duties import next_window
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee
from scheduler.domain.programme import AgendaDay, Programme, ServiceCentre
from scheduler.domain.revision import DayStatus, ServiceDay
from scheduler.domain.rota import Change, ChangeKind
from scheduler.domain.words import Message
from scheduler.planning.rota.counting import own_history
from scheduler.store.read_models import FeedRow
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import actor, frontline, now, store
from web.feeds import calendar_response
from web.gettext import gettext as _

blueprint = Blueprint("me", __name__, url_prefix="/me")

MOVES_SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class ShownDay:
    """A day of service as its person sees it, on the centre's clock."""

    day: ServiceDay
    programme: Programme | None
    centre: ServiceCentre | None

    @property
    def date(self) -> date:
        """The date at the centre."""
        return self.day.starts.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def timezone(self) -> str:
        """The centre's time zone."""
        return self.centre.place.timezone if self.centre else "UTC"

    @property
    def agenda(self) -> AgendaDay | None:
        """What happens on that day."""
        return self.programme.agenda_of(self.day.number) if self.programme else None


@dataclass(frozen=True)
class Shift:
    """The days of one duty, in order."""

    days: tuple[ShownDay, ...]
    why: Message | None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates at the centre."""
        return tuple(each.date for each in self.days)

    @property
    def first(self) -> ShownDay:
        """The first day, which says where and in which programme."""
        return self.days[0]


@dataclass(frozen=True)
class OwnService:
    """Everything the page shows of one person's service."""

    person: Employee
    ahead: tuple[Shift, ...]
    past: tuple[ServiceRecord, ...]
    cancelled: tuple[ShownDay, ...]
    moved: tuple[Change, ...]
    """What happened to dates that were told already, the latest first."""
    last_served: date | None
    due: date | None
    feed: FeedRow | None
    hide_cancelled: bool


@blueprint.get("/")
@access("employee")
def page() -> ResponseReturnValue:
    """The next shift, and what there is to know around it."""
    return render_template("staff/me.html", **_values())


def _is_mine(duty_id: str) -> bool:
    """Whether the signed-in person has days of this duty."""
    with store().read() as unit:
        days = unit.calendar.days(current_user.employee_id)
    return any(day.duty_id == duty_id for day in days)


@blueprint.get("/dates/<path:duty_id>")
@access("employee", owner=_is_mine)
def dates(duty_id: str) -> ResponseReturnValue:
    """All dates that the person could have had, and why they have not; nothing about others."""
    words = planning.explain_own_duty(store(), current_user.employee_id, duty_id)
    with store().read() as unit:
        return render_template(
            "staff/dates.html",
            words=words,
            centres={each.key: each for each in unit.catalogue.centres()},
            programmes={each.key: each for each in unit.catalogue.programmes()},
        )


@blueprint.get("/service.ics")
@access("employee")
def download() -> ResponseReturnValue:
    """The person's days as a file."""
    response: Response = calendar_response(current_user.employee_id, attachment=True)
    return response


@blueprint.post("/subscription")
@access("employee")
def subscribe() -> ResponseReturnValue:
    """A new secret address, shown this once; an older one stops working."""
    address = planning.feed_url(
        store(), current_user.employee_id, frontline().settings.base_url, at=now(), actor=actor()
    )
    response = make_response(render_template("staff/me.html", links=links(address), **_values()))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/subscription/revoke")
@access("employee")
def unsubscribe() -> ResponseReturnValue:
    """The address stops working at once."""
    planning.revoke_feed(store(), current_user.employee_id, actor=actor(), at=now())
    flash(_("The address does not work any more."), "good")
    return redirect(url_for("me.page"))


@blueprint.post("/cancelled")
@access("employee")
def prefer() -> ResponseReturnValue:
    """Whether cancelled days stay visible in the person's calendar."""
    hide = request.form.get("hide") == "1"
    planning.hide_cancelled_days(store(), current_user.employee_id, hide)
    return redirect(url_for("me.page", _anchor="subscription"))


@dataclass(frozen=True)
class Links:
    """A feed's address in the shapes that calendar programs take."""

    https: str
    webcal: str
    google: str
    outlook: str


def links(address: str) -> Links:
    """The buttons for one address."""
    webcal = urlsplit(address)._replace(scheme="webcal").geturl()
    outlook = urlencode({"url": address, "name": _("Customer service")}, quote_via=quote)
    return Links(
        https=address,
        webcal=webcal,
        google="https://calendar.google.com/calendar/render?" + urlencode({"cid": webcal}),
        outlook=f"https://outlook.office.com/calendar/0/addfromweb?{outlook}",
    )


def _values() -> dict[str, object]:
    with store().read() as unit:
        service = service_of(unit, current_user.employee_id, now())
        programmes = {each.key: each for each in unit.catalogue.programmes()}
    return {"service": service, "programmes": programmes, "at": now()}


def service_of(unit: UnitOfWork, employee_id: str, at: datetime) -> OwnService:
    """Collect what the page shows about one person."""
    person = unit.people.employee(employee_id)
    history, records = own_history(unit, employee_id, at)
    policy = unit.catalogue.policy()
    absences = unit.exceptions.absences(employee_id)
    shown = _shown(unit, unit.calendar.days(employee_id))
    confirmed = [each for each in shown if each.day.status is DayStatus.CONFIRMED]
    return OwnService(
        person=person,
        ahead=shifts([day for day in confirmed if day.day.ends >= at], unit, employee_id),
        past=tuple(records),
        cancelled=tuple(
            each
            for each in shown
            if each.day.status is DayStatus.CANCELLED and each.day.ends >= at - timedelta(days=30)
        ),
        moved=_moved(unit.rota.changes(employee_id), at),
        last_served=history.served,
        due=next_window(person, history, policy, absences).due if policy else None,
        feed=unit.calendar.feed_state(employee_id),
        hide_cancelled=unit.calendar.hide_cancelled(employee_id),
    )


def _moved(changes: Sequence[Change], at: datetime) -> tuple[Change, ...]:
    """Dates moved or called off within the last weeks, the latest first."""
    told = (ChangeKind.MOVED, ChangeKind.CANCELLED)
    return tuple(
        change
        for change in reversed(changes)
        if change.kind in told and change.at >= at - MOVES_SHOWN
    )


def _shown(unit: UnitOfWork, days: Sequence[ServiceDay]) -> list[ShownDay]:
    programmes = {each.key: each for each in unit.catalogue.programmes()}
    centres = {each.key: each for each in unit.catalogue.centres()}
    return [
        ShownDay(day, programmes.get(day.programme), centres.get(day.centre))
        for day in sorted(days, key=lambda each: each.starts)
    ]


def shifts(days: Sequence[ShownDay], unit: UnitOfWork, employee_id: str) -> tuple[Shift, ...]:
    """The days of each duty together, in order of their first day."""
    why = unit.calendar.why(employee_id)
    by_duty: dict[str, list[ShownDay]] = {}
    for each in days:
        by_duty.setdefault(each.day.duty_id, []).append(each)
    return tuple(Shift(tuple(mine), why.get(duty)) for duty, mine in by_duty.items())
