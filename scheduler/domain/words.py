"""Sentences that can be said in any language.

The domain and the rules speak English templates with named values; whoever shows them to a person
translates the template first (`scheduler` never needs to know into what).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Message(BaseModel):
    """A template and the values that fill it; `str()` says it in English."""

    model_config = ConfigDict(frozen=True)

    text: str
    values: dict[str, Any] = Field(default_factory=dict)

    @field_validator("values", mode="before")
    @classmethod
    def _revive(cls, values: Any) -> Any:
        """Messages inside come back from JSON as what they were."""
        return {key: _revived(value) for key, value in dict(values).items()}

    def __str__(self) -> str:
        return self.render(lambda text: text)

    def render(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template translated by `translate` (a gettext function)."""
        filled = {key: _rendered(value, translate) for key, value in self.values.items()}
        return translate(self.text).format(**filled)

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((k, str(v)) for k, v in self.values.items()))))


def _revived(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"text", "values"}:
        return Message.model_validate(value)
    if isinstance(value, list | tuple):
        return [_revived(part) for part in value]
    return value


def _rendered(value: Any, translate: Callable[[str], str]) -> Any:
    """A value as it stands in its sentence; messages inside are said too, lists of them one
    after another."""
    if isinstance(value, Message):
        return value.render(translate)
    if isinstance(value, list | tuple):
        return ", ".join(str(_rendered(part, translate)) for part in value)
    return value


def say(text: str, **values: Any) -> Message:
    """A message. Dates become ISO text, so that a message survives being stored as JSON."""
    return Message(text=text, values={key: _plain(value) for key, value in values.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
