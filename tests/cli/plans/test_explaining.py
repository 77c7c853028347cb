"""Why somebody serves when they do, and every date they could have had."""

from __future__ import annotations

from pathlib import Path

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.cli.plans.drafts import HORIZON, drafted


def test_every_date_of_somebody_is_told(cli: Cli, office: Store) -> None:
    cli("plan", "draft", *HORIZON)
    answer = cli("plan", "explain", 1, "--employee", "s1", "--dates")
    assert answer.status == 0
    with office.read() as unit:
        problem = unit.plans.problem(1)
        (mine,) = [a for a in unit.plans.assignments(1) if a.employee_id == "s1"]
    home, programmes = problem.employee["s1"].centre, problem.duty[mine.duty_id].programmes
    keys = {
        session.key
        for session in problem.sessions
        if home in (None, session.centre) and session.programme in programmes
    }
    assert keys
    assert f"{mine.session}: here" in answer.out
    assert all(f"{key}: " in answer.out for key in keys)
    assert "possible; +" in answer.out


def test_the_dates_of_everybody_are_too_many(cli: Cli, office: Store) -> None:
    answer = cli("plan", "explain", 1, "--dates")
    assert answer.status == 2
    assert "--employee" in answer.err


def test_somebodys_date_is_explained(cli: Cli, office: Store) -> None:
    drafted(cli)
    answer = cli("plan", "explain", 1, "--employee", "s1")
    assert answer.status == 0
    assert "Dee Seller: two_days, berlin, 202" in answer.out
    assert "You have not served yet; your first service is due by 2028-12-31." in answer.out
    assert "0 duties are not placed." in cli("plan", "explain", 1).out


def test_an_id_that_many_ids_contain_is_still_one_person(
    cli: Cli, office: Store, files: Path
) -> None:
    rows = "".join(f"s1{n},Somebody {n},2019-01-01,DE\n" for n in range(30))
    (files / "more.csv").write_text(f"id,name,hire date,country\n{rows}")
    cli("staff", "import", files / "more.csv")
    drafted(cli)
    answer = cli("plan", "explain", 1, "--employee", "s1")
    assert "Dee Seller" in answer.out
    assert "Somebody" not in answer.out


def test_who_owes_nothing_and_who_is_unknown_are_told_apart(cli: Cli, office: Store) -> None:
    drafted(cli)
    gone = cli("plan", "explain", 1, "--employee", "gone")
    assert (gone.status, gone.out) == (0, "gone has no duty in plan 1.")
    unknown = cli("plan", "explain", 1, "--employee", "nobody")
    assert unknown.status == 2
    assert "nobody" in unknown.err
