"""Commands about the company: init, sample, imports, accounts."""

from __future__ import annotations

import getpass
import io
import sys
from pathlib import Path

import pytest

from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.planning.office import ROSTER
from tests.store.examples import account_of


def _people(store: Store) -> dict[str, str]:
    with store.read() as unit:
        return {person.id: person.name for person in unit.people.employees()}


def test_init_makes_the_database_and_says_what_is_next(cli: Cli, folder: Path) -> None:
    answer = cli("init", "--preset", "amazon")
    assert answer.status == 0
    assert "two_days: Two customer days, 2 days" in answer.out
    assert "Next: frontline centres import FILE" in answer.out
    assert (folder / "frontline.sqlite3").exists()
    assert cli("init", "--preset", "amazon").status == 0, "again does no harm"


def test_an_unknown_preset_is_bad_usage(cli: Cli) -> None:
    answer = cli("init", "--preset", "nowhere")
    assert answer.status == 2
    assert "There is no preset “nowhere”." in answer.err
    assert "amazon_days" in answer.err


def test_a_bad_day_is_bad_usage(cli: Cli) -> None:
    answer = cli("init", "--start", "1.1.2027")
    assert answer.status == 2
    assert "“1.1.2027” is no date; write it like 2027-01-31." in answer.err
    assert "Traceback" not in cli("sample", "--start", "soon").err


def test_imports_say_what_they_took(cli: Cli, store: Store, files: Path) -> None:
    cli("init", "--preset", "amazon_days")
    centres = cli("centres", "import", files / "centres.csv")
    assert (centres.status, centres.out) == (0, "Imported centres 2")
    staff = cli("staff", "import", files / "roster.csv")
    assert staff.status == 0
    assert "people in the file 9 added 9 changed 0 unchanged 0" in staff.out
    assert len(_people(store)) == 9


def test_a_dry_run_shows_the_changes_and_makes_none(cli: Cli, office: Store, files: Path) -> None:
    (files / "roster.csv").write_text(ROSTER.replace("Dee Seller", "Dee [b]Bold[/b] :cat:"))
    answer = cli("staff", "import", files / "roster.csv", "--dry-run")
    assert answer.status == 0
    assert answer.out.startswith("Would change people in the file 9 added 0 changed 1 unchanged 8")
    assert "s1 Full name: Dee Seller → Dee [b]Bold[/b] :cat:" in answer.out, "shown as it is"
    assert _people(office)["s1"] == "Dee Seller"


def test_bad_rows_are_told_with_line_and_column(cli: Cli, office: Store, files: Path) -> None:
    bad = files / "[bold] :cat:.csv"
    bad.write_text("id,name,hire date\nx1,Ann,2020-02-30\nx2,,2020-01-01\nx3,Cem,2020-01-01\n")
    answer = cli("staff", "import", bad)
    assert answer.status == 2
    assert "[bold] :cat:.csv was not imported: 2 things are wrong with it." in answer.err
    assert "line 2, column “hire date”" in answer.err
    assert "“2020-02-30”" in answer.err
    assert "line 3, column “name”" in answer.err
    assert "Mend these rows" in answer.err
    assert "x3" not in _people(office)
    dry = cli("staff", "import", bad, "--dry-run")
    assert dry.status == 2
    assert "added 1" in dry.out
    good = cli("staff", "import", bad, "--good-rows")
    assert good.status == 0
    assert "line 2" in good.err
    assert "x3" in _people(office)


def test_of_very_many_bad_rows_the_first_are_shown_and_the_rest_counted(
    cli: Cli, office: Store, files: Path
) -> None:
    rows = "\n".join(f"y{n},Somebody,never" for n in range(80))
    (files / "bad.csv").write_text(f"id,name,hire date\n{rows}\n")
    answer = cli("staff", "import", files / "bad.csv")
    assert answer.err.count("column “hire date”") == 50
    assert "… and 30 more." in answer.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "no column for: Employee id"),
        (b"id,name,hire date\n", "no rows"),
    ],
)
def test_a_file_that_is_no_roster_is_told(
    cli: Cli, office: Store, files: Path, content: bytes, says: str
) -> None:
    (files / "odd.csv").write_bytes(content)
    answer = cli("staff", "import", files / "odd.csv")
    assert answer.status == 2
    assert says in answer.err


def test_a_missing_file_is_told(cli: Cli, office: Store) -> None:
    answer = cli("staff", "import", "nowhere.csv")
    assert answer.status == 2
    assert "nowhere.csv" in answer.err


