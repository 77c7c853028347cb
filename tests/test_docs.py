"""What the pages about the code say of it is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
QUOTED = re.compile(r"`([^`\n]+)`")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
PSEUDOCODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _defined(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Names of classes, functions and variables; those inside a class also with its name."""
    for node in ast.iter_child_nodes(tree):
        for name in _bound(node):
            yield name
            yield f"{inside}{name}"
        if isinstance(node, ast.ClassDef):
            yield from _defined(node, f"{node.name}.")


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


@cache
def _names() -> frozenset[str]:
    """Everything defined in the program; what a module defines also with the module's name."""
    names: set[str] = set()
    for path in (*(ROOT / "scheduler").rglob("*.py"), *(ROOT / "web").rglob("*.py")):
        defined = set(_defined(ast.parse(path.read_text("utf-8"))))
        names |= defined | {f"{path.stem}.{name}" for name in defined}
    return frozenset(names)


def _is_there(name: str) -> bool:
    return (ROOT / name).exists() if "/" in name else name in _names()


def _words() -> list[tuple[str, str]]:
    """Each word of the glossary, and where it says that it is."""
    rows = [line.split(" | ") for line in GLOSSARY.read_text("utf-8").splitlines() if "`" in line]
    return [(row[0].removeprefix("| "), row[-1]) for row in rows if len(row) == 3]


WORDS = _words()


def test_every_word_has_one_meaning() -> None:
    times = Counter(word.casefold() for word, _ in WORDS)
    assert len(times) > 100
    assert [word for word, count in times.items() if count > 1] == []


@pytest.mark.parametrize(("word", "where"), WORDS, ids=[word for word, _ in WORDS])
def test_a_word_is_where_the_glossary_says(word: str, where: str) -> None:
    names = QUOTED.findall(where)
    assert names
    assert [name for name in names if not _is_there(name)] == []


def test_what_the_page_of_the_engine_names_is_there() -> None:
    text = PSEUDOCODE.sub("", (ROOT / "docs" / "engine.md").read_text("utf-8"))
    names = [name for name in QUOTED.findall(text) if "/" in name or IDENTIFIER.fullmatch(name)]
    assert len(names) > 30
    assert [name for name in names if not _is_there(name)] == []


def test_a_name_that_is_nowhere_is_noticed() -> None:
    assert _is_there("GroupBound")
    assert not _is_there("GroupBounds")
    assert not _is_there("Rule.solve")
    assert not _is_there("scheduler/nowhere.py")


def _picture() -> list[str]:
    """Every file and folder that the README's picture of the house shows."""
    text = (ROOT / "README.md").read_text("utf-8")
    picture = text.partition("## The house")[2].partition("```\n")[2].partition("```")[0]
    shown: list[str] = []
    above: list[str] = []
    for line in picture.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [name]
        shown.append("".join(above))
    return shown


def test_the_picture_of_the_house_is_the_house() -> None:
    shown = _picture()
    assert [path for path in shown if not (ROOT / path).exists()] == []
    rooms = {path.parent.name for path in (ROOT / "scheduler").glob("*/__init__.py")}
    assert {f"scheduler/{room}/" for room in rooms} <= set(shown)
