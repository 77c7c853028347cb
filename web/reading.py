"""Reading what a request brings: page numbers, choices, dates. What makes no sense is left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import abort, request

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
