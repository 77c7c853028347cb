"""Countries by any name, their subdivisions, and the time zone of a place.

Sources: the names of countries from Unicode CLDR (`babel`), subdivisions from the `holidays`
package (only those matter where a public holiday differs), zones from the IANA database.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import holidays
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from scheduler.domain.calendar import Place
from scheduler.exchange.sheets.cells import LOCALES
from scheduler.exchange.sheets.columns import UnreadableCell, plain, suggestion

_OTHER_NAMES = {
    "America": "US",
    "Bolivarian Republic of Venezuela": "VE",
    "Burma": "MM",
    "Czech Republic": "CZ",
    "England": "GB",
    "Great Britain": "GB",
    "Holland": "NL",
    "Islamic Republic of Iran": "IR",
    "Korea": "KR",
    "Macedonia": "MK",
    "Northern Ireland": "GB",
    "People's Republic of China": "CN",
    "Republic of Ireland": "IE",
    "Republic of Korea": "KR",
    "Russian Federation": "RU",
    "Scotland": "GB",
    "Slovak Republic": "SK",
    "Swaziland": "SZ",
    "The Netherlands": "NL",
    "Turkey": "TR",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United States of America": "US",
    "Vietnam": "VN",
    "Wales": "GB",
}
_MOMENTS = tuple(
    datetime(year, month, 15, tzinfo=UTC) for year in (2025, 2027) for month in range(1, 13)
)
"""Zones whose clocks agree at all these moments tell the same time."""


@lru_cache(maxsize=8192)
def read_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country: from a code of two or three letters, or from its
    name in any language."""
    code = text.upper().replace(".", "")
    if code in country_zones():
        return code
    aliases = get_global("territory_aliases").get(code, ())
    if len(aliases) == 1 and aliases[0] in country_zones():
        return str(aliases[0])
    name = plain(text)
    for names in (_common_names, _all_names):
        if name in names():
            return names()[name]
    raise UnreadableCell(
        "a country that is not known",
        f"{suggestion(text, Locale('en').territories.values())}Write the ISO code, like DE.",
    )


@lru_cache(maxsize=1)
def _common_names() -> dict[str, str]:
    other = {plain(name): code for name, code in _OTHER_NAMES.items()}
    return other | _names(LOCALES)


@lru_cache(maxsize=1)
def _all_names() -> dict[str, str]:
    """Country codes by name in every language that CLDR knows; takes a second the first time."""
    return _names(sorted(name for name in locale_identifiers() if "_" not in name))


def _names(languages: Iterable[str]) -> dict[str, str]:
    """A name that means different countries in different languages is left out."""
    codes: dict[str, str] = {}
    unclear: set[str] = set()
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if code in country_zones() and codes.setdefault(plain(name), code) != code:
                unclear.add(plain(name))
    return {name: code for name, code in codes.items() if name not in unclear}


@lru_cache(maxsize=8192)
def read_subdivision(text: str, country: str) -> str:
    """The second part of the ISO 3166-2 code, from “BY”, “DE-BY”, or “Bayern”. Where no public
    holidays depend on it, it is kept as it is written."""
    known, names = _subdivisions(country)
    code = text.removeprefix(f"{country}-").removeprefix(f"{country.casefold()}-")
    if not known:
        return text if len(text) > 6 else code.upper()
    if code.upper() in known:
        return code.upper()
    if plain(text) in names:
        return names[plain(text)]
    raise UnreadableCell(
        f"{country} has no such subdivision",
        f"{suggestion(text, [*known, *names])}Write the second part of the ISO 3166-2 code.",
    )


@lru_cache(maxsize=256)
def _subdivisions(country: str) -> tuple[frozenset[str], dict[str, str]]:
    """The subdivisions of a country as codes, and codes by name."""
    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset(), {}
    names = {
        plain(name): code
        for code, aliases in calendar.get_subdivision_aliases().items()
        for name in (code, *aliases)
    }
    return frozenset(calendar.subdivisions), names


@lru_cache(maxsize=1024)
def read_timezone(text: str) -> str:
    """An IANA time zone, from its name in any case or from the name Windows gives it."""
    by_name = _zones_by_name()
    if text.casefold() in by_name:
        return by_name[text.casefold()]
    windows: Mapping[str, str] = get_global("windows_zone_mapping")
    if text in windows:
        return windows[text]
    raise UnreadableCell(
        "a time zone that is not known",
        f"{suggestion(text, available_timezones())}Write an IANA name like Europe/Berlin.",
    )


@lru_cache(maxsize=1)
def _zones_by_name() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def country_zones() -> dict[str, tuple[str, ...]]:
    """The time zones of every country, the most populous first (tzdata's zone.tab)."""
    zones_of: dict[str, list[str]] = {}
    table = files("tzdata") / "zoneinfo" / "zone.tab"
    for line in table.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones_of.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in zones_of.items()} | {
        "XK": ("Europe/Belgrade",)
    }


@dataclass(frozen=True)
class Located:
    """A place, and whether its country or time zone had to be taken from the company's own."""

    place: Place
    country_assumed: bool = False
    timezone_assumed: bool = False


@lru_cache(maxsize=65_536)
def locate(
    country: str | None, subdivision: str | None, city: str, timezone: str | None, default: Place
) -> Located:
    """The place as far as the four say it, completed from `default`."""
    if country is None:
        whole = default.model_copy(
            update={"city": city or default.city, "timezone": timezone or default.timezone}
        )
        return Located(whole, country_assumed=True)
    zone = timezone or _zone_of(country, subdivision, city)
    place = Place(
        city=city,
        country=country,
        subdivision=subdivision,
        timezone=zone or _default_zone(country, default),
    )
    return Located(place, timezone_assumed=zone is None)


def _default_zone(country: str, default: Place) -> str:
    """The company's zone if it lies in the country, else the zone where most people live."""
    zones = country_zones().get(country, ())
    return default.timezone if default.timezone in zones or not zones else zones[0]


def _zone_of(country: str, subdivision: str | None, city: str) -> str | None:
    """The time zone of a place if there is only one it can be."""
    zones = country_zones().get(country, ())
    by_city = {plain(zone.rpartition("/")[2]): zone for zone in zones}
    if plain(city) in by_city:
        return by_city[plain(city)]
    if country in _zone_hints()["mainland"]:
        return str(_zone_hints()["mainland"][country])
    for kind, name in (("cities", plain(city)), ("subdivisions", plain(subdivision or ""))):
        for zone, names in _zone_hints()[kind].get(country, {}).items():
            if name and name in map(plain, names):
                return str(zone)
    return zones[0] if len({_clock(zone) for zone in zones}) == 1 else None


@lru_cache(maxsize=1)
def _zone_hints() -> dict[str, Any]:
    """What the IANA database does not say: zones of states and large cities."""
    return tomllib.loads((files("data") / "zones.toml").read_text("utf-8"))


@lru_cache(maxsize=1024)
def _clock(zone: str) -> tuple[object, ...]:
    return tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in _MOMENTS)
