"""Every date of one person, on the command line."""

from __future__ import annotations

from scheduler.store import Store
from tests.cli.conftest import Cli

HORIZON = ("--from", "2027-01-01", "--to", "2028-12-31")


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
