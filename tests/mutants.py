"""Whether the tests notice when the code is wrong: `python -m tests.mutants scheduler/exchange`.

Changes of one token, drawn by chance, are made to a copy of the repository, and for each the tests
of the mirrored folder run that come by the changed line. Changes that make no difference are listed
in `unnoticed.toml` with the reason why.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code, use_mutation
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import TestOutcome
from coverage import CoverageData

from tests.processes import REPOSITORY
from tests.token_changes import CHANGES, Change

ROOMS = (
    *("scheduler/rules", "scheduler/model", "scheduler/solving", "scheduler/repairs"),
    *("scheduler/replan", "scheduler/explain", "scheduler/fairness", "scheduler/exchange"),
    *("scheduler/domain", "scheduler/store", "scheduler/planning", "scheduler/cli"),
    *("scheduler/verify", "web"),
)
EXPLAINED = Path(__file__).with_name("unnoticed.toml")
QUICK = "not slow and not deep and not postgres"
MOST_TESTS = 150
"""Of more tests that come by a line so many are tried: the mirrored file's first."""
LEAST_NOTICED = 0.95
MANY_TIMES, PATIENCE = 10, 120
"""So many times what all tests of the room take, and so many seconds more, is for ever."""


@dataclass(frozen=True)
class Mutant:
    """One token of one module replaced; the module by its path below the repository."""

    module: str
    line: int
    change: Change
    occurrence: int
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.was}  ->  {self.becomes}"


# ---- Drawing -----------------------------------------------------------------------------------


def modules_of(room: str) -> list[Path]:
    """The modules of a room: those of a folder, or the one file."""
    folder = REPOSITORY / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def mirror_of(room: str) -> list[str]:
    """The mirrored folder and the mirrored file, as far as they are there."""
    path = Path("tests", room.removeprefix("scheduler/"))
    mirrored = [path, path.with_name(f"test_{path.name}.py")]
    return [str(each) for each in mirrored if (REPOSITORY / each).exists()]


@dataclass(frozen=True)
class Spot:
    """Where in a module a change can be made: the how-manieth place of its kind, and the line."""

    path: Path
    change: Change
    occurrence: int
    line: int

    def made(self) -> Mutant | None:
        """The mutant; None if it is no Python, or means the same."""
        source = self.path.read_text("utf-8")
        mutated = mutate_code(source, self.change, self.occurrence)
        if mutated is None or _meaning(mutated) in (None, _meaning(source)):
            return None
        lines = zip(source.splitlines(), mutated.splitlines(), strict=True)
        was, becomes = next((one.strip(), other.strip()) for one, other in lines if one != other)
        module = str(self.path.relative_to(REPOSITORY))
        return Mutant(module, self.line, self.change, self.occurrence, was, becomes)


def spots_of(room: str) -> Iterator[Spot]:
    """Wherever a token of a room can be changed."""
    for path in modules_of(room):
        nodes = list(ast_nodes(get_ast(path.read_text("utf-8"))))
        for change in CHANGES:
            places = [place for node in nodes for place in change.mutation_positions(node)]
            for occurrence, ((line, _), _) in enumerate(places):
                yield Spot(path, change, occurrence, line)


def _meaning(source: str) -> str | None:
    """A module without what nobody asks when it runs: annotations, and imports for them alone.
    None if it is no Python."""

    class Strip(ast.NodeTransformer):
        def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
            node.annotation = ast.Constant(None)
            return self.generic_visit(node)

        def visit_arg(self, node: ast.arg) -> ast.AST:
            node.annotation = None
            return node

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            node.returns = None
            return self.generic_visit(node)

        def visit_If(self, node: ast.If) -> ast.AST:
            typing_only = "TYPE_CHECKING" in ast.unparse(node.test)
            return ast.Pass() if typing_only else self.generic_visit(node)

    try:
        return ast.dump(Strip().visit(ast.parse(source)))
    except SyntaxError:
        return None


def drawn(room: str, sample: int, seed: int) -> list[Mutant]:
    """So many mutants of a room by chance, no two on one line."""
    spots = list(spots_of(room))
    random.Random(f"{seed} {room}").shuffle(spots)
    by_line: dict[tuple[Path, int], Mutant] = {}
    for spot in spots:
        place = spot.path, spot.line
        if len(by_line) < sample and place not in by_line and (mutant := spot.made()):
            by_line[place] = mutant
    return sorted(by_line.values(), key=lambda each: (each.module, each.line))


# ---- Trying ------------------------------------------------------------------------------------


class Copy:
    """A copy of the repository in which the tests of a room run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("scheduler", "web", "data", "tests", "docs"):
            shutil.copytree(
                REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        for name in ("pyproject.toml", "README.md", "Makefile", "CHANGELOG.md"):
            shutil.copy(REPOSITORY / name, folder / name)
        self.patience: float = 3600

    def compile(self, room: str) -> None:
        """Keep everything compiled: pytest does nothing else for most mutants."""
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *mirror_of(room)]
        paths = {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run(
            command, cwd=self.folder, env=os.environ | paths, stdout=subprocess.DEVNULL, check=True
        )

    def pytest(self, *arguments: str) -> tuple[TestOutcome, str]:
        """Run tests here."""
        path, python = shlex.quote(str(self.folder)), shlex.quote(sys.executable)
        options = "-q -x -p no:cacheprovider --no-header --tb=no " + shlex.join(arguments)
        command = f"cd {path} && PYTHONPATH={path} exec {python} -m pytest {options}"
        outcome, said = run_tests(shlex.join(["sh", "-c", command]), self.patience)
        return outcome, str(said)

    def notices(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether one of the tests fails."""
        with use_mutation(self.folder / mutant.module, mutant.change, mutant.occurrence):
            return self.pytest(self.listed(tests))[0] is not TestOutcome.SURVIVED

    def listed(self, tests: Iterable[str]) -> str:
        """The argument that names many tests."""
        chosen = self.folder / "chosen.txt"
        chosen.write_text("\n".join(tests), "utf-8")
        return f"@{chosen}"


