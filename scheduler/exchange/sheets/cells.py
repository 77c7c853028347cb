"""What the cells of people and centres say: weekdays, hours, languages, mail addresses, counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from functools import lru_cache

from babel import Locale

from scheduler.domain.calendar import FULL_TIME, DateRange, WorkPattern
from scheduler.domain.programme import Channel
from scheduler.exchange.sheets.columns import UnreadableCell, plain, suggestion

LOCALES = ("en", "de", "fr", "it", "es", "nl", "pl", "pt", "sv", "nb", "da", "fi", "sk", "cs")
"""The languages whose names of weekdays and languages are understood, the commonest first."""

LONGEST_TEXT = 200
WRITE_WEEKDAYS = "Write the weekdays worked, like Mon-Wed, Mon Tue Thu, or 1110000."

_FULL_TIME = {"1", "10", "100", "ft", "full", "fulltime", "heltid", "tempsplein", "vollzeit"}
_SHARE = re.compile(
    r"\d{1,3}(?:[.,]\d+)?\s?%|0?[.,]\d+|\d{1,2}(?:[.,]\d+)?\s?(?:h|hrs?|hours|std\.?)"
)
_PART_TIME = {"parttime", "pt", "teilzeit", "tempspartiel", "deltid", "parttijds"}


def text_up_to(longest: int = LONGEST_TEXT) -> Callable[[str], str]:
    """A reader of text of at most `longest` characters."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise UnreadableCell(
                f"too long: {len(text)} characters, at most {longest} can be kept", "Shorten it."
            )
        return text

    return read


def read_email(text: str) -> str:
    """A mail address, or a mailbox without its domain, as it is written."""
    text_up_to(254)(text)
    if not re.fullmatch(r"[^\s@<>,;]+(?:@[^\s@<>,;]+)?", text):
        raise UnreadableCell(
            "this is not a mail address", "Write one address like ada@example.org."
        )
    return text


@lru_cache(maxsize=4096)
def read_pattern(text: str) -> WorkPattern:
    """The weekdays worked: “Mon-Fri”, “Mo, Di, Mi”, “1111100” (Monday first), or “full-time”."""
    if re.fullmatch(r"[01]{7}|[01]{5}", text):
        return _pattern({day for day, mark in enumerate(text) if mark == "1"})
    if plain(text.rstrip("%")) in _FULL_TIME:
        return FULL_TIME
    if _SHARE.fullmatch(text.casefold()) or plain(text) in _PART_TIME:
        raise UnreadableCell("this does not say which weekdays are worked", WRITE_WEEKDAYS)
    return _pattern(set(_weekdays(text)))


def _pattern(weekdays: set[int]) -> WorkPattern:
    if not weekdays:
        raise UnreadableCell("no weekday is worked", WRITE_WEEKDAYS)
    return WorkPattern(weekdays=frozenset(weekdays))


def _weekdays(text: str) -> Iterator[int]:
    """The weekdays of all parts; every part must be in the same language (“Di” is a Tuesday in
    German and a Sunday in French)."""
    parts = [part for part in re.split(r"[,;/+&\s]+", re.sub(r"\s*[-–]\s*", "-", text)) if part]
    ends = [[plain(end) for end in part.split("-")] for part in parts]
    for names in _weekday_names():
        if ends and all(name in names for part in ends for name in part):
            for part in ends:
                yield from _from_to(names[part[0]], names[part[-1]])
            return
    raise UnreadableCell("these are not weekdays", WRITE_WEEKDAYS)


def _from_to(first: int, last: int) -> Iterator[int]:
    return ((first + n) % 7 for n in range((last - first) % 7 + 1))


@lru_cache(maxsize=1)
def _weekday_names() -> tuple[dict[str, int], ...]:
    """For each language the weekdays (Monday = 0) by all their names."""
    names_by_language = []
    for language in LOCALES:
        days = Locale(language).days["format"]
        widths = [days[width] for width in ("wide", "abbreviated", "short")]
        names_by_language.append({plain(names[day]): day for names in widths for day in range(7)})
    return tuple(names_by_language)


@lru_cache(maxsize=4096)
def read_languages(text: str) -> tuple[str, ...]:
    """ISO 639 codes, from codes or names: “de, en-GB”, “German; English”, “Deutsch”."""
    parts = [part.strip() for part in re.split(r"[,;/|+&]| and | und ", text)]
    return tuple(dict.fromkeys(_language(part) for part in parts if part))


