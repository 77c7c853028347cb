"""Re-planning from the command line: who changes, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli

HORIZON = ("--from", "2027-01-01", "--to", "2028-12-31")


def _publish(cli: Cli) -> None:
    for command in (("draft", *HORIZON), ("publish", 1)):
        assert cli("plan", *command).status == 0


def _fall_ill(cli: Cli, store: Store, files: Path, who: str) -> str:
    """Away on the first day of their published service, whose session comes back."""
    with store.read() as unit:
        plan = unit.plans.published()
        assert plan is not None
        [key] = [a.session for a in unit.plans.assignments(plan.id) if a.employee_id == who]
        day = unit.plans.problem(plan.id).session[key].first_day
    (files / "away.csv").write_text(f"employee id,first,last\n{who},{day},{day}\n")
    assert cli("absences", "import", files / "away.csv").status == 0
    return key


def test_who_changes_is_told_with_the_reason(cli: Cli, office: Store, files: Path) -> None:
    _publish(cli)
    key = _fall_ill(cli, office, files, "s1")
    answer = cli("plan", "revise")
    assert answer.status == 0
    assert "placed 8 of 8" in answer.out
    assert "gap" not in answer.out
    assert f"Dee Seller: {key} → two_days.berlin." in answer.out
    assert "the published date is not possible any more" in answer.out
    assert "People who change: 1, proven to be the fewest." in answer.out
    assert cli("plan", "publish", 2).out == (
        "Plan 2 is published as revision 2. 0 services are new, 7 stay, 1 moves, 0 are called off,"
        " 0 elsewhere are untouched."
    )


def test_the_changes_as_json(cli: Cli, office: Store, files: Path) -> None:
    _publish(cli)
    key = _fall_ill(cli, office, files, "s1")
    figures = json.loads(cli("plan", "revise", 1, "--time-limit", 20, "--json").out)
    [change] = figures["changes"]
    assert (change["employee"], change["why"], change["before"]) == ("s1", "impossible", [key])
    assert len(change["after"]) == 1
    assert (figures["status"], figures["gap"], figures["id"]) == ("optimal", None, 2)


def test_nobody_changes_where_nothing_has(cli: Cli, office: Store) -> None:
    _publish(cli)
    answer = cli("plan", "revise", "--freeze-until", "2027-06-01")
    assert "People who change: 0" in answer.out
    with office.read() as unit:
        follows = unit.plans.problem(2).follows
    assert follows is not None
    assert f"{follows.freeze}" == "2027-06-01"


def test_a_company_that_may_not_serve_is_a_no(cli: Cli, office: Store, files: Path) -> None:
    _publish(cli)
    (files / "blackouts.csv").write_text("scope,first,last\ncompany,2026-01-01,2028-12-31\n")
    cli("blackouts", "import", files / "blackouts.csv")
    answer = cli("plan", "revise")
    assert answer.status == 1
    assert "→ nothing" in answer.out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ((), 2, "Nothing is published yet."),
        ((7,), 2, "There is no plan number 7."),
        (("--freeze-until", "tomorrow"), 2, "“tomorrow” is no date"),
    ],
)
def test_what_cannot_be_revised_is_bad_usage(
    cli: Cli, office: Store, arguments: tuple[object, ...], status: int, says: str
) -> None:
    answer = cli("plan", "revise", *arguments)
    assert (answer.status, says in answer.err) == (status, True)


def test_another_plan_than_the_published_one_is_a_no(cli: Cli, office: Store) -> None:
    cli("plan", "draft", *HORIZON)
    answer = cli("plan", "revise", 1)
    assert answer.status == 1
    assert "Plan 1 is not the published one." in answer.err
