"""Accounts: as what somebody may sign in."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account may do. An account may have several."""

    EMPLOYEE = "employee"
    """Sees and subscribes to their own service."""
    LEAD = "lead"
    """Runs service centres."""
    HR = "hr"
    """Plans."""
    ADMIN = "admin"
    """Sets the rules and gives access."""
