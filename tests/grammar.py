"""Whether sentences count as people do: 1 point, 2 points."""

from __future__ import annotations

import re

REGULAR = (
    "point", "day", "week", "month", "year", "hour", "time", "seat", "session", "mentor",
    "executive", "service", "rule", "plan", "row", "centre", "violation", "exemption", "absence",
    "other", "revision",
)  # fmt: skip
NOUNS = {
    "person": "people",
    "duty": "duties",
    "wish": "wishes",
    **{noun: f"{noun}s" for noun in REGULAR},
}
ONE, MANY = "|".join(NOUNS), "|".join(NOUNS.values())
PLURAL_VERBS = "are|have|begin|move|lie|learn|keep"
_ALONE = r"(?<![\d.,:−-])"  # no digits of a date, a fraction or a larger number
_MISCOUNTED = (
    re.compile(rf"{_ALONE}1 (?:more |other )?(?:{MANY})\b"),
    re.compile(rf"{_ALONE}1 (?:of them )?(?:{PLURAL_VERBS})\b"),
    re.compile(rf"{_ALONE}(?:0|[2-9]|\d[\d,]+) (?:more |other )?(?:{ONE})\b"),
)
COUNTING = re.compile(rf" (?:more |other )?(?:{MANY}|{ONE})\b")
"""How a text goes on after a number that decides the form of what follows."""


def miscounted(sentence: str) -> list[str]:
    """The places where a sentence has the wrong form after a number."""
    return [match.group() for pattern in _MISCOUNTED for match in pattern.finditer(sentence)]
