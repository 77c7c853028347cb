"""What groups are called, and what is said of one that differs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from scheduler.domain.words import Message, say, say_number


class Grouping(StrEnum):
    """By what people are grouped."""

    DEPARTMENT = "department"
    LEVEL = "level"
    RANK = "rank"


class Measure(StrEnum):
    """What may hit some more often than others. More is worse, whichever it is."""

    UNPOPULAR = "unpopular"
    """Services on an unpopular date, of those with a date."""
    MISSED = "missed"
    """Services on other dates than were wished for, of those whose person wished."""
    IMPOSED = "imposed"
    """Services on an unwished date, of those whose person named such dates."""
    LATE = "late"
    """Services after the due date, of those with a date."""
    UNPLACED = "unplaced"
    """Duties without a date, of all duties."""


def everybody() -> Message:
    """What a whole company is called inside a sentence."""
    return say("everybody")


def small_groups(others: Sequence[Message | str]) -> Message:
    """What small groups are called that were joined, with `others` that are not small."""
    return say("{others} and small groups", others=others) if others else say("small groups")


def title(kind: Grouping, key: str) -> Message | str:
    """What a group is called inside a sentence."""
    if kind is Grouping.DEPARTMENT:
        return key or say("people without a department")
    if kind is Grouping.RANK:
        return say("executives") if key == "executive" else say("all others")
    return {"2": say("levels 1 and 2"), "6": say("level 6 and below")}.get(
        key, say("level {n}", n=int(key))
    )


def finding(
    measure: Measure, more: bool, group: Message | str, hits: int, of: int, expected: float
) -> Message:
    """How often something hits a group, out of how many times, and how often it was expected."""
    services = say_number("{hits} of {n} service", "{hits} of {n} services", of, hits=hits)
    values = {"group": group, "hits": hits, "of": of, "expected": expected, "services": services}
    match measure, more:
        case Measure.UNPOPULAR, True:
            return say(
                "Unpopular dates fall to {group} more often than to others: {services}, "
                "{expected} expected.",
                **values,
            )
        case Measure.UNPOPULAR, False:
            return say(
                "Unpopular dates fall to {group} less often than to others: {services}, "
                "{expected} expected.",
                **values,
            )
        case Measure.MISSED, True:
            return say(
                "Wishes of {group} are missed more often than those of others: {hits} of {of}, "
                "{expected} expected.",
                **values,
            )
        case Measure.MISSED, False:
            return say(
                "Wishes of {group} are missed less often than those of others: {hits} of {of}, "
                "{expected} expected.",
                **values,
            )
        case Measure.IMPOSED, True:
            return say(
                "Unwished dates fall to {group} more often than to others: {hits} of {of} who "
                "named some, {expected} expected.",
                **values,
            )
        case Measure.IMPOSED, False:
            return say(
                "Unwished dates fall to {group} less often than to others: {hits} of {of} who "
                "named some, {expected} expected.",
                **values,
            )
        case Measure.LATE, True:
            return say(
                "The services of {group} are late more often than those of others: {hits} of "
                "{of}, {expected} expected.",
                **values,
            )
        case Measure.LATE, False:
            return say(
                "The services of {group} are late less often than those of others: {hits} of "
                "{of}, {expected} expected.",
                **values,
            )
        case Measure.UNPLACED, True:
            return say(
                "Duties of {group} stay without a date more often than those of others: {hits} "
                "of {of}, {expected} expected.",
                **values,
            )
        case _:
            return say(
                "Duties of {group} stay without a date less often than those of others: {hits} "
                "of {of}, {expected} expected.",
                **values,
            )
