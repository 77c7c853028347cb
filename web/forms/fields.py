"""The fields of forms: how each is drawn, and how it reads and shows a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from web.forms import values
from web.forms.values import NotAValue
from web.gettext import gettext as _


class Control(StrEnum):
    """How a field is drawn and read."""

    TICK = "tick"
    WHOLE = "whole"
    DECIMAL = "decimal"
    SHARE = "share"
    TEXT = "text"
    EMAIL = "email"
    PASSWORD = "password"
    DATE = "date"
    CHOICE = "choice"
    TICKS = "ticks"
    PERSON = "person"
    UNIT = "unit"
    NUMBERS = "numbers"
    NAMES = "names"
    SETS = "sets"
    RANGES = "ranges"

    @property
    def is_wide(self) -> bool:
        """Whether it needs the width of the form."""
        return self.is_long or self is Control.NUMBERS

    @property
    def is_long(self) -> bool:
        """Whether it takes several lines."""
        return self in (Control.NAMES, Control.SETS, Control.RANGES)

    @property
    def suggests(self) -> bool:
        """Whether it offers what fits the typed beginning."""
        return self in (Control.PERSON, Control.UNIT)

    @property
    def input_type(self) -> str:
        """The type of its input; empty for the plain one of figures and lists."""
        if self in (Control.DATE, Control.EMAIL, Control.PASSWORD):
            return str(self)
        return "text" if self is Control.TEXT or self.suggests else ""


class FieldChoice(NamedTuple):
    """Something to choose: its value, what it is called, and a line below that."""

    value: str
    title: str
    under: str = ""


@dataclass(frozen=True)
class FormField:
    """One field of a form.

    `needed` marks one that may not stay empty; in an `optional` one nothing means None. `least`
    and `most` are the limits of a whole number, `longest` that of a text. `attributes` go into
    the input as they are.
    """

    name: str
    title: str
    control: Control = Control.TEXT
    help: str = ""
    needed: bool = False
    optional: bool = False
    choices: tuple[FieldChoice, ...] = ()
    whole_items: bool = False
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def show(self, value: Any) -> str:
        """A stored value as the field shows it."""
        if value is None:
            return ""
        return values.shown(self.control.value, value)

    def read(self, text: str) -> Any:
        """The value that was typed. Raises `NotAValue`."""
        if self.control is Control.PASSWORD:
            return text
        text = text.strip()
        if not text and self.optional:
            return None
        match self.control:
            case Control.TEXT | Control.EMAIL | Control.PERSON | Control.UNIT:
                return values.read_text(text, needed=self.needed, longest=self.longest)
            case Control.WHOLE if self.least is not None and self.most is not None:
                return values.read_whole_between(text, self.least, self.most)
            case Control.NUMBERS:
                return values.read_numbers(text, whole=self.whole_items)
            case Control.TICKS:
                return self._ticked(text)
        return values.read(self.control.value, text)

    def _ticked(self, text: str) -> tuple[str, ...]:
        ticked = text.splitlines()
        chosen = tuple(each.value for each in self.choices if each.value in ticked)
        if self.needed and not chosen:
            raise NotAValue(_("Choose at least one."))
        return chosen

    def offered(self, value: str) -> list[FieldChoice]:
        """The choices, and a value on record that is none of them."""
        strange = value and value not in {choice.value for choice in self.choices}
        return [*self.choices, *([FieldChoice(value, value)] if strange else [])]


@dataclass(frozen=True)
class FieldEntry:
    """A field as a page shows it: what stands in it, and what is wrong with that. `id` is its name
    in the page."""

    id: str
    field: FormField
    text: str
    problem: str = ""

    @property
    def ticked(self) -> list[str]:
        """The values of the ticked choices."""
        return self.text.splitlines()
