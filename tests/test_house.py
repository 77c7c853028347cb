"""What the house promises and no type sees, read from the source: only use cases write, and no
class has the name of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EDGES = ("web", "scheduler/cli")
"""The rooms that parse, call a use case, and show what came back."""
DATABASE = ("sqlalchemy", "sqlmodel")

FILES = [path for room in EDGES for path in sorted((ROOT / room).rglob("*.py"))]


def transgressions(source: str) -> Iterator[str]:
    """Where a module begins a transaction that writes, or takes a session of the database."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _ends_with(node.func, "write") and not node.args:
            yield f"opens a transaction that writes: {ast.unparse(node)}"
        elif isinstance(node, ast.Attribute) and _is_session(node):
            yield f"takes a session of the database: {ast.unparse(node)}"
        elif any(name.partition(".")[0] in DATABASE for name in _imported(node)):
            yield f"imports what only the store knows: {ast.unparse(node)}"


def _ends_with(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def _is_session(node: ast.Attribute) -> bool:
    return node.attr == "session" and _ends_with(node.value, "db")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_edges_leave_writing_to_use_cases(path: Path) -> None:
    assert list(transgressions(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "with store().write() as unit:\n    pass",
        "with self.store.write() as unit, x:\n    pass",
        "datastore().db.session.commit()",
        "from sqlalchemy.orm import Session",
        "def later():\n    import sqlmodel",
    ],
)
def test_what_an_edge_may_not_do_is_noticed(source: str) -> None:
    assert len(list(transgressions(source))) == 1


def test_reading_and_writing_to_files_is_no_transgression() -> None:
    assert not list(transgressions("store().read()\nstream.write(body)\nflask.session.clear()"))


TABLES = ROOT / "scheduler" / "store" / "tables"
OWN = "Params"
"""Every rule has parameters of its own."""


def test_no_two_classes_have_the_same_name() -> None:
    """One word, one thing. A table may be called like the value that it holds."""
    places: dict[str, list[str]] = {}
    for room in ("scheduler", "web"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if TABLES not in path.parents:
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    if isinstance(node, ast.ClassDef) and node.name != OWN:
                        places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
