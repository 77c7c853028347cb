"""The changes that the sampler makes, and which tests it tries them on."""

from __future__ import annotations

from pathlib import Path

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests import mutants
from tests.mutants import Mutant, drawn, explained, mirror_of
from tests.processes import REPOSITORY
from tests.token_changes import CHANGES


def changed(source: str) -> set[str]:
    """Everything that becomes of a line by the change of one token."""
    return {
        str(mutate_code(source, change, 0)).replace("  ", " ")
        for change in CHANGES
        if any(True for node in ast_nodes(get_ast(source)) for _ in change.mutation_positions(node))
    }


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = a < b", {"x = a <= b", "x = a > b"}),
        ("x = a and b", {"x = a or b"}),
        ("x = max(a, b)", {"x = min(a, b)"}),
        ("x = not a", {"x = a"}),
        ("x = a in b", {"x = a not in b"}),
        ("x = a not in b", {"x = a in b"}),
        ("x = all(a)", {"x = any(a)"}),
        ("x = True", {"x = False"}),
        ("x = a.max", set()),
        ("f(max=1)", set()),
        ("@dataclass(frozen=True)\nclass A: pass", set()),
        ("class A(Base, table=True): pass", set()),
    ],
)
def test_one_token_is_another(line: str, becomes: set[str]) -> None:
    assert changed(line) == becomes


def test_the_same_seed_draws_the_same_and_no_line_twice() -> None:
    chosen = drawn("scheduler/verify", 6, seed=3)
    assert chosen == drawn("scheduler/verify", 6, seed=3)
    assert chosen != drawn("scheduler/verify", 6, seed=4)
    assert len({(each.module, each.line) for each in chosen}) == 6


def test_what_only_types_would_notice_is_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutants, "REPOSITORY", tmp_path)
    (tmp_path / "room.py").write_text(
        "def f(a: int | None) -> int | None:\n    return a\n", "utf-8"
    )
    assert drawn("room", 9, seed=1) == []


def test_every_room_has_its_tests() -> None:
    assert all(mirror_of(room) for room in mutants.ROOMS)


def test_every_explanation_is_of_a_line_that_is_there() -> None:
    for module, was, _ in explained():
        lines = (REPOSITORY / module).read_text("utf-8").splitlines()
        assert was in map(str.strip, lines), (module, was)


def test_what_goes_unnoticed_is_told_unless_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, new, seen = (
        Mutant("a.py", line, CHANGES[0], 0, f"line {line}", "other") for line in range(3)
    )
    monkeypatch.setattr(mutants, "explained", lambda: {("a.py", "line 0", "other"): "because"})
    results = [(known, False), (new, False), (seen, True)]
    assert mutants.told("room", results) == 1
    said = capsys.readouterr().out
    assert "room: 1 of 3 noticed, 1 explained, 1 unnoticed" in said
    assert "a.py:1: line 1" in said
    assert "line 2" not in said
