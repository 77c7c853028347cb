"""What is typed into fields as values, and values as fields show them, by the kind of control."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from web.gettext import gettext as _
from web.gettext import ngettext

LONGEST_TEXT = 200
LONGEST_NUMBER = 11
"""Digits of a whole number that are looked at."""


class NotAValue(ValueError):
    """What was typed is no value of its field; the message says what one looks like."""


def read(control: str, text: str) -> Any:
    """What was typed as a value for a schema. Raises `NotAValue`."""
    return _READ[control](text)


def shown(control: str, value: Any) -> str:
    """A value as its field shows it."""
    return _SHOWN.get(control, str)(value)


def read_text(text: str, *, needed: bool, longest: int | None) -> str:
    """A line of text. Raises `NotAValue`."""
    if needed and not text:
        raise NotAValue(_("Please fill this in."))
    if longest is not None and len(text) > longest:
        raise NotAValue(
            ngettext("At most %(num)s character.", "At most %(num)s characters.", longest)
        )
    return text


def read_whole_between(text: str, least: int, most: int) -> int:
    """A whole number between two limits. Raises `NotAValue`."""
    if text.isdecimal() and len(text) <= LONGEST_NUMBER and least <= int(text) <= most:
        return int(text)
    raise NotAValue(_("Write a whole number from %(least)s to %(most)s.", least=least, most=most))


def read_numbers(text: str, *, whole: bool) -> list[int | float]:
    """Several numbers. Raises `NotAValue`."""
    return [_number(part, whole) for part in re.split(r"[\s,;]+", text) if part]


def _number(text: str, whole: bool) -> int | float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise NotAValue(_("“%(typed)s” is not a number.", typed=text)) from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotAValue(_("Write a whole number.")) from None


def _decimal(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise NotAValue(_("Write a number, such as 0.5.")) from None


def _share(text: str) -> float:
    return round(_decimal(text.rstrip("%").strip()) / 100, 6)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NotAValue(_("Write a date as YYYY-MM-DD.")) from None


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
        raise NotAValue(
            _("“%(line)s” is no range of days. Write YYYY-MM-DD..YYYY-MM-DD.", line=line)
        ) from None
    if days[1] < days[0]:
        raise NotAValue(_("“%(line)s” ends before it begins.", line=line))
    return {"first": days[0].isoformat(), "last": days[1].isoformat()}


_READ: dict[str, Callable[[str], Any]] = {
    "tick": lambda text: text in ("on", "true", "1"),
    "whole": _whole,
    "decimal": _decimal,
    "share": _share,
    "text": str,
    "date": _date,
    "choice": str,
    "names": _lines,
    "sets": _sets,
    "ranges": _ranges,
}

_SHOWN: dict[str, Callable[[Any], str]] = {
    "tick": lambda value: "on" if value else "",
    "decimal": lambda value: f"{value:g}",
    "share": lambda value: f"{value * 100:g}",
    "numbers": lambda value: ", ".join(f"{each:g}" for each in value),
    "names": "\n".join,
    "sets": lambda value: "\n".join(", ".join(each) for each in value),
    "ranges": lambda value: "\n".join(f"{each['first']}..{each['last']}" for each in value),
}
