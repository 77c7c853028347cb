"""The rota: published days belong to services, and duties have numbers instead of due dates.

Revision: 0004. Follows: 0003.

Every duty with published days becomes one service; no day, UID or sequence number is lost. The
duties of a person are numbered in the order of their due dates, which their old names end in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
STATES = "state IN ('confirmed', 'attended', 'missed', 'excused', 'cancelled')"
KINDS = "kind IN ('given', 'moved', 'cancelled', 'attended', 'missed', 'excused', 'reopened')"


def upgrade() -> None:
    """Make the tables, and fill them from the days that are there."""
    op.create_table(
        "service",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("duty_id", TEXT, nullable=False),
        sa.Column("session", TEXT, nullable=False),
        sa.Column("programme", TEXT, nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_service_state")),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_service_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    for columns in (["employee_id", "first"], ["centre", "last"], ["state", "last"]):
        op.create_index(op.f(f"ix_service_{'_'.join(columns)}"), "service", columns)
    op.create_table(
        "service_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", TEXT, nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("day_after", sa.Date(), nullable=True),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_service_change_kind")),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_service_change_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_change_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_change")),
    )
    op.create_index(op.f("ix_service_change_service_id"), "service_change", ["service_id"])
    op.create_index(
        op.f("ix_service_change_employee_id_id"), "service_change", ["employee_id", "id"]
    )
    with op.batch_alter_table("service_day") as batch:
        batch.add_column(sa.Column("service_id", TEXT, nullable=True))
        batch.drop_constraint(op.f("uq_service_day_duty_id_number"), type_="unique")
    _fill()
    with op.batch_alter_table("service_day") as batch:
        batch.alter_column("service_id", existing_type=TEXT, nullable=False)
        batch.create_foreign_key(
            op.f("fk_service_day_service_id_service"), "service", ["service_id"], ["id"]
        )
    op.create_index(op.f("ix_service_day_service_id"), "service_day", ["service_id"])


def _fill() -> None:
    """One service for every duty with days, told from its days."""
    connection = op.get_bind()
    days = sa.table("service_day", *(sa.column(name) for name in DAY_COLUMNS))
    rows = connection.execute(sa.select(days).order_by(days.c.employee_id, days.c.duty_id)).all()
    services, named = [], []
    reasons = _reasons(connection)
    for _, mine in groupby(rows, key=lambda row: row.employee_id):
        by_duty = {duty: list(some) for duty, some in groupby(mine, key=lambda row: row.duty_id)}
        for duty, name in _numbered(by_duty):
            service = _service(name, by_duty[duty]) | {"why": reasons.get(duty)}
            services.append(service)
            named.append({"old": duty, "service": service["id"], "name": name})
    if services:
        connection.execute(sa.insert(SERVICES), services)
        connection.execute(
            sa.update(days)
            .where(days.c.duty_id == sa.bindparam("old"))
            .values(service_id=sa.bindparam("service"), duty_id=sa.bindparam("name")),
            named,
        )


def _reasons(connection: sa.Connection) -> dict[str, Any]:
    """By old name of the duty what the published plan says of why."""
    assignment = sa.table(
        "assignment", sa.column("plan_id"), sa.column("duty_id"), sa.column("why", sa.JSON())
    )
    plan = sa.table("plan", sa.column("id"), sa.column("status"))
    query = (
        sa.select(assignment.c.duty_id, assignment.c.why)
        .join(plan, plan.c.id == assignment.c.plan_id)
        .where(plan.c.status == "published")
    )
    return {row.duty_id: row.why for row in connection.execute(query)}


DAY_COLUMNS = (
    "employee_id",
    "duty_id",
    "session",
    "programme",
    "centre",
    "day",
    "status",
    "starts",
    "service_id",
)
TYPES: dict[str, Any] = {
    "first": sa.Date(),
    "last": sa.Date(),
    "why": sa.JSON(none_as_null=True),
}
SERVICES = sa.table(
    "service",
    *(
        sa.column(name, TYPES.get(name, TEXT))
        for name in (
            "id",
            "employee_id",
            "duty_id",
            "session",
            "programme",
            "centre",
            "state",
            "first",
            "last",
            "why",
        )
    ),
)


def _numbered(duties: Sequence[str] | dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The duties of one person with their new names: `ann@20270401#2` is `ann@1#2`."""
    by_due: dict[str, list[str]] = {}
    for duty in duties:
        by_due.setdefault(duty.rpartition("@")[2].partition("#")[0], []).append(duty)
    for number, due in enumerate(sorted(by_due), 1):
        for duty in by_due[due]:
            person, _, rest = duty.rpartition("@")
            part = rest.partition("#")[2]
            yield duty, f"{person}@{number}" + (f"#{part}" if part else "")


def _service(name: str, rows: Sequence[Any]) -> dict[str, Any]:
    confirmed = [row for row in rows if row.status == "confirmed"]
    shown = confirmed or list(rows)
    latest = max(shown, key=lambda row: row.starts)
    dates = [_date(row.day) for row in shown]
    return {
        "id": str(uuid.uuid4()),
        "employee_id": latest.employee_id,
        "duty_id": name,
        "session": latest.session,
        "programme": latest.programme,
        "centre": latest.centre,
        "state": "confirmed" if confirmed else "cancelled",
        "first": min(dates),
        "last": max(dates),
    }


def _date(day: Any) -> Any:
    """SQLite gives dates as text where no type says otherwise."""
    from datetime import date

    return date.fromisoformat(day) if isinstance(day, str) else day


def downgrade() -> None:
    """Forget services; of duties with several, the days of the latest stay."""
    op.drop_index(op.f("ix_service_day_service_id"), table_name="service_day")
    op.execute(
        "DELETE FROM service_day WHERE EXISTS (SELECT 1 FROM service_day AS other"
        " WHERE other.duty_id = service_day.duty_id AND other.number = service_day.number"
        " AND (other.changed_at, other.uid) > (service_day.changed_at, service_day.uid))"
    )
    with op.batch_alter_table("service_day") as batch:
        batch.drop_constraint(op.f("fk_service_day_service_id_service"), type_="foreignkey")
        batch.drop_column("service_id")
        batch.create_unique_constraint(op.f("uq_service_day_duty_id_number"), ["duty_id", "number"])
    op.drop_table("service_change")
    op.drop_table("service")
