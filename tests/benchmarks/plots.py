"""The figures as pictures: time, memory and gap against the number of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Any

from pygal import XY
from pygal.style import Style

from tests.benchmarks.figures import SIDES
from tests.benchmarks.names import BenchTask
from tests.benchmarks.results import Measurement, Results

COLOURS = ("#2f81f7", "#d29922", "#3fb950", "#db61a2", "#a371f7", "#f0883e")
"""Each told from the others, on white and on nearly black."""
DARK = """inline:
@media (prefers-color-scheme: dark) {
  .pygal-chart .background, .pygal-chart .plot .background { fill: #0d1117 !important; }
  .pygal-chart text { fill: #e6edf3 !important; }
  .pygal-chart .guide.line, .pygal-chart .axis .line { stroke: #484f58 !important; }
}"""
_NEEDLESS = re.compile(rb"<script.*?</script>|<!--.*?-->", re.DOTALL)
"""A picture in a page runs nothing, and when it was made is nobody's business."""
SMALLEST_GAP = 1e-6
"""Where a gap of 0 is drawn, because a logarithm has no place for it."""


@dataclass(frozen=True)
class BenchPlot:
    """One picture: its title, its unit, and which figure of a row it shows (None: none)."""

    title: str
    unit: str
    value: Callable[[Measurement], float | None]
    remark: str = ""


PLOTS = {
    "pictures/benchmark-time.svg": BenchPlot("Time by people", "s", lambda row: row.answer.seconds),
    "pictures/benchmark-memory.svg": BenchPlot(
        "Memory by people", "GB", lambda row: row.answer.memory / 1e9 or None
    ),
    "pictures/benchmark-gap.svg": BenchPlot(
        "Gap by people",
        "%",
        lambda row: None if row.gap is None else 100 * max(row.gap, SMALLEST_GAP),
        f"; {100 * SMALLEST_GAP:g} stands for 0",
    ),
}


def draw(results: Results, folder: Path) -> list[str]:
    """Write every picture that has anything to show below `folder`; returns their names."""
    drawn = []
    for name, plot in PLOTS.items():
        series = dict(_series(results, plot))
        if series:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_svg(plot, series))
            drawn.append(name)
    return drawn


Points = list[tuple[float, float]]


def _series(results: Results, plot: BenchPlot) -> Iterator[tuple[str, Points]]:
    """For every side and kind of instance a line, the worst of several figures at each size."""
    lines: dict[str, dict[int, float]] = {}
    for row in results.rows:
        value = plot.value(row)
        made_up = row.request.task is BenchTask.SOLVE and not row.request.name
        if not made_up or row.wrong or value is None or value <= 0:
            continue
        worst = lines.setdefault(_name(row), {})
        people = row.request.people
        worst[people] = max(value, worst.get(people, 0))
    for name, points in sorted(lines.items()):
        yield name, [(log10(people), log10(points[people])) for people in sorted(points)]


def _name(row: Measurement) -> str:
    return f"{SIDES[row.request.side]}, {row.request.kind}"


def _svg(plot: BenchPlot, series: dict[str, Points]) -> bytes:
    points = [point for line in series.values() for point in line]
    chart = XY(
        title=f"{plot.title} ({plot.unit}, logarithmic{plot.remark})",
        style=_style(),
        css=["file://style.css", "file://graph.css", DARK],
        js=[],
        no_prefix=True,
        classes=("pygal-chart",),
        width=800,
        height=480,
        show_dots=True,
        dots_size=4,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        show_x_guides=False,
        explicit_size=False,
        disable_xml_declaration=False,
        pretty_print=True,
        x_value_formatter=_tick,
        value_formatter=_tick,
    )
    chart.x_labels = _ticks(x for x, _ in points)
    chart.y_labels = _ticks(y for _, y in points)
    for name, line in series.items():
        chart.add(name, line)
    svg: bytes = chart.render()
    return _NEEDLESS.sub(b"", svg)


def _style() -> Any:
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#24292f",
        foreground_strong="#24292f",
        foreground_subtle="#d0d7de",
        colors=COLOURS,
        font_family="sans-serif",
        title_font_size=16,
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
        stroke_width=2,
    )


def _ticks(values: Iterable[float]) -> list[float]:
    """Whole powers of ten around the values."""
    known = list(values)
    low, high = int(min(known) // 1), -int(-max(known) // 1)
    return [float(n) for n in range(low, max(high, low + 1) + 1)]


def _tick(value: float) -> str:
    return f"{10**value:,.10f}".rstrip("0").rstrip(".")
