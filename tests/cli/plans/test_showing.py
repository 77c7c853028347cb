"""Plans in figures, and two side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.cli.plans.drafts import HORIZON, drafted


def test_points_are_shown_by_rule(cli: Cli, office: Store, files: Path) -> None:
    (files / "wishes.csv").write_text(
        "employee id,first,last,kind\ns1,2027-01-01,2028-12-31,unwished\n"
    )
    cli("absences", "import", files / "wishes.csv")
    answer = cli("plan", "draft", *HORIZON)
    assert "Points by rule Wishes 10" in answer.out


@pytest.mark.parametrize("command", ["show", "verify", "explain", "compare", "publish", "export"])
def test_an_unknown_plan_is_bad_usage(cli: Cli, office: Store, command: str) -> None:
    options = {"export": ("--format", "csv"), "compare": ("8",)}.get(command, ())
    answer = cli("plan", command, 7, *options)
    assert answer.status == 2
    assert "There is no plan number 7." in answer.err


def test_plans_are_compared(cli: Cli, office: Store) -> None:
    drafted(cli)
    nothing = cli("plan", "compare", 1)
    assert nothing.status == 2
    assert "Nothing is published yet." in nothing.err
    cli("plan", "publish", 1)
    drafted(cli, "--centre", "auckland")
    answer = cli("plan", "compare", 2)
    assert answer.status == 0
    assert "Plan 2 and plan 1" in answer.out
    assert "only in plan 2 0 only in plan 1 5" in answer.out
    assert "the same 8 on another date 0" in cli("plan", "compare", 1, 1).out
