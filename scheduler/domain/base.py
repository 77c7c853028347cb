"""What all domain values share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_alike: dict[frozenset[str], set[str]] = {}
"""One set for all values that were given the same fields."""
_latest: dict[type[Value], set[str]] = {}
"""The one that the latest value of a kind has: the next one's is mostly the same."""

_GIVEN = BaseModel.__dict__["__pydantic_fields_set__"]
"""Where a value keeps which fields it was given: set a hundred thousand times for one plan."""


class Value(BaseModel):
    """An immutable value: equal when its fields are equal, and with no field it does not know.

    A large company has a million of them. Each would hold a set of its own that says which fields
    it was given, as large as the rest of it: values that were given the same fields share one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_post_init(self, context: Any, /) -> None:
        """Called by pydantic."""
        _share(self)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """See pydantic."""
        copied = super().model_copy(update=update, deep=deep)
        _share(copied)
        return copied


def _share(value: Value) -> None:
    given, shared = value.__pydantic_fields_set__, _latest.get(type(value))
    if shared != given:
        shared = _latest[type(value)] = _alike.setdefault(frozenset(given), given)
    _GIVEN.__set__(value, shared)
