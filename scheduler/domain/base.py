"""What all domain values share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value: equal when its fields are equal, and with no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