class Reached:
    """Which tests of a room come by which lines."""

    def __init__(self, copy: Copy, room: str) -> None:
        self.copy, data = copy, copy.folder / "reached.coverage"
        settings = copy.folder / "reached.ini"
        settings.write_text(f"[run]\ndata_file = {data}\nsource_pkgs = {_package(room)}\n", "utf-8")
        watched = (f"--cov-config={settings}", "--cov", "--cov-context=test", "--cov-report=")
        began = monotonic()
        outcome, said = copy.pytest(*watched, "-m", QUICK, *mirror_of(room))
        self.seconds = monotonic() - began
        if outcome is not TestOutcome.SURVIVED:
            raise SystemExit(f"The tests of {room} fail as they are:\n{said[-2000:]}")
        self.data = CoverageData(str(data))
        self.data.read()
        # A test that is not found by its name would be taken for one that fails.
        named = {name.rsplit("|", 1)[0] for name in self.data.measured_contexts() if name}
        outcome, said = copy.pytest("--collect-only", copy.listed(sorted(named)))
        if outcome is not TestOutcome.SURVIVED:
            raise SystemExit(f"Not every test of {room} is found by its name:\n{said[-2000:]}")

    def by(self, mutant: Mutant) -> list[str]:
        """The tests that come by a mutant's statement, the mirrored file's first; all of the
        mirrored folder where it runs at import."""
        contexts = self.data.contexts_by_lineno(str(self.copy.folder / mutant.module))
        source = (self.copy.folder / mutant.module).read_text("utf-8")
        lines = _statement(source, mutant.line)
        names = {name for line in lines for name in contexts.get(line, ())}
        tests = {name.rsplit("|", 1)[0] for name in names if name}
        own = f"test_{Path(mutant.module).stem}.py"
        chance = random.Random(str(mutant))
        shuffled = chance.sample(sorted(tests), len(tests))
        return sorted(shuffled, key=lambda test: own not in test)[:MOST_TESTS]


def _package(room: str) -> str:
    return room.replace("/", ".")


def _statement(source: str, line: int) -> range:
    """The lines of the innermost statement around a line."""
    around = [
        (each.end_lineno or each.lineno, each.lineno)
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.stmt) and each.lineno <= line <= (each.end_lineno or 0)
    ]
    last, first = min(around, key=lambda span: span[0] - span[1])
    return range(first, last + 1)


def tried(room: str, mutants: Sequence[Mutant], side_by_side: int) -> list[tuple[Mutant, bool]]:
    """Each mutant, and whether the tests notice it."""
    with TemporaryDirectory(prefix="frontline-mutants-") as folder:
        copies = [Copy(Path(folder, str(number))) for number in range(side_by_side)]
        for copy in copies:
            copy.compile(room)
        reached, free = Reached(copies[0], room), SimpleQueue[Copy]()
        chosen = [reached.by(mutant) or mirror_of(room) for mutant in mutants]
        for copy in copies:
            copy.patience = MANY_TIMES * reached.seconds + PATIENCE
            free.put(copy)

        def one(mutant: Mutant, tests: Sequence[str]) -> bool:
            copy = free.get()
            try:
                return copy.notices(mutant, tests)
            finally:
                free.put(copy)

        with ThreadPoolExecutor(side_by_side) as threads:
            return list(zip(mutants, threads.map(one, mutants, chosen), strict=True))


# ---- Telling -----------------------------------------------------------------------------------


def explained() -> dict[tuple[str, str, str], str]:
    """Why a change makes no difference, by module, line as it was and as it becomes."""
    entries: list[dict[str, Any]] = tomllib.loads(EXPLAINED.read_text("utf-8")).get("mutant", [])
    return {(each["module"], each["was"], each["becomes"]): each["reason"] for each in entries}


def told(room: str, results: Sequence[tuple[Mutant, bool]]) -> int:
    """Print what came out for a room; how many are neither noticed nor explained."""
    reasons = explained()
    missed = [mutant for mutant, noticed in results if not noticed]
    silent = [each for each in missed if (each.module, each.was, each.becomes) not in reasons]
    print(
        f"{room}: {len(results) - len(missed)} of {len(results)} noticed,"
        f" {len(missed) - len(silent)} explained, {len(silent)} unnoticed",
        flush=True,
    )
    for mutant in silent:
        print(f"  {mutant}", flush=True)
    return len(silent)


def main() -> int:
    """Sample the rooms; 1 if too many changes go unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, help="folders or modules")
    parser.add_argument("--sample", type=int, default=24, help="so many changes a room")
    parser.add_argument("--seed", type=int, default=1, help="which they are")
    parser.add_argument("--side-by-side", type=int, default=2, help="so many at a time")
    asked = parser.parse_args()
    tried_in_all = unnoticed = 0
    for room in asked.rooms:
        mutants = drawn(room, asked.sample, asked.seed)
        results = tried(room, mutants, asked.side_by_side)
        tried_in_all += len(results)
        unnoticed += told(room, results)
    share = 1 - unnoticed / max(tried_in_all, 1)
    print(f"{share:.1%} of {tried_in_all} changes noticed or explained")
    return share < LEAST_NOTICED


if __name__ == "__main__":
    sys.exit(main())
