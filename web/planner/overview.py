"""Overview: who owes, how far service has come, the coming weeks, and what needs a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.people import Exemption
from scheduler.domain.plan import PlanStatus
from scheduler.exchange.exceptions.reading import RecordKind
from scheduler.store.read_models import CoverageRow, LoadRow, Owing, PlanRow, RunRow
from scheduler.store.unit_of_work import UnitOfWork
from web.access import access
from web.context import now, store, today
from web.gettext import gettext as _
from web.gettext import ngettext
from web.language import day as written
from web.language import number
from web.planner.exception_kinds import SOON_DAYS
from web.planner.heat import WeekLoad, shown_from, weeks, within_centres

blueprint = Blueprint("overview", __name__, url_prefix="/overview")

COMING = timedelta(weeks=26)
DRAFTS_SHOWN = 20


@dataclass(frozen=True)
class Decision:
    """Something that waits for HR: what it is, and the page where it is decided."""

    text: str
    address: str
    mood: str = ""


@dataclass(frozen=True)
class Overview:
    """What HR sees first."""

    people: int
    employed: int
    overdue: int
    due: int
    exempt: int
    coverage: tuple[CoverageRow, ...]
    published: PlanRow | None
    weeks: tuple[WeekLoad, ...]
    runs: tuple[RunRow, ...]
    plans: dict[int, PlanRow]
    decisions: tuple[Decision, ...]
    programmes: int
    centres: int


@blueprint.get("/")
@access("hr")
def page() -> ResponseReturnValue:
    """Everything at a glance; an empty company hears what to do next."""
    planning.bring_up_to_date(store(), now())
    expiring = planning.expiring_exemptions(store(), today(), SOON_DAYS)
    with store().read() as unit:
        shown = overview(unit, today(), [entry.value for entry in expiring])
        return render_template("planner/overview.html", overview=shown)


def overview(unit: UnitOfWork, at: date, expiring: Sequence[Exemption]) -> Overview:
    """Collect it."""
    published = unit.plans.published()
    plans = unit.plans.plans(DRAFTS_SHOWN, 0)
    overdue = owing(unit, Owing.OVERDUE, at)
    return Overview(
        people=unit.people.count(),
        employed=unit.people.search(employed=True, today=at, size=1).total,
        overdue=overdue,
        due=owing(unit, Owing.DUE, at),
        exempt=owing(unit, Owing.EXEMPT, at),
        coverage=unit.people.coverage(at),
        published=published,
        weeks=coming_weeks(unit, at),
        runs=unit.runs.active(),
        plans={plan.id: plan for plan in plans},
        decisions=(*decisions(plans, published, overdue, at), *reminders(expiring, at)),
        programmes=len(unit.catalogue.programmes()),
        centres=len(unit.catalogue.centres()),
    )


def owing(unit: UnitOfWork, state: Owing, at: date) -> int:
    """How many stand there with their service."""
    return unit.people.search(owing=state, today=at, size=1).total


def coming_weeks(unit: UnitOfWork, at: date) -> tuple[WeekLoad, ...]:
    """The load of the half year ahead, as the rota has it."""
    first = shown_from(at)
    last = first + COMING - timedelta(days=1)
    used, seats = unit.rota.used(first, last), unit.plans.seats_offered(first, last)
    load = [
        LoadRow(*place, used.get(place, 0), seats.get(place, 0))
        for place in sorted(used.keys() | seats.keys())
    ]
    return weeks(within_centres(load, unit.catalogue.centres()))


def decisions(
    plans: tuple[PlanRow, ...], published: PlanRow | None, overdue: int, at: date
) -> list[Decision]:
    """What waits for somebody, the most pressing first."""
    pressing = []
    if published and published.unassigned:
        text = ngettext(
            "%(n)s duty of the published plan has no date.",
            "%(n)s duties of the published plan have no date.",
            published.unassigned,
            n=number(published.unassigned),
        )
        pressing.append(Decision(text, url_for("plan.questions", plan_id=published.id), "warn"))
    if published and published.horizon.last - at < timedelta(days=120):
        text = _("The published plan ends on %(day)s.", day=written(published.horizon.last))
        pressing.append(Decision(text, url_for("plans.new"), "warn"))
    if overdue and published is None:
        text = ngettext(
            "%(n)s person is overdue, and no plan is published.",
            "%(n)s people are overdue, and no plan is published.",
            overdue,
            n=number(overdue),
        )
        pressing.append(Decision(text, url_for("plans.new"), "bad"))
    drafts = [p for p in plans if p.status is PlanStatus.DRAFT and p.solve_status is not None]
    for plan in drafts[:3]:
        if plan.solve_status is not None and plan.solve_status.has_plan:
            text = _("“%(name)s” is ready to be looked at and published.", name=plan.name)
            pressing.append(Decision(text, url_for("plan.show", plan_id=plan.id)))
    return pressing


def reminders(expiring: Sequence[Exemption], at: date) -> list[Decision]:
    """Exemptions that end soon, and those of which somebody asked to be reminded."""
    ending = sum(each.days.last <= at + timedelta(days=SOON_DAYS) for each in expiring)
    address = url_for("exceptions.show", kind=RecordKind.EXEMPTIONS, show="soon")
    due = []
    if ending:
        text = ngettext(
            "%(n)s exemption ends within %(days)s days.",
            "%(n)s exemptions end within %(days)s days.",
            ending,
            n=number(ending),
            days=SOON_DAYS,
        )
        due.append(Decision(text, address, "warn"))
    if others := len(expiring) - ending:
        text = ngettext(
            "%(n)s exemption is to be looked at again: its reminder is reached.",
            "%(n)s exemptions are to be looked at again: their reminders are reached.",
            others,
            n=number(others),
        )
        due.append(Decision(text, address))
    return due
