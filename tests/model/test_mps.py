"""Anybody can check an optimum: other solvers, given the exported file, find the same points."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from ortools.linear_solver.python import model_builder
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Problem
from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from scheduler.model.mps import write_mps
from scheduler.solving.block import BlockSolver
from scheduler.solving.engine import solve
from scheduler.solving.result import Limits
from tests.processes import AMPLE
from tests.solving.companies import a_company, a_crowd
from tests.solving.models import (
    a_random_model,
    cheapest,
    each_session,
    everybody,
    nowhere,
)
from tests.worlds import a_person, a_random_world, a_session, a_world


def solved_by_scip(text: str) -> float:
    """The least cost that SCIP finds for the file, read by OR-Tools' own importer."""
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    assert model.import_from_mps_string(text)
    solver = model_builder.Solver("scip")
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    return float(solver.objective_value)


class Mps:
    """A free MPS file, read by nothing of OR-Tools: as plain as the format is."""

    def __init__(self, text: str) -> None:
        self.kind: dict[str, str] = {}
        self.columns: dict[str, dict[str, float]] = {}
        self.right: dict[str, float] = {}
        self.range: dict[str, float] = {}
        self.whole: set[str] = set()
        self.most: dict[str, float] = {}
        section, integral = "", False
        for line in text.splitlines():
            if line.startswith("*") or not line.strip():
                continue
            if not line[0].isspace():
                section = line.split()[0]
                continue
            words = line.split()
            if section == "ROWS":
                self.kind[words[1]] = words[0]
            elif section == "COLUMNS" and "'MARKER'" in words:
                integral = "'INTORG'" in words
            elif section == "COLUMNS":
                self._column(words, integral)
            elif section == "RHS":
                self.right |= zip(words[1::2], map(float, words[2::2]), strict=True)
            elif section == "RANGES":
                self.range |= zip(words[1::2], map(float, words[2::2]), strict=True)
            elif section == "BOUNDS":
                self._bound(words)

    def _column(self, words: list[str], integral: bool) -> None:
        column = self.columns.setdefault(words[0], {})
        column |= zip(words[1::2], map(float, words[2::2]), strict=True)
        if integral:
            self.whole.add(words[0])

    def _bound(self, words: list[str]) -> None:
        kind, _, name, *value = words
        if kind == "BV":
            self.whole.add(name)
            self.most[name] = 1.0
        elif kind in ("UP", "UI"):
            self.most[name] = float(value[0])
        else:
            assert kind in ("PL", "LO") and not any(map(float, value)), words  # noqa: PT018

    def _limits(self, row: str) -> tuple[float, float]:
        """The least and the most of a row: a range widens the side that its kind leaves open."""
        limit, kind = self.right.get(row, 0.0), self.kind[row]
        wide = abs(self.range[row]) if row in self.range else np.inf
        assert kind != "E" or row not in self.range, row
        return limit if kind != "L" else limit - wide, limit if kind != "G" else limit + wide

    def solved_by_highs(self) -> float:
        """The least cost that HiGHS (SciPy's) finds."""
        objective = next(row for row, kind in self.kind.items() if kind == "N")
        rows = [row for row, kind in self.kind.items() if kind != "N"]
        number = {row: n for n, row in enumerate(rows)}
        entries = [
            (number[row], column, value)
            for column, values in enumerate(self.columns.values())
            for row, value in values.items()
            if row != objective
        ]
        height, width, values = (np.array(part) for part in zip(*entries, strict=True))
        matrix = sparse.csr_array((values, (height, width)), shape=(len(rows), len(self.columns)))
        least, most = zip(*map(self._limits, rows), strict=True)
        solution = milp(
            [values.get(objective, 0.0) for values in self.columns.values()],
            integrality=np.array([name in self.whole for name in self.columns], np.uint8),
            bounds=Bounds(0, [self.most.get(name, np.inf) for name in self.columns]),
            constraints=LinearConstraint(matrix, np.array(least), np.array(most)),
            # To the last point: its default is content with a ten-thousandth.
            options={"mip_rel_gap": 0},
        )
        assert solution.success, solution.message
        return float(solution.fun)


