"""Reading what a request brings: page numbers, choices, dates. What makes no sense is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask import abort, request

from web.gettext import gettext as _

MOST_PAGES = 1_000_000
NUMBER = "int(max=2147483647)"
"""The part of an address that is the number of a row; larger ones no database has."""


def refuse_nul() -> None:
    """Answer 400 to an address with the character NUL, which nobody types and not every database
    takes. (Forms are read field by field.)"""
    if any("\0" in value for _name, value in request.args.items(multi=True)):
        abort(400)


def page_number() -> int:
    """The page of a list, from 1."""
    return max(1, min(request.args.get("page", 1, type=int), MOST_PAGES))


def choice(name: str, offered: Iterable[str]) -> str | None:
    """An argument, if it is one of those offered."""
    given = request.args.get(name)
    return given if given in tuple(offered) else None


def day_argument(name: str) -> date | None:
    """An argument that is a date."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


class Form:
    """What was typed into a form, and what is wrong with it, by field."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.problems: dict[str, str] = {}

    def text(self, name: str, *, longest: int = 200, needed: bool = True) -> str:
        """A line of text, without spaces around it."""
        value = self.typed.get(name, "").strip()
        if needed and not value:
            self.problems[name] = _("Please fill this in.")
        elif len(value) > longest:
            self.problems[name] = _("At most %(n)s characters.", n=longest)
        return value

    def day(self, name: str) -> date | None:
        """A date."""
        try:
            return date.fromisoformat(self.typed.get(name, "").strip())
        except ValueError:
            self.problems[name] = _("Write a date as YYYY-MM-DD.")
            return None

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number between two limits."""
        text = self.typed.get(name, "").strip()
        if text.isdecimal() and len(text) < 12 and least <= int(text) <= most:
            return int(text)
        self.problems[name] = _(
            "Write a whole number from %(least)s to %(most)s.", least=least, most=most
        )
        return least
