"""Where the parts of small drawings stand: widths, heights and positions in the units of their
view boxes. Templates only put them in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask

from scheduler.store.read_models import RunRow
from web.planner.heat import WeekLoad

BAR = 100.0
"""The length of a bar that is full."""
MARK = 2.0
"""The width of the mark across a bar."""

CHART_WIDTH = 1120
CHART_HEIGHT = 156
FIRST_COLUMN = 34
"""Left of it stand the figures of the scale."""
RIGHT_MARGIN = 6
BASE = 130
"""Where columns stand."""
TALLEST = 120
COLUMN_GAP = 2
WIDEST_SHARE = 0.7
"""A column takes at least this share of its place, however narrow that is."""
SCALE_STEPS = 2
FEW_WEEKS = 60
"""With more weeks, only every third month is named."""


def install(app: Flask) -> None:
    """Give the templates the drawings."""
    app.jinja_env.globals.update(share_bar=share_bar, time_used=time_used, week_chart=week_chart)


@dataclass(frozen=True)
class ShareBar:
    """A share as a bar: how far it reaches, and how far with what is planned beside it."""

    reaches: float
    planned: float


def share_bar(part: float, whole: float, planned: float = 0) -> ShareBar:
    """`part` of `whole`, and `planned` more of it; a whole of nothing has an empty bar."""
    return ShareBar(_length(part, whole), _length(part + planned, whole))


def _length(part: float, whole: float) -> float:
    return round(min(BAR, BAR * part / (whole or 1)), 1)


def mark_at(share: float) -> float:
    """Where the mark of a share in percent begins, so that all of it stands within the bar."""
    return round(min(share, BAR - MARK), 1)


def time_used(run: RunRow) -> float:
    """The seconds that a run took of its limit; one that has ended has nothing left to use."""
    return round(run.time_limit if run.state.final else min(run.elapsed, run.time_limit), 1)


@dataclass(frozen=True)
class Upright:
    """A rectangle that stands on the base of a chart."""

    top: float
    height: float


@dataclass(frozen=True)
class WeekColumn:
    """One week of the chart: its figures, and its two rectangles from `x`. `label` is the month
    that begins there, as far as it is named."""

    week: WeekLoad
    x: float
    seats: Upright
    used: Upright
    label: date | None


@dataclass(frozen=True)
class ScaleLine:
    """A line of the scale: where it runs, and how many seats it stands for."""

    y: int
    seats: float


@dataclass(frozen=True)
class WeekChart:
    """Seats used and offered by week, as columns; `most` are offered in a week at most."""

    width: int
    most: int
    column_width: float
    columns: tuple[WeekColumn, ...]
    scale: tuple[ScaleLine, ...]
    height: int = CHART_HEIGHT
    left: int = FIRST_COLUMN
    base: int = BASE

    @property
    def right(self) -> int:
        """Where its lines end."""
        return self.width - RIGHT_MARGIN

    @property
    def first(self) -> date:
        """The Monday of the first week."""
        return self.columns[0].week.monday

    @property
    def last(self) -> date:
        """The Monday of the last week."""
        return self.columns[-1].week.monday


def week_chart(weeks: Sequence[WeekLoad], width: int = CHART_WIDTH) -> WeekChart:
    """The chart of some weeks, at least one."""
    most = max(1, *(week.seats for week in weeks))
    place = (width - RIGHT_MARGIN - FIRST_COLUMN) / len(weeks)
    return WeekChart(
        width=width,
        most=most,
        column_width=round(max(place - COLUMN_GAP, place * WIDEST_SHARE), 2),
        columns=tuple(
            WeekColumn(
                week,
                x=round(FIRST_COLUMN + number * place, 2),
                seats=_upright(week.seats, most),
                used=_upright(week.used, most),
                label=_label(week.monday, len(weeks)),
            )
            for number, week in enumerate(weeks)
        ),
        scale=tuple(
            ScaleLine(BASE - TALLEST * step // SCALE_STEPS, most * step / SCALE_STEPS)
            for step in range(1, SCALE_STEPS + 1)
        ),
    )


def _upright(seats: int, most: int) -> Upright:
    height = TALLEST * seats / most
    return Upright(top=round(BASE - height, 2), height=round(height, 2))


def _label(monday: date, weeks: int) -> date | None:
    begins_a_month = monday.day <= 7
    named = weeks <= FEW_WEEKS or monday.month % 3 == 1
    return monday if begins_a_month and named else None
