"""The command inside this process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.command import run
from tests.cli.conftest import Answer, Cli, plain


@pytest.fixture
def bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    """Run `python -m tests.benchmarks` with these options."""
    monkeypatch.chdir(tmp_path)

    def called(*options: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["tests.benchmarks", *(str(each) for each in options)])
        with pytest.raises(SystemExit) as end:
            run()
        said = capsys.readouterr()
        status = end.value.code or 0
        assert isinstance(status, int)
        return Answer(status, plain(said.out), plain(said.err))

    return called