WORLDS = [
    pytest.param(a_company(30, 2, seed=3), id="30 people, two centres"),
    pytest.param(a_crowd(40, pairs=60, seats=2), id="40 people, too few seats"),
    pytest.param(a_crowd(50, pairs=100, seats=1, seed=2), id="50 people, far too few seats"),
    *(
        pytest.param(a_random_world(seed, people=20, sessions=14), id=f"20 people, random {seed}")
        for seed in range(6)
    ),
]


@pytest.mark.parametrize("problem", WORLDS)
@pytest.mark.slow
def test_other_solvers_find_the_same_optimum_in_the_file(problem: Problem) -> None:
    result = solve(problem, Limits(seconds=AMPLE, gap=0))
    assert result.status is SolveStatus.OPTIMAL
    text = write_mps(compile_problem(problem))
    assert Mps(text).solved_by_highs() == pytest.approx(result.cost, rel=1e-9, abs=1e-5)
    assert solved_by_scip(text) == pytest.approx(result.cost, rel=1e-9, abs=1e-5)


POSSIBLE = [seed for seed in range(100) if cheapest(a_random_model(seed)) is not None][:50]


@pytest.mark.parametrize("seed", POSSIBLE)
def test_they_find_the_same_where_bounds_are_of_every_kind(seed: int) -> None:
    """Upper and lower limits, hard and soft, and switches."""
    model = a_random_model(seed)
    text = write_mps(model)
    assert Mps(text).solved_by_highs() == pytest.approx(cheapest(model), abs=1e-5)
    assert solved_by_scip(text) == pytest.approx(cheapest(model), abs=1e-5)


def with_switches(problem: Problem) -> CompiledModel:
    """Sessions take place with at least two or not at all, and the first two want two together."""
    model = compile_problem(problem)
    ones = np.ones((1, model.sessions), np.int64)
    limits: dict[str, Any] = {"upper": 9 * ones, "lower": 2 * ones}
    model.bound(
        GroupBound("group_size", **everybody(model), **each_session(model), **limits, switch=True)
    )
    first: dict[str, Any] = {"sessions": np.arange(2), "slots": np.zeros(2, np.int64)}
    wanted: dict[str, Any] = {
        "upper": np.array([[9]], np.int64),
        "lower": np.array([[2]], np.int64),
    }
    model.bound(GroupBound("peak", **everybody(model), **first, **wanted, points=5))
    return model


@pytest.mark.parametrize("seed", range(12))
def test_they_find_the_same_where_sessions_are_switched(seed: int) -> None:
    model = with_switches(a_random_world(seed, people=14, sessions=8))
    solver = BlockSolver(model, nowhere(model))
    solver.first()
    assert solver.cost <= model.judge(nowhere(model)).cost
    solver.improve(
        seconds=AMPLE, gap=0, workers=1, seed=1, stop=lambda: False, listener=lambda *_: None
    )
    assert solver.proven
    text = write_mps(model)
    assert Mps(text).solved_by_highs() == pytest.approx(solver.cost, rel=1e-6)
    assert solved_by_scip(text) == pytest.approx(solver.cost, rel=1e-6)


def test_columns_are_named_after_what_they_choose() -> None:
    people = [a_person("ann"), a_person("bob")]
    problem = a_world(people, [a_session(0, seats=1), a_session(7, seats=1)])
    file = Mps(write_mps(compile_problem(problem)))
    chosen = {name for name in file.columns if not name.startswith("e_")}
    assert chosen == {"x_0_0", "x_0_1", "x_1_0", "x_1_1", "u_0", "u_1"}
    assert chosen <= file.whole
    assert all(re.fullmatch(r"e_\d+", name) for name in file.columns.keys() - chosen)
