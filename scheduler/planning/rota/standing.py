"""What stands in the rota, as a plan would say it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from scheduler.domain.plan import Assignment
from scheduler.domain.programme import ServiceCentre, Session
from scheduler.domain.rota import Service, ServiceState

NO_LIMIT = 1_000_000
"""Seats where nobody else is to come."""


def standing_assignments(rota: Iterable[Service]) -> tuple[Assignment, ...]:
    """The rota's confirmed services as a plan would name them."""
    return tuple(
        assignment_of(service) for service in rota if service.state is ServiceState.CONFIRMED
    )


def assignment_of(service: Service) -> Assignment:
    return Assignment(
        duty_id=service.duty_id, employee_id=service.employee_id, session=service.session
    )


def session_of(service: Service, centre: ServiceCentre, *, seats: int = NO_LIMIT) -> Session:
    """A session as a service of it remembers it, with so many seats."""
    zone = ZoneInfo(centre.place.timezone)
    return Session(
        key=service.session,
        programme=service.programme,
        centre=service.centre,
        days=service.dates,
        starts=tuple(_wall(day.starts, zone) for day in service.events),
        ends=tuple(_wall(day.ends, zone) for day in service.events),
        seats=seats,
        timezone=centre.place.timezone,
    )


def _wall(instant: datetime, zone: ZoneInfo) -> time:
    return instant.astimezone(zone).time()
