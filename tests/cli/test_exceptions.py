"""Commands about exceptions."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.cli.exceptions import KINDS
from scheduler.exchange.exceptions.reading import RecordKind
from scheduler.store import Store
from tests.cli.conftest import Cli
from tests.planning.office import AT
from tests.store.examples import entries

FILES = {
    "exemptions": "employee id,category,approver,first,last,channels\n"
    "s1,care,HR,2026-01-01,2026-12-31,\ns2,hearing,HR,2026-01-01,2030-12-31,mail\n",
    "wishes": "employee id,kind,first,last\ns1,wished,2027-03-01,2027-03-31\n",
    "stand-ins": "one,other\ns1,s2\n",
    "pairings": "one,other,together\ns1,s2,apart\n",
    "mentors": "id,name,centre\nmia,Mia,Berlin\n",
}


def test_every_kind_has_commands_but_the_one_that_had_them() -> None:
    assert set(KINDS) == set(RecordKind) - {"blackouts"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_shown_and_taken_over(cli: Cli, office: Store, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(FILES[kind], "utf-8")
    rows = len(FILES[kind].splitlines()) - 1
    counts = f"added {rows} changed 0 unchanged 0 removed 0"
    dry = cli(kind, "import", file, "--dry-run")
    assert (dry.status, dry.out) == (0, f"Would change {counts}")
    assert entries(office, RecordKind(kind)) == ()
    done = cli(kind, "import", file)
    assert (done.status, done.out) == (0, f"Imported {counts}")
    assert len(entries(office, RecordKind(kind))) == rows


def test_a_bad_row_is_told_by_line_and_column_and_nothing_is_taken(
    cli: Cli, office: Store, tmp_path: Path
) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("one,other\ns1,s2\ns1,nobody\n", "utf-8")
    for options in ((), ("--dry-run",)):
        answer = cli("stand-ins", "import", file, *options)
        assert answer.status == 2
        assert "line 3, column “other”: nobody has this employee id (“nobody”)" in answer.err
    assert entries(office, RecordKind.STAND_INS) == ()
    assert cli("stand-ins", "import", file, "--good-rows").status == 0
    assert len(entries(office, RecordKind.STAND_INS)) == 1


def test_a_column_by_another_name_is_mapped(cli: Cli, office: Store, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("who,whom\ns1,s2\n", "utf-8")
    assert "no column for: One, The other" in cli("stand-ins", "import", file).err
    mapped = cli("stand-ins", "import", file, "--map", "one=who", "--map", "other=whom")
    assert mapped.status == 0


def test_exemptions_that_end_are_told_without_their_reasons(
    cli: Cli, office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.cli.exceptions.now", lambda: AT)
    file = tmp_path / "file.csv"
    file.write_text(FILES["exemptions"], "utf-8")
    cli("exemptions", "import", file)
    answer = cli("exemptions", "expiring", "--within", 59)
    assert (answer.status, answer.out) == (0, "2026-12-31 s1 approved by HR")
    assert cli("exemptions", "expiring", "--within", 58).out == "None ends before 2026-12-31."
