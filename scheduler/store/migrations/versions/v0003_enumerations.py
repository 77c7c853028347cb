"""Columns that hold an enumeration refuse everything else.

Revision: 0003. Follows: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.domain.errors import Conflict

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VALUES = {
    ("blackout", "scope"): ("team", "department", "company"),
    ("plan", "status"): ("draft", "published", "superseded"),
    ("plan", "solve_status"): (
        "optimal",
        "within_gap",
        "time_limit",
        "stopped",
        "infeasible",
        "unknown",
    ),
    ("role", "name"): ("employee", "lead", "hr", "admin"),
    ("run", "state"): ("queued", "running", "done", "failed", "cancelled"),
    ("service_day", "status"): ("confirmed", "cancelled"),
    ("service_record", "status"): ("attended", "missed", "excused"),
    ("wish", "kind"): ("wished", "unwished"),
}
"""What a column of a table may hold."""
TABLES = sorted({table for table, _ in VALUES})


def upgrade() -> None:
    """Add the checks. SQLite cannot add one to a table: Alembic writes such a table anew."""
    for table in TABLES:
        for column, values in _columns(table):
            _refuse_others(table, column, values)
        with op.batch_alter_table(table) as batch:
            for column, values in _columns(table):
                listed = ", ".join(f"'{value}'" for value in values)
                batch.create_check_constraint(_name(table, column), f"{column} IN ({listed})")


def _refuse_others(table: str, column: str, values: tuple[str, ...]) -> None:
    """Say which value stands in the way, instead of a database's own error."""
    cells = sa.table(table, sa.column(column))
    strange = sa.select(cells.c[column]).where(cells.c[column].not_in(values)).limit(1)
    value = op.get_bind().scalar(strange)
    if value is not None:
        raise Conflict(
            f"The column “{column}” of the table “{table}” holds “{value}”, which is none of"
            f" {', '.join(values)}; the tables stay as they were.",
            hint="Correct the value, then start again.",
        )


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            for column, _ in _columns(table):
                batch.drop_constraint(_name(table, column), type_="check")


def _columns(table: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(column, values) for (name, column), values in VALUES.items() if name == table]


def _name(table: str, column: str) -> str:
    return op.f(f"ck_{table}_{column}")
