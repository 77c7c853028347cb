"""What was typed into a form, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from scheduler.domain.errors import BadInput
from web.forms.fields import Control, FieldEntry, FormField
from web.forms.values import NotAValue


class TypedForm:
    """The fields of a form with what was typed, and what is wrong, by field; what is wrong with
    all of it stands under the empty name, or in `wrong`."""

    def __init__(
        self, fields: Iterable[FormField], typed: Mapping[str, str] | None = None, was: str = ""
    ) -> None:
        self.fields = {each.name: each for each in fields}
        given = typed or {}
        self.typed = {each.name: _text(each, given) for each in self.fields.values()}
        self.problems: dict[str, str] = {}
        self.wrong: list[str] = []
        self.was = was
        """The mark of what was on record when a change began."""

    @property
    def sound(self) -> bool:
        """Whether nothing is known to be wrong."""
        return not self.problems and not self.wrong

    def entry(self, name: str) -> FieldEntry:
        """A field as the page shows it."""
        return FieldEntry(name, self.fields[name], self.typed[name], self.problems.get(name, ""))

    def entries(self) -> list[FieldEntry]:
        """All fields as the page shows them, in their order."""
        return [self.entry(name) for name in self.fields]

    def read(self) -> dict[str, Any]:
        """The values of all fields that have one; the others have a problem afterwards."""
        values = {}
        for name, field in self.fields.items():
            try:
                values[name] = field.read(self.typed[name])
            except NotAValue as error:
                self.problems[name] = str(error)
        return values

    def blame(self, error: BadInput) -> None:
        """Tell each mistake beside its field."""
        for blemish in error.blemishes:
            text = f"{blemish.problem[:1].upper()}{blemish.problem[1:]}. {blemish.hint}".strip()
            if blemish.column in self.fields:
                self.problems.setdefault(blemish.column, text)
            else:
                self.wrong.append(text)
        if not error.blemishes:
            self.wrong.append(str(error))


def _text(field: FormField, typed: Mapping[str, str]) -> str:
    """What was typed into a field; of several ticks each on a line of its own."""
    if field.control is Control.TICKS and isinstance(typed, MultiDict):
        return "\n".join(typed.getlist(field.name))
    return typed.get(field.name, "")
