"""Accommodations beside releases, clearance, mentors, and pairs with numbers of their own.

Revision: 0002. Follows: 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns and tables. All exemptions so far were releases."""
    op.add_column("employee", sa.Column("cleared_until", sa.Date(), nullable=True))
    op.add_column(
        "exemption", sa.Column("channels", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "exemption",
        sa.Column("shadowing", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("exemption", sa.Column("remind", sa.Date(), nullable=True))
    pairs = _pairs()
    op.drop_table("stand_ins")
    _keep(_pair_table("stand_ins"), pairs)
    _pair_table("pairing", sa.Column("together", sa.Boolean(), nullable=False))
    op.create_table(
        "mentor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("away", sa.JSON(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("rest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre"], ["centre.key"], name=op.f("fk_mentor_centre_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor")),
        sa.UniqueConstraint("mentor_id", name=op.f("uq_mentor_mentor_id")),
    )


def downgrade() -> None:
    """Take them away again; accommodations, which would turn into releases, go with them."""
    op.drop_table("mentor")
    op.drop_table("pairing")
    pairs = _pairs()
    op.drop_table("stand_ins")
    _keep(
        op.create_table(
            "stand_ins",
            sa.Column("one", TEXT, nullable=False),
            sa.Column("other", TEXT, nullable=False),
            *_people("stand_ins"),
            sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_stand_ins")),
        ),
        pairs,
    )
    op.execute("DELETE FROM exemption WHERE shadowing OR CAST(channels AS TEXT) <> '[]'")
    for column in ("remind", "shadowing", "channels"):
        op.drop_column("exemption", column)
    op.drop_column("employee", "cleared_until")


def _pair_table(name: str, *columns: sa.Column[bool]) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one", TEXT, nullable=False),
        sa.Column("other", TEXT, nullable=False),
        *columns,
        *_people(name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("one", "other", name=op.f(f"uq_{name}_one_other")),
    )


def _people(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], ["employee.id"], name=op.f(f"fk_{table}_{column}_employee")
        )
        for column in ("one", "other")
    ]


def _pairs() -> list[dict[str, str]]:
    pairs = sa.table("stand_ins", sa.column("one", TEXT), sa.column("other", TEXT))
    rows = op.get_bind().execute(sa.select(pairs).order_by(pairs.c.one, pairs.c.other))
    return [dict(row) for row in rows.mappings()]


def _keep(table: sa.Table, rows: list[dict[str, str]]) -> None:
    if rows:
        op.get_bind().execute(sa.insert(table), rows)
