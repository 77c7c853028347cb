"""The tables, as SQLModel classes, by the repository that reads and writes them.

They carry no invariants but keys and the values of enumerations: the domain does.
"""

from scheduler.store.tables.accounts import Account, AccountRole, LeadCentre, LoginFailure, Role
from scheduler.store.tables.audit import AuditEntry
from scheduler.store.tables.base import Base
from scheduler.store.tables.calendar import Feed, FeedCache, Preference, ServiceDay
from scheduler.store.tables.catalogue import Centre, Programme, RuleBook, Setting
from scheduler.store.tables.exceptions import (
    Absence,
    Blackout,
    Exemption,
    Mentor,
    Pairing,
    StandIns,
    Wish,
)
from scheduler.store.tables.ledger import ServiceRecord
from scheduler.store.tables.people import Employee
from scheduler.store.tables.plans import (
    Assignment,
    Plan,
    PlanSession,
    PlanSnapshot,
    Unassigned,
    Violation,
)
from scheduler.store.tables.rota import Service, ServiceChange
from scheduler.store.tables.runs import Run, RunIncumbent, RunPoint

__all__ = [
    "Absence",
    "Account",
    "AccountRole",
    "Assignment",
    "AuditEntry",
    "Base",
    "Blackout",
    "Centre",
    "Employee",
    "Exemption",
    "Feed",
    "FeedCache",
    "LeadCentre",
    "LoginFailure",
    "Mentor",
    "Pairing",
    "Plan",
    "PlanSession",
    "PlanSnapshot",
    "Preference",
    "Programme",
    "Role",
    "RuleBook",
    "Run",
    "RunIncumbent",
    "RunPoint",
    "Service",
    "ServiceChange",
    "ServiceDay",
    "ServiceRecord",
    "Setting",
    "StandIns",
    "Unassigned",
    "Violation",
    "Wish",
]
