"""Amounts with their units, as parts of sentences: “1 point”, “2 points”."""

from __future__ import annotations

from scheduler.domain.words import Message, say_number


def points(number: int) -> Message:
    """What breaking a soft rule costs."""
    return say_number("{n} point", "{n} points", number)


def people(number: int) -> Message:
    """So many of them."""
    return say_number("{n} person", "{n} people", number)


def executives(number: int) -> Message:
    """So many of them."""
    return say_number("{n} executive", "{n} executives", number)


def seats(number: int) -> Message:
    """Of a session, or of a service centre."""
    return say_number("{n} seat", "{n} seats", number)


def hours(number: int) -> Message:
    """So many of them."""
    return say_number("{n} hour", "{n} hours", number)


def days(number: int) -> Message:
    """So many of them."""
    return say_number("{n} day", "{n} days", number)


def weeks(number: int) -> Message:
    """So many of them."""
    return say_number("{n} week", "{n} weeks", number)


def years(number: int) -> Message:
    """So many of them."""
    return say_number("{n} year", "{n} years", number)
