"""Setting a company up: its policy and programmes, its sample people."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from scheduler.domain.duties import History, next_window
from scheduler.domain.errors import Busy
from scheduler.domain.people import Absence
from scheduler.domain.programme import Policy
from scheduler.planning.rota.counting import known_histories
from scheduler.presets import Preset, preset
from scheduler.rules import registry
from scheduler.sample import Company
from scheduler.store.mapping.exceptions import (
    ABSENCES,
    BLACKOUTS,
    EXEMPTIONS,
    MENTORS,
    PAIRINGS,
    STAND_INS,
    WISHES,
)
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

_SPACING_SHARE = 4
"""Two services of one person lie at least this fraction of a cycle apart."""


def initialise(
    store: Store, key: str, *, at: datetime, actor: str = "setup", start: date | None = None
) -> Preset:
    """Take over a preset: its policy and its programmes. The policy begins on `start`, else when
    the one before it did, else today. Raises `NotFound` for an unknown preset."""
    chosen = preset(key)
    with store.write() as unit:
        old = unit.catalogue.policy()
        policy = chosen.policy(start or (old.start if old else at.date()))
        unit.catalogue.save_policy(policy)
        unit.catalogue.save_programmes(chosen.programmes)
        if old is None:
            _fit_spacing(unit, policy, actor, at)
        unit.audit.record(actor, "chose preset", chosen.key, at, {})
        refresh_windows(unit, at)
    return chosen


def _fit_spacing(unit: UnitOfWork, policy: Policy, actor: str, at: datetime) -> None:
    """A yearly week and a shift every Friday cannot share one smallest distance."""
    days = (policy.cycle.after(policy.start) - policy.start).days // _SPACING_SHARE
    setting = registry()["spacing"].default_setting()
    setting = setting.model_copy(update={"params": setting.params | {"days": max(1, days)}})
    book = unit.catalogue.rules()
    others = tuple(s for s in book.settings if s.key != setting.key)
    unit.catalogue.save_rules(
        (*others, setting),
        expected_version=book.version,
        author=actor,
        at=at,
        note="The time between two services follows the cycle.",
    )


def load_company(store: Store, company: Company, *, at: datetime, actor: str = "setup") -> None:
    """Put a sample company into the store, with seats for everybody."""
    with store.write() as unit:
        unit.catalogue.save_centres(company.centres)
        unit.catalogue.save_programmes(company.seated(unit.catalogue.programmes()))
        unit.people.save_employees(company.employees)
        unit.exceptions.replace(ABSENCES, None, company.absences)
        unit.exceptions.replace(WISHES, None, company.wishes)
        unit.exceptions.add(BLACKOUTS, company.blackouts)
        unit.exceptions.replace(STAND_INS, None, company.stand_ins)
        unit.exceptions.add(EXEMPTIONS, company.exemptions)
        unit.exceptions.add(PAIRINGS, company.pairings)
        unit.exceptions.add(MENTORS, company.mentors)
        unit.audit.record(actor, "loaded sample company", company.name, at, {})
        refresh_windows(unit, at)


def refresh_windows(unit: UnitOfWork, at: datetime, employee_id: str | None = None) -> None:
    """Work out anew when the next duty of one person, or of all, opens and is due; nothing without
    a policy."""
    policy = unit.catalogue.policy()
    if policy is None:
        return
    known = known_histories(unit, policy, at, employee_id)
    leave: dict[str, list[Absence]] = {}
    for absence in unit.exceptions.absences(employee_id):
        leave.setdefault(absence.employee_id, []).append(absence)
    windows = []
    for person in unit.people.employees(None if employee_id is None else [employee_id]):
        history = known.get(person.id, History())
        window = next_window(person, history, policy, leave.get(person.id, ()))
        windows.append((person.id, window.opens, window.due, history.served))
    unit.people.save_windows(windows)
    if employee_id is None:
        unit.catalogue.save_counted_on(at.date())


def bring_up_to_date(store: Store, at: datetime) -> None:
    """Count anew what became of services that are over, once a day: with time, silence counts as
    the policy says."""
    with store.read() as unit:
        if unit.catalogue.counted_on() == at.date():
            return
    with suppress(Busy), store.write() as unit:  # whoever looks next does it
        refresh_windows(unit, at)
