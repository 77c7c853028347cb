"""Who did what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from scheduler.store.tables.base import TEXT, Base


class AuditEntry(Base, table=True):
    """Who did what to what. `details` is canonical JSON, because `digest` covers its bytes."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("previous"), Index(None, "at"))

    id: int | None = Field(None, primary_key=True)
    actor: str = Field(sa_type=TEXT)
    action: str = Field(sa_type=TEXT)
    subject: str = Field(sa_type=TEXT)
    at: datetime
    details: str = Field(sa_type=TEXT)
    previous: str = Field(sa_type=TEXT)
    digest: str = Field(sa_type=TEXT)
