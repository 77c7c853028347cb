"""The command line inside this process, with everything it keeps below the test's folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.store import Store
from tests.databases import sqlite_template  # noqa: F401  # a fixture is found by its name
from tests.planning.office import CENTRES, ROSTER


@dataclass(frozen=True)
class Answer:
    """What a command said, white space aside, and its exit status."""

    status: int
    out: str
    err: str


def plain(text: str) -> str:
    """One line, single blanks: where a terminal would break lines is not what is tested."""
    return " ".join(text.split())


Cli = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, without a database yet."""
    for name in [name for name in os.environ if name.startswith("FRONTLINE_")]:
        monkeypatch.delenv(name)
    data = tmp_path / "data"
    monkeypatch.setenv("FRONTLINE_DATA_DIR", str(data))
    monkeypatch.setenv("FRONTLINE_WORKERS", "1")
    monkeypatch.chdir(tmp_path)
    return data


@pytest.fixture
def cli(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run one command."""

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["frontline", *(str(each) for each in arguments)])
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        said = capsys.readouterr()
        assert isinstance(status, int)
        return Answer(status, plain(said.out), plain(said.err))

    return run


@pytest.fixture
def store(folder: Path, sqlite_template: Path) -> Iterator[Store]:  # noqa: F811
    """The installation's database, empty."""
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "frontline.sqlite3")
    opened = Store(f"sqlite:///{folder / 'frontline.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the files of the small office."""
    (tmp_path / "centres.csv").write_text(CENTRES, "utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    return tmp_path


@pytest.fixture
def office(cli: Cli, store: Store, files: Path) -> Store:
    """The small office, set up by commands."""
    for command in (
        ("init", "--preset", "amazon_days", "--start", "2027-01-01"),
        ("centres", "import", files / "centres.csv"),
        ("staff", "import", files / "roster.csv"),
    ):
        answer = cli(*command)
        assert answer.status == 0, answer.err
    return store
