"""Subscriptions: a secret address of somebody's calendar, and what the calendar shows."""

from __future__ import annotations

from datetime import datetime

from scheduler.store.store import Store


def feed_url(
    store: Store, employee_id: str, base_url: str, *, at: datetime, actor: str = "command line"
) -> str:
    """A new secret address of somebody's calendar feed; the old one stops working. Raises
    `NotFound` for an unknown employee."""
    with store.write() as unit:
        unit.people.employee(employee_id)
        token = unit.calendar.new_feed(employee_id, at=at)
        unit.audit.record(actor, "new calendar address", employee_id, at, {})
    return f"{base_url.rstrip('/')}/feeds/{token}.ics"


def revoke_feed(store: Store, employee_id: str, *, actor: str, at: datetime) -> None:
    """The address of somebody's calendar stops working at once; harmless if there is none."""
    with store.write() as unit:
        unit.calendar.revoke_feed(employee_id)
        unit.audit.record(actor, "revoked calendar address", employee_id, at, {})


def hide_cancelled_days(store: Store, employee_id: str, hide: bool) -> None:
    """Leave cancelled days out of somebody's calendar, or show them. A taste, which nobody
    audits."""
    with store.write() as unit:
        unit.calendar.set_hide_cancelled(employee_id, hide)
