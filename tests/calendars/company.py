"""A company with a store on disk, whose plans are published the way planning does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Flask

from scheduler.domain.calendar import DateRange
from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment, SolveStatus
from scheduler.domain.problem import Problem
from scheduler.domain.programme import Programme, ServiceCentre, Session
from scheduler.domain.words import Message
from scheduler.settings import Settings
from scheduler.store import PlanResult, Store
from tests.calendars.days import PUBLISHED
from tests.publishing import publish_as_is
from web.access import access
from web.context import Frontline
from web.feeds import feeds

HR = "hr@frontline.example"
YEAR = DateRange(first=date(2027, 1, 1), last=date(2027, 12, 31))


class Clock:
    """Stands still until it is set."""

    def __init__(self, at: datetime = PUBLISHED) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Company:
    """Publish plans given as duty id → session; a duty's id begins with its employee's."""

    def __init__(
        self,
        folder: Path,
        employees: Iterable[Employee],
        programmes: Iterable[Programme],
        centres: Iterable[ServiceCentre],
    ) -> None:
        self.database = folder / "frontline.sqlite3"
        self.database.write_bytes(_empty_database())
        self.store = Store(f"sqlite:///{self.database}")
        self.employees = tuple(employees)
        self.programmes = tuple(programmes)
        self.centres = tuple(centres)
        with self.store.write() as unit:
            unit.people.save_employees(self.employees)
            unit.catalogue.save_programmes(self.programmes)
            unit.catalogue.save_centres(self.centres)

    def publish(
        self,
        plan: Mapping[str, Session],
        *,
        at: datetime = PUBLISHED,
        why: Mapping[str, Message] | None = None,
    ) -> None:
        """Draft, finish and publish one plan."""
        assignments = [
            Assignment(duty_id=duty, employee_id=_employee(duty), session=session.key)
            for duty, session in plan.items()
        ]
        problem = self._problem(plan)
        with self.store.write() as unit:
            plan_id, _ = unit.plans.create(
                "Plan",
                problem,
                author=HR,
                at=at,
                programmes=tuple(problem.programme),
                rules_version=0,
                time_limit=1,
            )
            result = PlanResult(
                status=SolveStatus.OPTIMAL, assignments=tuple(assignments), why=dict(why or {})
            )
            unit.plans.save_result(plan_id, result)
            publish_as_is(unit, plan_id, problem, author=HR, at=at)

    def subscribe(self, employee_id: str, *, at: datetime = PUBLISHED) -> str:
        """The path of a new feed of somebody."""
        with self.store.write() as unit:
            return f"/feeds/{unit.calendar.new_feed(employee_id, at=at)}.ics"

    def _problem(self, plan: Mapping[str, Session]) -> Problem:
        keys = tuple(programme.key for programme in self.programmes)
        return Problem(
            horizon=YEAR,
            employees=self.employees,
            centres=self.centres,
            programmes=self.programmes,
            sessions=tuple({session.key: session for session in plan.values()}.values()),
            duties=tuple(
                Duty(
                    id=duty,
                    employee_id=_employee(duty),
                    opens=YEAR.first,
                    due=YEAR.last,
                    programmes=keys,
                )
                for duty in plan
            ),
        )


def calendar_app(store: Store, settings: Settings, clock: Clock) -> Flask:
    """An application with nothing but the calendars and the page that they link to."""
    app = Flask("calendars")
    app.config["TESTING"] = True
    app.extensions["frontline"] = Frontline(store, settings, clock)
    me = Blueprint("me", __name__)
    me.add_url_rule("/me", "page", access("employee")(lambda: "My service"))
    app.register_blueprint(feeds)
    app.register_blueprint(me)
    return app


@cache
def _empty_database() -> bytes:
    """An SQLite file with nothing but its tables; making them takes longer than a whole test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        store = Store(f"sqlite:///{path}")
        store.upgrade()
        store.close()
        return path.read_bytes()


def _employee(duty: str) -> str:
    return duty.partition("@")[0]
