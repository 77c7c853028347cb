"""A row before it is written."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
"""Values by the names of their columns."""
