"""Setting a company up: its policy and programmes, its sample people, its accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from argon2 import PasswordHasher

from scheduler.domain.errors import BadInput
from scheduler.domain.ledger import last_service, next_window
from scheduler.domain.people import Absence
from scheduler.domain.programme import Policy
from scheduler.presets import Preset, preset
from scheduler.rules import registry
from scheduler.sample import Company
from scheduler.store.store import Store
from scheduler.store.unit_of_work import Books

SHORTEST_PASSWORD = 12
_SPACING_SHARE = 4
"""Two services of one person lie at least this fraction of a cycle apart."""


def initialise(
    store: Store, key: str, *, at: datetime, actor: str = "setup", start: date | None = None
) -> Preset:
    """Take over a preset: its policy and its programmes. The policy begins on `start`, else when
    the one before it did, else today. Raises `NotFound` for an unknown preset."""
    chosen = preset(key)
    with store.write() as books:
        old = books.catalogue.policy()
        policy = chosen.policy(start or (old.start if old else at.date()))
        books.catalogue.save_policy(policy)
        books.catalogue.save_programmes(chosen.programmes)
        if old is None:
            _fit_spacing(books, policy, actor, at)
        books.audit.record(actor, "chose preset", chosen.key, at, {})
        refresh_windows(books)
    return chosen


def _fit_spacing(books: Books, policy: Policy, actor: str, at: datetime) -> None:
    """A yearly week and a shift every Friday cannot share one smallest distance."""
    days = (policy.cycle.after(policy.start) - policy.start).days // _SPACING_SHARE
    setting = registry()["spacing"].default_setting()
    setting = setting.model_copy(update={"params": setting.params | {"days": max(1, days)}})
    book = books.catalogue.rules()
    others = tuple(s for s in book.settings if s.key != setting.key)
    books.catalogue.save_rules(
        (*others, setting),
        expected_version=book.version,
        author=actor,
        at=at,
        note="The time between two services follows the cycle.",
    )


def load_company(store: Store, company: Company, *, at: datetime, actor: str = "setup") -> None:
    """Put a sample company into the store, with seats for everybody."""
    with store.write() as books:
        books.catalogue.save_company_name(company.name)
        books.catalogue.save_centres(company.centres)
        books.catalogue.save_programmes(company.seated(books.catalogue.programmes()))
        books.people.save_employees(company.employees)
        books.people.replace_absences(None, company.absences)
        books.people.replace_wishes(None, company.wishes)
        books.people.add_blackouts(company.blackouts)
        books.people.replace_stand_ins(company.stand_ins)
        books.people.add_exemptions(company.exemptions)
        books.people.add_pairings(company.pairings)
        books.people.add_mentors(company.mentors)
        books.audit.record(actor, "loaded sample company", company.name, at, {})
        refresh_windows(books)


def refresh_windows(books: Books) -> None:
    """Work out anew when everybody's next duty opens and is due; nothing without a policy."""
    policy = books.catalogue.policy()
    if policy is None:
        return
    served = last_service(books.people.records())
    leave: dict[str, list[Absence]] = {}
    for absence in books.people.absences():
        leave.setdefault(absence.employee_id, []).append(absence)
    books.people.save_windows(
        (
            person.id,
            *next_window(person, served.get(person.id), policy, leave.get(person.id, ())),
            served.get(person.id),
        )
        for person in books.people.employees()
    )


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises `BadInput` for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    return PasswordHasher().hash(password)


def create_account(
    store: Store,
    email: str,
    password: str,
    roles: Collection[str],
    *,
    at: datetime,
    employee_id: str | None = None,
    centres: Collection[str] = (),
    actor: str = "setup",
) -> int:
    """Let somebody sign in. Raises `Conflict` if the address or the employee has an account, and
    `NotFound` for an unknown role or employee."""
    hashed = hash_password(password)
    with store.write() as books:
        if employee_id is not None:
            books.people.employee(employee_id)
        account_id = books.accounts.create_account(email, hashed, roles, employee_id, at=at)
        books.accounts.set_lead_centres(account_id, centres)
        books.audit.record(actor, "created account", email, at, {"roles": sorted(roles)})
    return account_id
