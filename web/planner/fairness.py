"""Who carries what in a plan: departments, levels and executives compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.words import Message
from scheduler.fairness import LEVEL, SMALLEST, Fairness, Finding, Group, Grouping, Measure
from web.access import access
from web.context import store
from web.gettext import gettext as _
from web.language import said
from web.planner.charts import mark_at, share_bar
from web.planner.plan import page
from web.reading import NUMBER

blueprint = Blueprint("fairness", __name__)

GOOD_NEWS = frozenset({Measure.MISSED, Measure.UNPLACED})
"""Shown the other way round: wishes granted, duties that have a date."""


@dataclass(frozen=True)
class Bar:
    """A group in a plot: so many cases of so many, and what would be expected.

    `of` is None where it is not told. `width` and `mark` are the group's share and that of
    all together, in percent of the longest bar. `differs` is empty where chance explains the
    difference, else `more` or `less`, whichever way the figure is shown.
    """

    title: str
    hits: int
    of: int | None
    expected: float
    share: float
    width: float
    mark: float
    differs: str
    bad: bool
    weeks_late: float


@dataclass(frozen=True)
class Plot:
    """One measure by groups of one kind."""

    measure: Measure
    kind: Grouping
    bars: tuple[Bar, ...]


@blueprint.get(f"/plans/<{NUMBER}:plan_id>/fairness")
@access("hr")
def show(plan_id: int) -> ResponseReturnValue:
    """What chance does not explain, the score, and the figures of every group."""
    with store().read() as unit:
        solved = unit.plans.plan(plan_id).solve_status
    computed = solved is not None and solved.has_plan
    report = planning.plan_fairness(store(), plan_id) if computed else None
    with store().read() as unit:
        return page(
            "fairness",
            unit,
            plan_id,
            report=report,
            plots=plots(report) if report else {},
            ranks=[plot(report, measure, Grouping.RANK) for measure in Measure] if report else (),
            kind_titles=kind_titles(),
            measure_titles=measure_titles(),
            nothing=nothing(),
            level=LEVEL,
            smallest=SMALLEST,
        )


def plots(report: Fairness) -> dict[Measure, tuple[Plot, ...]]:
    """Every measure by department and by level, as far as there is anything to compare."""
    kinds = [kind for kind in (Grouping.DEPARTMENT, Grouping.LEVEL) if len(report.groups[kind]) > 1]
    return {measure: tuple(plot(report, measure, kind) for kind in kinds) for measure in Measure}


def plot(report: Fairness, measure: Measure, kind: Grouping) -> Plot:
    """One measure by groups of one kind, as long as the largest share."""
    groups, all_shares = report.groups[kind], shown_share(report.everybody, measure)
    most = max([all_shares, *(shown_share(g, measure) for g in groups if g.mentionable(measure))])
    return Plot(
        measure,
        kind,
        tuple(_bar(group, measure, report.findings, all_shares, most or 1.0) for group in groups),
    )


def shown_share(group: Group, measure: Measure) -> float:
    """The share of a group, the way it is shown; 0 where there is nothing to count."""
    tally = group.tallies[measure]
    return 1 - tally.share if measure in GOOD_NEWS and tally.of else tally.share


def _bar(
    group: Group, measure: Measure, findings: Sequence[Finding], mark: float, most: float
) -> Bar:
    tally, turned = group.tallies[measure], measure in GOOD_NEWS
    finding = next((f for f in findings if f.group == group and f.measure is measure), None)
    share = shown_share(group, measure) if group.mentionable(measure) else 0.0
    return Bar(
        title=title(group),
        hits=tally.of - tally.hits if turned else tally.hits,
        of=tally.of if group.mentionable(measure) else None,
        expected=tally.of - tally.expected if turned else tally.expected,
        share=share,
        width=share_bar(share, most).reaches,
        mark=mark_at(share_bar(mark, most).reaches),
        differs="" if finding is None else "more" if finding.more != turned else "less",
        bad=finding is not None and finding.more,
        weeks_late=group.mean_weeks_late,
    )


def title(group: Group) -> str:
    """What a group is called at the beginning of a line; departments stay as they are written."""
    if not isinstance(group.title, Message):
        return group.title
    text = said(group.title)
    return text[:1].upper() + text[1:]


def kind_titles() -> dict[Grouping, str]:
    """What kinds of groups are called."""
    return {
        Grouping.DEPARTMENT: _("Department"),
        Grouping.LEVEL: _("Level"),
        Grouping.RANK: _("Executives and others"),
    }


def measure_titles() -> dict[Measure, tuple[str, str]]:
    """What is shown of each measure, and what is counted."""
    return {
        Measure.UNPOPULAR: (
            _("Unpopular dates"),
            _("services with an unpopular day, of all services"),
        ),
        Measure.MISSED: (
            _("Wishes granted"),
            _("services on a wished date, of those whose person wished for some"),
        ),
        Measure.IMPOSED: (
            _("Unwished dates"),
            _("services on an unwished date, of those whose person named some"),
        ),
        Measure.LATE: (_("Late"), _("services after the due date, of all services")),
        Measure.UNPLACED: (_("With a date"), _("duties that have a date, of all duties")),
    }


def nothing() -> dict[Measure, str]:
    """What is said of a measure that hits nobody."""
    return {
        Measure.UNPOPULAR: _("Nobody serves on an unpopular day."),
        Measure.MISSED: _("Every wish is granted."),
        Measure.IMPOSED: _("Nobody serves on an unwished date."),
        Measure.LATE: _("Nobody serves late."),
        Measure.UNPLACED: _("Every duty has a date."),
    }
