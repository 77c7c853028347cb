"""The command line starts light: what takes seconds to load is loaded by who needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scheduler.cli.lazy_imports import LazyModule
from scheduler.planning.plans.exporting import FORMATS
from tests.cli.conftest import Cli

HEAVY = ("numpy", "ortools", "pandas", "sqlalchemy", "openpyxl")


def loaded(program: str) -> set[str]:
    """The packages that a Python program has imported in the end."""
    asked = f"{program}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_who_solves_for_a_command_loads_no_command() -> None:
    found = loaded("from scheduler.cli import main")
    assert "scheduler" in found
    assert not found & {"typer", "pydantic", *HEAVY}


def test_help_loads_neither_tables_nor_solvers() -> None:
    found = loaded("import scheduler.cli.commands")
    assert "typer" in found
    assert not found & set(HEAVY)


def test_a_late_module_is_the_module() -> None:
    assert LazyModule("scheduler.planning.plans.exporting").FORMATS is FORMATS
    with pytest.raises(AttributeError):
        _ = LazyModule("scheduler.planning.plans.exporting").NOTHING_OF_THE_KIND


def test_help_names_every_format(cli: Cli) -> None:
    answer = cli("plan", "export", "--help")
    assert ", ".join(FORMATS) in answer.out
