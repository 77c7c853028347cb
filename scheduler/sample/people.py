"""The people of the company: names, mail addresses, where and when they work."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from scheduler.domain.calendar import FULL_TIME, Place, WorkPattern
from scheduler.domain.people import Employee
from scheduler.sample.structure import Position, Structure, load

FIRST_ID = 1_000_001
DOMAIN = "sample.example"
PART_TIME = 0.15
"""Share of people who work fewer than five days."""
PATTERNS = tuple(
    WorkPattern(weekdays=frozenset(days))
    for days in (
        (0, 1, 2, 3),
        (0, 1, 2, 3),
        (1, 2, 3, 4),
        (0, 1, 2),
        (2, 3, 4),
        (1, 2, 3),
        (0, 1, 3),
    )
)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "\u0131": "i", "đ": "d", "æ": "ae"})


@dataclass(frozen=True)
class Site:
    """Where people of the company work."""

    place: Place
    languages: tuple[str, ...]
    weight: int
    centre: int | None
    address: str


@lru_cache(maxsize=1)
def sites() -> tuple[Site, ...]:
    """All places of the company, headquarters first."""
    return tuple(_site(row) for row in load("sites")["sites"])


def _site(row: Mapping[str, Any]) -> Site:
    place = Place(
        city=row["city"],
        country=row["country"],
        subdivision=row.get("subdivision"),
        timezone=row["timezone"],
    )
    return Site(
        place, tuple(row["languages"]), row["weight"], row.get("centre"), row.get("address", "")
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    return load("names")


def make_people(
    structure: Structure,
    team_sites: Mapping[str, Site],
    team_centres: Mapping[str, str],
    start: date,
    clearances: Sequence[date | None],
    random: Random,
) -> list[Employee]:
    """One person for each position, still without a level."""
    addresses: dict[str, int] = {}
    leaders = {position.manager for position in structure.positions}
    return [
        _person(
            number,
            position,
            team_sites[position.team],
            team_centres.get(position.team),
            number in leaders,
            addresses,
            start,
            clearances[number],
            random,
        )
        for number, position in enumerate(structure.positions)
    ]


def _person(
    number: int,
    position: Position,
    site: Site,
    centre: str | None,
    leads: bool,
    addresses: dict[str, int],
    start: date,
    cleared_until: date | None,
    random: Random,
) -> Employee:
    name = made_up_name(site.place.country or "elsewhere", random)
    hired, leaves = _employment(leads, start, random)
    part_time = not leads and random.random() < PART_TIME
    return Employee(
        id=str(FIRST_ID + number),
        name=name,
        email=_address(name, addresses),
        department=position.department,
        team=position.team,
        title=position.title,
        manager_id=None if position.manager is None else str(FIRST_ID + position.manager),
        place=site.place,
        pattern=random.choice(PATTERNS) if part_time else FULL_TIME,
        languages=site.languages if random.random() < 0.8 else _more(site.languages, random),
        hire_date=hired,
        leave_date=leaves,
        centre=centre,
        cleared_until=cleared_until,
    )


def made_up_name(country: str, random: Random) -> str:
    """First and last name, mostly of that country."""
    names = _names()
    own = names[country] if random.random() < 0.85 else names["elsewhere"]
    second = own if random.random() < 0.9 else names["elsewhere"]
    first = random.choice(own["first"])
    if random.random() < 0.04:
        first += f"-{random.choice(own['first'])}"
    return f"{first} {random.choice(second['last'])}"


def _address(name: str, addresses: dict[str, int]) -> str:
    """A mail address made of the name, numbered from the second person of that name."""
    mailbox = _plain(name)
    count = addresses.get(mailbox, 0) + 1
    addresses[mailbox] = count
    return f"{mailbox}{count if count > 1 else ''}@{DOMAIN}"


@lru_cache(maxsize=65_536)
def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = decomposed.encode("ascii", "ignore").decode("ascii")
    return letters.replace("'", "").replace(" ", ".")


def _employment(leads: bool, start: date, random: Random) -> tuple[date, date | None]:
    """Hire date, mostly in the last years, for a few in the coming months; and for a few the day
    they leave."""
    if not leads and random.random() < 0.02:
        return start + timedelta(days=random.randint(1, 240)), None
    years = 16 if leads else 12
    days = int(random.random() ** 2 * years * 365) + (400 if leads else 1)
    hired = start - timedelta(days=days)
    if not leads and random.random() < 0.03:
        return hired, start + timedelta(days=random.randint(30, 720))
    return hired, None


def _more(languages: tuple[str, ...], random: Random) -> tuple[str, ...]:
    other = random.choice(("fr", "es", "pl", "tr", "uk", "ar"))
    return languages if other in languages else (*languages, other)
