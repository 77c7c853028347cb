"""`python -m tests.benchmarks`, with its files and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks import memory, processes, side
from tests.benchmarks.names import Side
from tests.benchmarks.processes import Outcome
from tests.benchmarks.results import load
from tests.benchmarks.talk import Request
from tests.cli.conftest import Cli

TINY = ("--size", 30, "--kind", "steady", "--time-limit", 20)
OURS = ("--side", "frontline")


def test_it_writes_the_page_the_pictures_and_the_figures(bench: Cli, tmp_path: Path) -> None:
    answer = bench(*TINY, "--side", "frontline", "--side", "highs", "--out", tmp_path / "docs")
    assert answer.status == 0, answer.err
    text = (tmp_path / "docs" / "benchmarks.md").read_text("utf-8")
    assert "HiGHS" in text
    assert str(tmp_path) not in text
    for name in ("time", "memory", "gap"):
        assert f"(pictures/benchmark-{name}.svg)" in text
        assert (tmp_path / "docs" / "pictures" / f"benchmark-{name}.svg").is_file()
    measured = load(tmp_path / "docs")
    assert [row.request.side for row in measured.rows] == [Side.FRONTLINE, Side.HIGHS]
    assert measured.rows[0].answer.cost == measured.rows[1].answer.cost


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our side answers in this process: quicker, where processes are not what is tested."""

    def run(folder: Path, request: Request, **options: object) -> Outcome:
        if request.side is not Side.FRONTLINE:
            raise KeyboardInterrupt
        return Outcome(*side.answered(folder, request))

    monkeypatch.setattr(processes, "run", run)
    monkeypatch.setattr(memory, "forget_peak", lambda: None)


@pytest.mark.usefixtures("here")
def test_without_a_folder_it_shows_the_figures(bench: Cli) -> None:
    answer = bench(*TINY, *OURS)
    assert answer.status == 0
    assert "What is to be reached" in answer.out


@pytest.mark.usefixtures("here")
def test_json_is_all_that_is_printed(bench: Cli) -> None:
    answer = bench(*TINY, *OURS, "--json")
    assert answer.status == 0
    (row,) = json.loads(answer.out)["rows"]
    assert row["answer"]["status"] == "optimal"


@pytest.mark.usefixtures("here")
def test_a_wrong_answer_is_shouted(bench: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    right = processes.run

    def cheat(folder: Path, request: Request, **options: Any) -> Outcome:
        outcome = right(folder, request, **options)
        return Outcome(outcome.answer, [np.zeros_like(each) for each in outcome.choices])

    monkeypatch.setattr(processes, "run", cheat)
    answer = bench(*TINY, *OURS)
    assert answer.status == 1
    assert "WRONG: steady-30-1-1, frontline (solve): " in answer.err
    assert "hard rules broken" in answer.err


@pytest.mark.usefixtures("here")
def test_figures_of_several_runs_make_one_table(bench: Cli, tmp_path: Path) -> None:
    for seed in (1, 2, 2):
        answer = bench(*TINY, *OURS, "--seed", seed, "--out", tmp_path / "docs")
        assert answer.status == 0, answer.err
    measured = load(tmp_path / "docs")
    assert [row.request.seed for row in measured.rows] == [1, 2]
    assert len({row.run for row in measured.rows}) == len(measured.runs)


@pytest.mark.usefixtures("here")
def test_control_c_keeps_what_is_measured(bench: Cli, tmp_path: Path) -> None:
    answer = bench(*TINY, "--out", tmp_path / "docs")  # the second side is interrupted
    assert answer.status == 0
    assert "Stopped; what had been measured is kept." in answer.err
    assert [row.request.side for row in load(tmp_path / "docs").rows] == [Side.FRONTLINE]
    assert (tmp_path / "docs" / "benchmarks.md").is_file()


def test_sizes_and_centres_must_fit(bench: Cli) -> None:
    answer = bench("--size", 10, "--centres", 1, "--centres", 2)
    assert answer.status == 2
    assert "1 sizes, but 2 numbers of centres" in answer.err
