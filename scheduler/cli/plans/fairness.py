"""Who carries what in a plan, in figures: `frontline plan fairness`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.table import Table

from scheduler.cli.console import open_store, out
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.options import AsJson, PlanId

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.fairness import Fairness, Finding, Group, Grouping, Measure
else:
    planning = LazyModule("scheduler.planning")

HEADINGS = {
    "unpopular": "unpopular",
    "missed": "missed",
    "imposed": "unwished",
    "late": "late",
    "unplaced": "no date",
}


def fairness(plan_id: PlanId, as_json: AsJson = False) -> None:
    """Who carries what: departments, levels and executives compared, and what differs."""
    with open_store() as store:
        figures = planning.plan_fairness(store, plan_id)
    if as_json:
        sys.stdout.write(json.dumps(_summary(figures)) + "\n")
        return
    low, high = figures.by_lot
    out.print(
        f"{figures.score:.0f} of 100; by lot the same burdens have {low:.0f} to {high:.0f}.",
        highlight=False,
    )
    for finding in figures.findings:
        out.print(str(finding.text), highlight=False, soft_wrap=True)
    if not figures.findings:
        out.print("No group differs from the others by more than chance would explain.")
    for kind, groups in figures.groups.items():
        out.print(_table(kind, groups))


def _table(kind: Grouping, groups: tuple[Group, ...]) -> Table:
    """A line for every group: cases of those that count."""
    grid = Table(title=f"By {kind}", title_justify="left", box=None)
    grid.add_column("", overflow="fold")
    grid.add_column("people", justify="right")
    for heading in HEADINGS.values():
        grid.add_column(heading, justify="right")
    grid.add_column("weeks", justify="right")
    for group in groups:
        cells = (_cell(group, measure) for measure in group.tallies)
        grid.add_row(str(group.title), f"{group.people:,}", *cells, f"{group.mean_weeks_late:.1f}")
    return grid


def _cell(group: Group, measure: Measure) -> str:
    tally = group.tallies[measure]
    return f"{tally.hits}/{tally.of}" if group.mentionable(measure) else "–"


def _summary(figures: Fairness) -> dict[str, Any]:
    return {
        "score": figures.score,
        "scores": figures.scores,
        "by_lot": figures.by_lot,
        "findings": [_finding(each) for each in figures.findings],
        "everybody": _figures(figures.everybody),
        "groups": {
            kind: [_figures(group) for group in groups] for kind, groups in figures.groups.items()
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.group.kind,
        "group": str(finding.group.title),
        "measure": finding.measure,
        "more": finding.more,
        "chance": finding.chance,
        "text": str(finding.text),
    }


def _figures(group: Group) -> dict[str, Any]:
    """Of wishes of so few that each is somebody's nothing is told."""
    return {
        "group": str(group.title),
        "people": group.people,
        "placed": group.placed,
        "days": group.days,
        "unpopular_days": group.unpopular_days,
        "mean_weeks_late": group.mean_weeks_late,
    } | {
        str(measure): {"hits": tally.hits, "of": tally.of, "expected": tally.expected}
        if group.mentionable(measure)
        else None
        for measure, tally in group.tallies.items()
    }