def test_a_column_can_be_named(cli: Cli, office: Store, files: Path) -> None:
    (files / "odd.csv").write_text("who,called,since\nz1,Zoe,2020-01-01\n")
    assert cli("staff", "import", files / "odd.csv").status == 2
    answer = cli(
        "staff", "import", files / "odd.csv",
        "--map", "employee_id=who", "--map", "name=called", "--map", "hire_date=since",
    )  # fmt: skip
    assert answer.status == 0
    assert _people(office)["z1"] == "Zoe"


@pytest.mark.parametrize("pair", ["name", "=called", "name="])
def test_a_pair_that_is_none_is_bad_usage(cli: Cli, office: Store, files: Path, pair: str) -> None:
    answer = cli("staff", "import", files / "roster.csv", "--map", pair)
    assert answer.status == 2
    assert f"“{pair}” is not of the form field=column." in answer.err


def test_absences_wishes_and_blackouts(cli: Cli, office: Store, files: Path) -> None:
    (files / "away.csv").write_text(
        "employee id,first,last,kind\ns1,2027-01-04,2027-01-08,absent\n"
        "s2,2027-03-01,2027-03-31,wished\n"
    )
    (files / "blackouts.csv").write_text(
        "scope,name,first,last\nteam,sales,2027-06-01,2027-06-30\n"
    )
    away = cli("absences", "import", files / "away.csv")
    assert (away.status, away.out) == (0, "Imported absences 1 wishes 1")
    dry = cli("blackouts", "import", files / "blackouts.csv", "--dry-run")
    assert (dry.status, dry.out) == (0, "Would take over blackouts 1")
    assert cli("blackouts", "import", files / "blackouts.csv").status == 0
    with office.read() as unit:
        assert len(unit.exceptions.absences()) == len(unit.exceptions.wishes()) == 1
        assert len(unit.exceptions.blackouts()) == 1


def test_a_sample_is_the_same_for_the_same_seed_and_can_be_imported(
    cli: Cli, store: Store, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        answer = cli("sample", "--employees", 120, "--centres", 2, "--out", tmp_path / name)
        assert answer.status == 0
        assert "roster.csv" in answer.out
    one, two = tmp_path / "one", tmp_path / "two"
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    cli("init")
    kinds = ("centres", "staff", "absences", "blackouts", "exemptions", "pairings", "mentors")
    for kind in kinds:
        file = one / {"staff": "roster.csv"}.get(kind, f"{kind}.csv")
        answer = cli(kind, "import", file)
        assert answer.status == 0, answer.err
    assert len(_people(store)) == 120
    files = {path.stem for path in one.glob("*.csv")}
    assert files == {*kinds, "roster"} - {"staff"}, "every file has a command that takes it"


def test_a_sample_of_nobody_is_bad_usage(cli: Cli) -> None:
    assert cli("sample", "--employees", 0).status == 2
    answer = cli("sample", "--employees", 9_999_999)
    assert answer.status == 2
    assert "1 to 1,500,000" in answer.err


def test_an_account_with_the_password_from_standard_input(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough password\n"))
    answer = cli(
        "account", "create", "bo@example.org", "--role", "lead", "--employee", "lead1",
        "--centre", "berlin", "--password-stdin",
    )  # fmt: skip
    assert (answer.status, answer.out) == (0, "bo@example.org may sign in.")
    with office.read() as unit:
        account = account_of(unit, "bo@example.org")
    assert (account.roles, account.centres) == (("lead",), ("berlin",))
    assert account.employee_id == "lead1"


def test_an_account_whose_password_is_typed_twice(
    cli: Cli, office: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["one long password", "another long password", *["the same password"] * 2])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(typed))
    differing = cli("account", "create", "hr@example.org", "--role", "hr")
    assert differing.status == 2
    assert "The two passwords differ." in differing.err
    assert cli("account", "create", "hr@example.org", "--role", "hr").status == 0
    assert "password" not in cli("account", "create", "hr@example.org", "--help").err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "many", "column “FRONTLINE_PORT”"),
        ("TIME_LIMIT", "-1", "column “FRONTLINE_TIME_LIMIT”"),
        ("DATABASE_URL", "nonsense", "sqlite:///"),
    ],
)
def test_a_bad_setting_is_told_by_its_variable(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"FRONTLINE_{name}", value)
    answer = cli("init")
    assert answer.status == 2
    assert says in answer.err


def test_without_a_command_there_is_help(cli: Cli) -> None:
    answer = cli("--help")
    assert answer.status == 0
    for command in ("init", "sample", "staff", "absences", "centres", "plan", "feed", "serve"):
        assert command in answer.out
