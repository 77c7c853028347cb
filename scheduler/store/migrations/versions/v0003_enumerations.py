"""Columns that hold an enumeration refuse everything else.

Revision: 0003. Follows: 0002.
"""

from __future__ import annotations

from alembic import op

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
        with op.batch_alter_table(table) as batch:
            for column, values in _columns(table):
                listed = ", ".join(f"'{value}'" for value in values)
                batch.create_check_constraint(_name(table, column), f"{column} IN ({listed})")


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
