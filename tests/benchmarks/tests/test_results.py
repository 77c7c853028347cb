"""Rows of different days make one table; ratios never do."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks import figures
from tests.benchmarks.goals import goals
from tests.benchmarks.names import BenchTask, Side
from tests.benchmarks.plots import PLOTS, draw
from tests.benchmarks.report import page, tables
from tests.benchmarks.results import Results, load, save
from tests.benchmarks.talk import SideTrial
from tests.benchmarks.tests.made_up import a_row, results


def test_a_later_figure_replaces_the_earlier_one_and_its_run() -> None:
    measured = results(a_row(seconds=9, run="first"), a_row(seconds=3, run="second"))
    assert [row.answer.seconds for row in measured.rows] == [3]
    assert [run.id for run in measured.runs] == ["second"]


def test_figures_survive_being_kept(tmp_path: Path) -> None:
    assert load(tmp_path) == Results()
    measured = results(a_row(), a_row(Side.HIGHS, 60, trace=((1.0, 500), (2.0, 100))))
    save(tmp_path, measured)
    assert load(tmp_path) == measured


def test_ratios_need_the_same_run() -> None:
    ours, highs = a_row(seconds=2), a_row(Side.HIGHS, seconds=50)
    together = results(ours, highs)
    assert str(figures.ratio_to_highs(together, ours)) == "25 ×"
    apart = results(ours, a_row(Side.HIGHS, seconds=50, run="second"))
    assert figures.ratio_to_highs(apart, ours) is None


def test_a_peer_that_was_stopped_took_at_least_so_long() -> None:
    ours = a_row(seconds=2)
    highs = a_row(Side.HIGHS, 60, 300, status="time_limit", bound=10)
    measured = results(ours, highs)
    assert str(figures.ratio_to_highs(measured, ours)) == "≥ 30 ×"
    assert figures.ended(highs) == "> 60.0"


def test_a_ratio_to_a_better_plan_says_so() -> None:
    ours = a_row(seconds=2, cost=150, status="time_limit", bound=100)
    measured = results(ours, a_row(Side.HIGHS, 60, 100))
    assert str(figures.ratio_to_highs(measured, ours)) == "30 × (ours 50.0% dearer)"
    goal = next(goal for goal in goals(measured) if "HiGHS" in goal.what)
    assert goal.reached is False


def test_the_textbook_is_timed_to_the_first_plan_as_cheap_as_ours() -> None:
    ours = a_row(seconds=2, cost=100)
    slow = a_row(
        Side.TEXTBOOK, 60, 90, status="time_limit", bound=0, trace=((5, 200), (20, 95), (50, 90))
    )
    assert str(figures.ratio_to_textbook(results(ours, slow), ours)) == "10 ×"
    never = a_row(Side.TEXTBOOK, 60, 200, status="time_limit", bound=0, trace=((5, 200),))
    assert str(figures.ratio_to_textbook(results(ours, never), ours)) == "≥ 30 ×"


def test_unplaceable_people_do_not_make_the_gap_look_small() -> None:
    row = a_row(cost=100_200, bound=100_190, status="time_limit")
    assert row.model_copy(update={"soft": 200}).gap == pytest.approx(0.05)


def test_a_goal_is_kept_by_the_worst_of_its_figures() -> None:
    measured = results(a_row(seconds=3), a_row(seconds=11, cost=7).model_copy(
        update={"request": a_row().request.model_copy(update={"seed": 2})}
    ))  # fmt: skip
    goal = next(goal for goal in goals(measured) if goal.what == "10,000 people, one centre")
    assert (goal.measured, goal.reached) == ("11.0 s", False)


def test_growth_is_only_taken_within_a_run() -> None:
    large = a_row(people=100_000, centres=10, seconds=20)
    same = results(a_row(seconds=2), large)
    other = results(a_row(seconds=2), large.model_copy(update={"run": "second"}))
    said = [
        next(goal for goal in goals(measured) if "against 10,000" in goal.what)
        for measured in (same, other)
    ]
    assert [(goal.measured, goal.reached) for goal in said] == [
        ("10.0 ×", True),
        ("not measured", None),
    ]


def test_the_slowest_stop_counts() -> None:
    trials = (
        SideTrial(moment=1, overrun=0.2),
        SideTrial(moment=2, overrun=1.5),
        SideTrial(moment=9, overrun=None),
    )
    measured = results(a_row(task=BenchTask.STOP, trials=trials, cost=None))
    goal = next(goal for goal in goals(measured) if "stop button" in goal.what)
    assert (goal.measured, goal.reached) == ("at most 1.50 s", False)
    assert "1: 0.20, 0; 2: 1.50, 0; 9: had ended, 0" in tables(measured)


def test_a_time_limit_is_a_goal_too() -> None:
    measured = results(
        a_row(task=BenchTask.LIMITS, trials=(SideTrial(moment=2, overrun=0.4),), cost=None)
    )
    goal = next(goal for goal in goals(measured) if "time limit" in goal.what)
    assert (goal.measured, goal.reached) == ("at most 0.40 s", True)


@pytest.mark.parametrize(
    ("split", "seconds", "proven", "said"),
    [
        (True, 55, True, ("0.91 w ×", True)),
        (True, 70, True, ("0.71 w ×", False)),
        (True, 50, False, ("not measured", None)),
        (False, 55, True, ("not measured", None)),
    ],
)
def test_two_workers_of_a_cluster_are_held_against_one(
    split: bool, seconds: float, proven: bool, said: tuple[str, bool]
) -> None:
    trials = (
        SideTrial(moment=1, overrun=100, cost=7, proven=True),
        SideTrial(moment=2, overrun=seconds, cost=7, proven=proven),
    )
    measured = results(a_row(task=BenchTask.CLUSTER, split=split, trials=trials, cost=None))
    goal = next(goal for goal in goals(measured) if "Dask" in goal.what)
    assert (goal.measured, goal.reached) == said
    assert "## A cluster" in tables(measured)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (SideTrial(moment=2, overrun=0.5, proven=True), ("at most 0.50 s", True)),
        (SideTrial(moment=2, overrun=0.5), ("at most 0.50 s, 1 not proven", False)),
        (SideTrial(moment=2, overrun=1.5, proven=True), ("at most 1.50 s", False)),
    ],
)
def test_a_new_plan_must_be_quick_and_proven(second: SideTrial, said: tuple[str, bool]) -> None:
    trials = (SideTrial(moment=1, overrun=0.2, proven=True), second)
    measured = results(a_row(task=BenchTask.REPLAN, trials=trials, cost=None))
    goal = next(goal for goal in goals(measured) if "absence" in goal.what)
    assert (goal.measured, goal.reached) == said


def test_the_slowest_answer_counts_and_the_first_is_told_apart() -> None:
    trials = (SideTrial(moment=1, overrun=0.6), SideTrial(moment=2, overrun=0.1))
    measured = results(a_row(task=BenchTask.WHY, trials=trials, cost=None))
    goal = next(goal for goal in goals(measured) if goal.what.startswith("why"))
    assert (goal.measured, goal.reached) == ("at most 0.60 s", False)
    assert "| why this date | 0.60 | 0.10 |" in tables(measured)


def test_the_page_has_every_figure_and_what_is_wrong() -> None:
    text = page(
        results(
            a_row(seconds=1.5, cost=12_345),
            a_row(Side.HIGHS, 77.7, 12_345),
            a_row(Side.TEXTBOOK, 600, None, status="out_of_memory", wrong=("it cheats",)),
        )
    )
    for said in ("1.50", "12,345", "77.7", "52 ×", "> 600", "out of memory", "it cheats", "Abacus"):
        assert said in text
    assert "## WRONG" in text
    assert "## WRONG" not in page(results(a_row()))


def test_pictures_are_drawn_without_scripts_and_for_dark_pages(tmp_path: Path) -> None:
    rows = [a_row(people=n, seconds=n / 1000) for n in (1000, 10_000)]
    names = draw(results(*rows, a_row(Side.HIGHS, 50, people=1000)), tmp_path)
    assert names == list(PLOTS)
    for name in names:
        text = (tmp_path / name).read_text("utf-8")
        ElementTree.fromstring(text)
        assert "<script" not in text
        assert "prefers-color-scheme: dark" in text
        assert "HiGHS, steady" in text
    assert draw(Results(), tmp_path / "none") == []
