"""Service centres and programmes: what there is, a preset to begin with, and a new centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from scheduler import planning
from scheduler.domain.calendar import Place
from scheduler.domain.errors import Conflict
from scheduler.domain.programme import MonthlyPattern, Programme, ServiceCentre
from scheduler.exchange.sheets.columns import slug
from scheduler.presets import presets
from web.access import access
from web.context import actor, now, store
from web.forms import Control, FormField, TypedForm
from web.gettext import gettext as _
from web.gettext import ngettext
from web.language import weekday_name

blueprint = Blueprint("centres", __name__, url_prefix="/centres")

MOST_SEATS = 10_000


@blueprint.get("/")
@access("hr")
def index() -> ResponseReturnValue:
    """Where service happens, and in which forms."""
    return _page(TypedForm(centre_fields(), {"timezone": "Europe/Berlin"}))


@blueprint.post("/preset")
@access("hr")
def choose() -> ResponseReturnValue:
    """Begin with a preset: its policy and its programmes. Later ones only replace those."""
    preset = planning.initialise(store(), request.form.get("preset", ""), at=now(), actor=actor())
    flash(_("“%(title)s” is set up.", title=preset.title), "good")
    return redirect(url_for("centres.index"))


@blueprint.post("/")
@access("hr")
def add() -> ResponseReturnValue:
    """Add a service centre."""
    form = TypedForm(centre_fields(), request.form)
    centre = read_centre(form)
    if centre is None:
        return _page(form), 422
    try:
        planning.add_centre(store(), centre, actor=actor(), at=now())
    except Conflict:
        form.problems["name"] = _("There is a service centre of that name already.")
        return _page(form), 409
    flash(_("%(name)s is added.", name=centre.name), "good")
    return redirect(url_for("centres.index"))


def centre_fields() -> tuple[FormField, ...]:
    """What is asked of a service centre."""
    return (
        _text("name", _("Name"), 80, needed=True, attributes={"maxlength": "80"}),
        _text("city", _("City")),
        _text(
            "country",
            _("Country"),
            2,
            help=_("Two letters; for public holidays."),
            attributes={"maxlength": "2", "placeholder": "DE"},
        ),
        _text(
            "subdivision",
            _("State"),
            3,
            help=_("Where holidays differ."),
            attributes={"maxlength": "3", "placeholder": "BY"},
        ),
        _text("timezone", _("Time zone"), 60, needed=True),
        _text("address", _("Address"), help=_("Shown in people's calendars.")),
        FormField(
            "seats",
            _("Seats a day"),
            Control.WHOLE,
            _("Empty: no limit but the sessions'."),
            optional=True,
            least=0,
            most=MOST_SEATS,
            attributes={"inputmode": "numeric"},
        ),
    )


def _text(name: str, title: str, longest: int = 200, **more: Any) -> FormField:
    return FormField(name, title, longest=longest, **more)


def read_centre(form: TypedForm) -> ServiceCentre | None:
    """The centre that was typed; None where something is wrong with it."""
    values = form.read()
    if values.get("timezone", "") not in available_timezones():
        form.problems.setdefault("timezone", _("Write an IANA time zone, such as Europe/Berlin."))
    if not form.sound:
        return None
    try:
        return _centre(values)
    except ValidationError as error:
        for each in error.errors():
            field = str(each["loc"][0]) if each["loc"] else "name"
            form.problems["name" if field == "key" else field] = _("This cannot be right.")
        return None


def _centre(values: Mapping[str, Any]) -> ServiceCentre:
    """Raises pydantic's error for values that no centre has."""
    place = Place(
        city=values["city"],
        country=values["country"].upper() or None,
        subdivision=values["subdivision"].upper() or None,
        timezone=values["timezone"],
    )
    return ServiceCentre(
        key=slug(values["name"]),
        name=values["name"],
        place=place,
        address=values["address"],
        seats=values["seats"],
    )


def offered(programme: Programme) -> str:
    """When a programme is offered, in words."""
    pattern = programme.pattern
    if isinstance(pattern, MonthlyPattern):
        weekday = weekday_name(pattern.weekday, "wide")
        return {
            1: _("monthly, from the first %(weekday)s", weekday=weekday),
            2: _("monthly, from the second %(weekday)s", weekday=weekday),
            3: _("monthly, from the third %(weekday)s", weekday=weekday),
            4: _("monthly, from the fourth %(weekday)s", weekday=weekday),
            5: _("monthly, from the last %(weekday)s", weekday=weekday),
        }[pattern.nth]
    weekdays = ", ".join(weekday_name(each) for each in pattern.weekdays)
    return ngettext(
        "every week, from %(weekdays)s",
        "every %(num)s weeks, from %(weekdays)s",
        pattern.every,
        weekdays=weekdays,
    )


def _page(form: TypedForm) -> str:
    with store().read() as unit:
        return render_template(
            "planner/centres.html",
            centres=unit.catalogue.centres(),
            programmes=unit.catalogue.programmes(),
            policy=unit.catalogue.policy(),
            presets=presets(),
            form=form,
            offered=offered,
        )
