"""The contributors' exercise, done as it is written: two files, and the rule is everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "contributing.md"
FILE = re.compile(r"<!-- (?P<name>\S+\.py) -->\n```python\n(?P<text>.*?)```\n", re.DOTALL)
KNOWN = "import sys, scheduler.rules; scheduler.rules.__path__.append(sys.argv.pop(1))"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the guide."""
    folder = tmp_path_factory.mktemp("exercise")
    files = list(FILE.finditer(GUIDE.read_text("utf-8")))
    for found in files:
        path = folder / found["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"], "utf-8")
    assert len(files) == 2, "one file and one test"
    return folder


def run(done: Path, code: str, *args: object) -> str:
    """What a program prints in a house that has the new rule."""
    rules = done / "scheduler" / "rules"
    ended = subprocess.run(
        [sys.executable, "-c", f"{KNOWN}\n{code}", str(rules), *map(str, args)],
        cwd=ROOT,
        env=os.environ | {"FRONTLINE_DATABASE_URL": f"sqlite:///{done / 'frontline.db'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def checked(done: Path, *paths: Path, leaving_out: str = "") -> str:
    """What pytest says of these files about the new rule alone, as `make check` runs it."""
    code = "import pytest; raise SystemExit(pytest.main(sys.argv[1:]))"
    alone = ["-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not deep", "--rule", "pay_day"]
    house = ["-q", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "--import-mode=importlib"]
    return run(done, code, *alone, *house, "-k", leaving_out, *paths)


@pytest.mark.slow
def test_its_cases_hold(done: Path) -> None:
    cases = done / "tests" / "rules" / "test_pay_day.py"
    assert "9 passed" in checked(done, cases, ROOT / "tests" / "rules" / "test_sentences.py")


@pytest.mark.slow
def test_the_guards_over_all_rules_hold_it_to_its_word(done: Path) -> None:
    rules, solving = ROOT / "tests" / "rules", ROOT / "tests" / "solving"
    registry = checked(done, rules / "test_registry.py", leaving_out="not hand_written")
    assert "passed" in registry
    assert "passed" in checked(done, rules / "test_fixes.py", rules / "test_agreement.py")
    assert "1 passed" in checked(done, solving / "test_brute_force.py")


@pytest.mark.slow
def test_its_repair_is_offered_and_works(done: Path) -> None:
    code = """
from scheduler.domain.problem import Mode
from scheduler.repairs import Repairs
from scheduler.rules import registry
from scheduler.solving.engine import solve
from tests.worlds import a_person, a_session, a_world, only
ours = registry()["pay_day"].default_setting().model_copy(update={"mode": Mode.HARD})
ann = a_person("ann", department="sales")
problem = a_world([ann], [a_session(4, length=1)], rules=(*only(), ours))
repairs = Repairs(problem, solve(problem).assignments)
remedy = repairs.remedy("ann@1")
best = remedy.repairs[0]
left = solve(best.apply(problem)).unassigned
print(remedy.blocking.rules, remedy.proven, best.text(problem), best.cost, len(left), sep="; ")
"""
    said = "('pay_day',); True; Ann away on pay day, in department sales; 2; 0"
    assert run(done, code).strip() == said


@pytest.mark.slow
def test_the_random_worlds_try_it(done: Path) -> None:
    code = """
import numpy as np
from scheduler.model.compiling import compile_problem
from scheduler.verify import verify
from tests.worlds import a_random_world, assignments_of
said = set()
for seed in range(60):
    problem = a_random_world(seed)
    model = compile_problem(problem)
    for shift in range(4):
        choice = [(duty + shift) % len(problem.sessions) for duty in range(len(problem.duties))]
        found = verify(problem, assignments_of(problem, choice))
        verdict = model.judge(np.array(choice))
        assert verdict.legal == (not found.hard)
        charged = verdict.by_rule.get("pay_day", 0)
        assert found.hard or charged == found.score.get("pay_day", 0)
        said |= {v.hard for v in found.violations if v.rule == "pay_day"}
print(sorted(said))
"""
    assert run(done, code).strip() == "[False, True]"


def test_it_is_off_until_it_is_set_and_then_the_engine_keeps_it(done: Path) -> None:
    code = """
from scheduler.solving.engine import solve
from scheduler.rules import registry
from tests.worlds import a_person, a_session, a_world, only
from scheduler.domain.problem import Mode
for mode in (Mode.OFF, Mode.HARD):
    ours = registry()["pay_day"].default_setting().model_copy(update={"mode": mode})
    problem = a_world([a_person("ann")], [a_session(4, length=1)], rules=(*only(), ours))
    print(mode.value, len(solve(problem).unassigned))
"""
    assert run(done, code).split() == ["off", "0", "hard", "1"]


@pytest.mark.slow
def test_the_form_and_the_docs_have_it(done: Path) -> None:
    code = """
from scheduler.rules import registry
from web.forms import fields_of
print([field.title for field in fields_of(registry()["pay_day"].Params)])
"""
    assert run(done, code).strip() == "['Day of the month', 'Excused']"


def test_a_rule_that_there_is_not_is_named_with_those_that_there_are() -> None:
    asked = [sys.executable, "-m", "pytest", "--co", "-q", "-p", "no:xdist", "--rule", "pay_day"]
    ended = subprocess.run(
        [*asked, "tests/rules/test_seats.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no rule is called “pay_day”; there are: absence, clearance, " in ended.stderr
