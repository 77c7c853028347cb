"""Sentences that can be said in any language.

The domain and the rules speak English templates with named values; whoever shows them to a person
translates the template first (`scheduler` never needs to know into what). Where a number decides
the form, a message has two templates, and the reader's language chooses (gettext's `ngettext`).
"""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Translations(Protocol):
    """What translates templates: a catalogue of gettext, or anything with these two methods."""

    def gettext(self, message: str, /) -> str:
        """The template in the reader's language."""
        ...

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        """The form of the template that the reader's language has for this number."""
        ...


ENGLISH: Translations = NullTranslations()


class Plural(BaseModel):
    """The other template of a message, and the number that decides between the two."""

    model_config = ConfigDict(frozen=True)

    text: str
    number: int


class Message(BaseModel):
    """A template and the values that fill it; `str()` says it in English. With a `plural`, `text`
    is the form for one, and `{n}` stands for the number. Stored as JSON, messages without a
    plural do not mention it."""

    model_config = ConfigDict(frozen=True)

    text: str
    values: dict[str, Any] = Field(default_factory=dict)
    plural: Plural | None = Field(default=None, exclude_if=lambda plural: plural is None)

    @field_validator("values", mode="before")
    @classmethod
    def _revive(cls, values: Any) -> Any:
        """Messages inside come back from JSON as what they were."""
        return {key: _revived(value) for key, value in dict(values).items()}

    def __str__(self) -> str:
        return self.render(ENGLISH)

    def render(self, translations: Translations) -> str:
        """The sentence in the language of `translations`."""
        filled = {key: _rendered(value, translations) for key, value in self.values.items()}
        if self.plural is None:
            return translations.gettext(self.text).format(**filled)
        number = self.plural.number
        template = translations.ngettext(self.text, self.plural.text, number)
        return template.format(**{"n": number} | filled)

    def __hash__(self) -> int:
        values = tuple(sorted((key, str(value)) for key, value in self.values.items()))
        return hash((self.text, self.plural, values))


def _revived(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() - {"plural"} == {"text", "values"}:
        return Message.model_validate(value)
    if isinstance(value, list | tuple):
        return [_revived(part) for part in value]
    return value


def _rendered(value: Any, translations: Translations) -> Any:
    """A value as it stands in its sentence; messages inside are said too, lists of them one
    after another."""
    if isinstance(value, Message):
        return value.render(translations)
    if isinstance(value, list | tuple):
        return ", ".join(str(_rendered(part, translations)) for part in value)
    return value


def say(text: str, /, **values: Any) -> Message:
    """A message. Dates become ISO text, so that a message survives being stored as JSON."""
    return Message(text=text, values={key: _plain(value) for key, value in values.items()})


def say_number(one: str, many: str, number: int, /, **values: Any) -> Message:
    """A message with a form for one and a form for any other number, which `{n}` stands for."""
    return say(one, **values).model_copy(update={"plural": Plural(text=many, number=number)})


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
