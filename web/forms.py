"""A rule's parameter schema → form fields, and what was typed in them → values.

Whatever a rule declares as its parameters can be edited without a line of code here; a schema of
a kind that no field draws is an error that a test finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from scheduler.rules.base.rule import Rule
from web.gettext import gettext as _

Schema = Mapping[str, Any]


class Kind(StrEnum):
    """How a parameter is drawn and read."""

    TICK = "tick"
    WHOLE = "whole"
    DECIMAL = "decimal"
    SHARE = "share"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    NUMBERS = "numbers"
    NAMES = "names"
    SETS = "sets"
    RANGES = "ranges"

    @property
    def is_wide(self) -> bool:
        """Whether it needs the width of the form."""
        return self.is_long or self is Kind.NUMBERS

    @property
    def is_long(self) -> bool:
        """Whether it takes several lines."""
        return self in (Kind.NAMES, Kind.SETS, Kind.RANGES)


class Unreadable(ValueError):
    """What was typed is no value of its kind; the message says what one looks like."""


@dataclass(frozen=True)
class ParamField:
    """One parameter as a form field."""

    name: str
    title: str
    help: str
    kind: Kind
    optional: bool = False
    choices: tuple[str, ...] = ()
    whole_items: bool = False

    def show(self, value: Any) -> str:
        """A stored value as the field shows it."""
        if value is None:
            return ""
        return _SHOWN.get(self.kind, str)(value)

    def read(self, text: str) -> Any:
        """What was typed as a value for the rule's schema. Raises `Unreadable`."""
        text = text.strip()
        if not text and self.optional:
            return None
        if self.kind is Kind.NUMBERS:
            return [_number(part, self.whole_items) for part in re.split(r"[\s,;]+", text) if part]
        return _READ[self.kind](text)


def fields_of(rule: type[Rule]) -> tuple[ParamField, ...]:
    """The form fields of a rule's parameters, in the order they are declared."""
    schema = rule.Params.model_json_schema()
    definitions = schema.get("$defs", {})
    return tuple(
        _field(name, declared, definitions) for name, declared in schema["properties"].items()
    )


def _field(name: str, declared: Schema, definitions: Schema) -> ParamField:
    plain, optional = _without_none(declared)
    plain = _resolved(plain, definitions)
    items = _resolved(plain.get("items", {}), definitions)
    return ParamField(
        name=name,
        title=declared.get("title", name),
        help=declared.get("description", ""),
        kind=_kind(name, plain, items),
        optional=optional,
        choices=tuple(str(choice) for choice in plain.get("enum", ())),
        whole_items=items.get("type") == "integer",
    )


def _without_none(declared: Schema) -> tuple[Schema, bool]:
    choices = declared.get("anyOf", ())
    kept = [choice for choice in choices if choice.get("type") != "null"]
    if len(kept) == 1:
        return kept[0], len(kept) < len(choices)
    return declared, False


def _resolved(declared: Schema, definitions: Schema) -> Schema:
    if reference := declared.get("$ref"):
        found: Schema = definitions[reference.rpartition("/")[2]]
        return found
    return declared


def _kind(name: str, declared: Schema, items: Schema) -> Kind:
    if "enum" in declared:
        return Kind.CHOICE
    match declared.get("type"), declared.get("format"):
        case "boolean", _:
            return Kind.TICK
        case "integer", _:
            return Kind.WHOLE
        case "number", _:
            return Kind.SHARE if declared.get("maximum") == 1 else Kind.DECIMAL
        case "string", "date":
            return Kind.DATE
        case "string", _:
            return Kind.TEXT
        case "array", _:
            return _list_kind(name, items)
    raise TypeError(f"no form field draws the parameter “{name}”: {dict(declared)}")


def _list_kind(name: str, items: Schema) -> Kind:
    if set(items.get("properties", ())) == {"first", "last"}:
        return Kind.RANGES
    match items.get("type"):
        case "integer" | "number":
            return Kind.NUMBERS
        case "string":
            return Kind.NAMES
        case "array":
            return Kind.SETS
    raise TypeError(f"no form field draws the list “{name}” of {dict(items)}")


def _number(text: str, whole: bool) -> int | float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise Unreadable(_("“%(typed)s” is not a number.", typed=text)) from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unreadable(_("Write a whole number.")) from None


def _decimal(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Unreadable(_("Write a number, such as 0.5.")) from None


def _share(text: str) -> float:
    return round(_decimal(text.rstrip("%").strip()) / 100, 6)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable(_("Write a date as YYYY-MM-DD.")) from None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sets(text: str) -> list[list[str]]:
    return [[part for part in re.split(r"[\s,;]+", line) if part] for line in _lines(text)]


def _ranges(text: str) -> list[dict[str, str]]:
    return [_range(line) for line in _lines(text)]


def _range(line: str) -> dict[str, str]:
    first, dots, last = line.partition("..")
    try:
        days = [date.fromisoformat(part.strip()) for part in (first, last if dots else first)]
    except ValueError:
        raise Unreadable(
            _("“%(line)s” is no range of days. Write YYYY-MM-DD..YYYY-MM-DD.", line=line)
        ) from None
    if days[1] < days[0]:
        raise Unreadable(_("“%(line)s” ends before it begins.", line=line))
    return {"first": days[0].isoformat(), "last": days[1].isoformat()}


_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.TICK: lambda text: text in ("on", "true", "1"),
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.SHARE: _share,
    Kind.TEXT: str,
    Kind.DATE: _date,
    Kind.CHOICE: str,
    Kind.NAMES: _lines,
    Kind.SETS: _sets,
    Kind.RANGES: _ranges,
}

_SHOWN: dict[Kind, Callable[[Any], str]] = {
    Kind.TICK: lambda value: "on" if value else "",
    Kind.DECIMAL: lambda value: f"{value:g}",
    Kind.SHARE: lambda value: f"{value * 100:g}",
    Kind.NUMBERS: lambda value: ", ".join(f"{each:g}" for each in value),
    Kind.NAMES: "\n".join,
    Kind.SETS: lambda value: "\n".join(", ".join(each) for each in value),
    Kind.RANGES: lambda value: "\n".join(f"{each['first']}..{each['last']}" for each in value),
}


def explained(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in the reader's words: what the value must be."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return str(_("Must be at least %(limit)s.", limit=limits["ge"]))
        case "greater_than":
            return str(_("Must be more than %(limit)s.", limit=limits["gt"]))
        case "less_than_equal":
            return str(_("Must be at most %(limit)s.", limit=limits["le"]))
        case "less_than":
            return str(_("Must be less than %(limit)s.", limit=limits["lt"]))
        case "too_short":
            return str(_("Needs at least %(limit)s of them.", limit=limits["min_length"]))
        case "too_long":
            return str(_("Takes at most %(limit)s of them.", limit=limits["max_length"]))
        case "enum" | "literal_error":
            return str(_("Must be one of: %(choices)s.", choices=limits["expected"]))
    return str(error["msg"])
