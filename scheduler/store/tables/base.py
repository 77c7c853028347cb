"""What all tables share.

Instants are aware and in UTC on every database (SQLModel sees to it, and refuses naive ones);
everything that is a list in the domain is JSON. Texts sort by code point on every database, so
that lists are cut into pages alike.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, MetaData, String
from sqlmodel import Field, SQLModel

# Constraints have names of ours, so that a migration can drop them on every database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

TEXT = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by code point."""


def id_of(target: str, *, cascade: bool = False, **options: Any) -> Any:
    """A field that holds the key of a row of another table ("employee.id")."""
    if cascade:
        options["ondelete"] = "CASCADE"
    return Field(foreign_key=target, **options)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The column holds a value of the enumeration, or nothing where it may be empty. A migration
    says the same of a database that is there already, whenever the enumeration changes."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Base(SQLModel):
    """One catalogue with names for every constraint."""

    metadata = MetaData(naming_convention=NAMES)
