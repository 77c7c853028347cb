"""Figures as they stand in the tables."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.names import Side
from tests.benchmarks.results import Measurement, Results

NONE = "–"
SIDES = {Side.FRONTLINE: "Frontline", Side.HIGHS: "HiGHS", Side.TEXTBOOK: "textbook"}
_CUT_SHORT = {"time_limit", "out_of_memory"}


def count(number: int | None) -> str:
    """10,000."""
    return NONE if number is None else f"{number:,}"


def seconds(value: float | None) -> str:
    """Three digits, as far as they mean anything."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def memory(value: int) -> str:
    """Gigabytes (of 10⁹ bytes)."""
    return f"{value / 1e9:.2f}" if value else NONE


def gap(value: float | None) -> str:
    """Per cent; 0 only where it is."""
    if value is None:
        return NONE
    if value == 0:
        return "0"
    return f"{value:.3%}" if value < 0.01 else f"{value:.1%}"


def status(row: Measurement) -> str:
    """How a side ended."""
    return row.answer.status.replace("_", " ")


def ended(row: Measurement) -> str:
    """How long a side took, and that it was stopped if it was."""
    if row.answer.status in _CUT_SHORT:
        return f"> {seconds(row.answer.seconds)}"
    return seconds(row.answer.seconds)


@dataclass(frozen=True)
class Ratio:
    """How many times longer a peer took than we on the same instance in the same run; with
    `at_least`, it was stopped before. `dearer`: how much more our plan costs than the peer's, as
    a share; a ratio to another plan's time says nothing."""

    times: float
    at_least: bool
    dearer: float = 0.0

    def __str__(self) -> str:
        shown = f"{self.times:,.0f}" if self.times >= 10 else f"{self.times:.1f}"
        shown = f"{'≥ ' if self.at_least else ''}{shown} ×"
        return f"{shown} (ours {gap(self.dearer)} dearer)" if self.dearer else shown


def ratio_to_highs(results: Results, row: Measurement) -> Ratio | None:
    """To its proven optimum."""
    other = _beside(results, row, Side.HIGHS)
    if other is None:
        return None
    ours, theirs = row.answer.cost or 0, other.answer.cost
    dearer = 0.0 if theirs is None or ours <= theirs else (ours - theirs) / max(1, theirs)
    return Ratio(other.answer.seconds / row.answer.seconds, not other.proven, dearer)


def ratio_to_textbook(results: Results, row: Measurement) -> Ratio | None:
    """To its first plan that is as cheap as ours."""
    other = _beside(results, row, Side.TEXTBOOK)
    if other is None:
        return None
    ours = row.answer.cost or 0
    then = next((when for when, cost in other.answer.trace if cost <= ours), None)
    return Ratio((then or other.answer.seconds) / row.answer.seconds, then is None)


def _beside(results: Results, row: Measurement, side: Side) -> Measurement | None:
    """A peer's answer to compare ours with, if nothing is wrong with either."""
    other = results.beside(row, side)
    wrong = other is None or other.wrong or row.wrong or row.answer.cost is None
    return None if wrong else other


def ratio(known: Ratio | None) -> str:
    """A ratio as it stands in a table."""
    return NONE if known is None else str(known)


def instance(row: Measurement) -> str:
    """Kind, and whose roster, or that it was handed over in parts."""
    asked = row.request
    name = f"{asked.name}, " if asked.name else ""
    return f"{name}{asked.kind}" + (", by centre" if asked.split else "")


def table(headings: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown: names to the left, figures to the right."""
    lines = [
        "| " + " | ".join(headings) + " |",
        "| " + " | ".join(["---", *["--:"] * (len(headings) - 1)]) + " |",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)