def _language(text: str) -> str:
    names = _language_names()
    code = re.split(r"[-_]", text)[0].casefold()
    if code in names.values():
        return code
    if plain(text) in names:
        return names[plain(text)]
    raise UnreadableCell(
        "a language that is not known",
        f"{suggestion(text, names)}Write ISO codes like de, en.",
    )


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    """ISO 639 codes by name, in all of `LOCALES`."""
    return {
        plain(name): code
        for language in reversed(LOCALES)
        for code, name in Locale(language).languages.items()
        if re.fullmatch("[a-z]{2,3}", code)
    }


def read_time(text: str) -> time:
    """A time of day: 9, 9:00, 09.30, 9:00 AM."""
    clock = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?\s?(am|pm)?", text.casefold())
    if clock is None:
        raise UnreadableCell("this is not a time of day", "Write it like 09:00.")
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock[3]:
        hour = hour % 12 + (12 if clock[3] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise UnreadableCell("there is no such time of day", "Write it like 09:00.")
    return time(hour, minute)


def read_count(text: str) -> int:
    """A whole number from 0 to a million."""
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        raise UnreadableCell("this is not a whole number", "Write digits only, like 12.")
    return int(text)


def count_up_to(most: int) -> Callable[[str], int]:
    """A reader of whole numbers from 0 to `most`."""

    def read(text: str) -> int:
        if (count := read_count(text)) > most:
            raise UnreadableCell("this is too many", f"At most {most} are possible.")
        return count

    return read


_YES = {"yes", "y", "true", "1", "x", "on", "ja", "oui", "si", "sim", "ano", "tak"}
_NO = {"no", "n", "false", "0", "off", "nein", "non", "nao", "nej", "nei", "nee", "ne", "nie"}


def read_yes(text: str) -> bool:
    """Yes or no, in many languages."""
    word = plain(text)
    if word not in _YES | _NO:
        raise UnreadableCell("this is neither yes nor no", "Write yes or no.")
    return word in _YES


_CHANNELS = {
    Channel.INTRODUCTION: "intro onboarding einführung accueil",
    Channel.MAIL: "mails email emails writing written schriftlich courriel correo posta",
    Channel.PHONE: "phones telephone telefon téléphone teléfono telefono calls anrufe voice",
}


def read_channels(text: str) -> tuple[Channel, ...]:
    """Channels by key, commonly used names, or both: “mail”, “E-Mail; Telefon”."""
    parts = [part for part in re.split(r"[,;/|+&\s]+", text) if plain(part) not in ("", "only")]
    return tuple(dict.fromkeys(_channel(part) for part in parts))


def _channel(text: str) -> Channel:
    for channel, names in _CHANNELS.items():
        if plain(text) in {plain(name) for name in (channel, *names.split())}:
            return channel
    raise UnreadableCell("a channel that is not known", f"Write one of: {', '.join(Channel)}.")


_TOGETHER = {"together", "zusammen", "gemeinsam", "ensemble", "juntos", "insieme"}
_APART = {"apart", "separate", "getrennt", "separes", "separados", "separati"}


def read_together(text: str) -> bool:
    """Together or apart; yes or no say the same."""
    word = plain(text)
    if word in _TOGETHER or word in _APART:
        return word in _TOGETHER
    try:
        return read_yes(text)
    except UnreadableCell:
        hint = "Write together or apart."
        raise UnreadableCell("this is neither together nor apart", hint) from None


def read_ranges(text: str) -> tuple[DateRange, ...]:
    """Days and ranges of days: 2027-07-05..2027-07-23; 2027-09-01."""
    parts = [part for part in re.split(r"[,;\s]+", re.sub(r"\s*\.\.\s*", "..", text)) if part]
    return tuple(_range(part) for part in parts)


def _range(text: str) -> DateRange:
    first, _, last = text.partition("..")
    try:
        days = [date.fromisoformat(day) for day in (first, last or first)]
    except ValueError:
        raise UnreadableCell(
            "this is no range of days", "Write YYYY-MM-DD..YYYY-MM-DD, several with semicolons."
        ) from None
    if days[1] < days[0]:
        raise UnreadableCell(
            f"the last day is before the first day {days[0]}", "Swap the two days."
        )
    return DateRange(first=days[0], last=days[1])
