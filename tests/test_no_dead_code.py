"""Nothing stands in the program that only tests use, or nobody."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

from scheduler.rules.base.rule import Rule

ROOT = Path(__file__).parent.parent
ROOMS = ("scheduler", "web")
BENCHMARKS = ROOT / "tests" / "benchmarks"
NAMING = (ROOT / "pyproject.toml", ROOT / "web" / "babel.cfg")
"""Files that name functions for tools to call."""
USED_BY_OTHERS = {
    "downgrade": "whoever goes back to an older release, and has only a shell for it",
    "metadata": "SQLAlchemy, in a base class of tables",
    "on_solution_callback": "OR-Tools, at every better choice",
    "pid": "whoever looks which process is which, and tests that kill one",
}
"""What is there for somebody outside the program, and for whom."""

WORD = re.compile(r"[A-Za-z_]\w*")
IN_TEMPLATES = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
REGISTERS_NOTHING = {
    "abstractmethod",
    "cache",
    "cached_property",
    "classmethod",
    "contextmanager",
    "dataclass",
    "lru_cache",
    "overload",
    "property",
    "staticmethod",
    "total_ordering",
    "gc_paused",
}
"""Decorators after which somebody must still call a function. All others hand it to somebody:
a route to Flask, a command to Typer, a validator to pydantic."""


@dataclass(frozen=True)
class Definition:
    """A function, a class, a method, a constant or an attribute; `owner` is its class, if any."""

    path: Path
    name: str
    node: ast.AST
    owner: str | None

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(self.node, 'lineno', 0)}: {self.name}"


def test_nothing_is_there_for_tests_only() -> None:
    used = words_of_templates()
    for path in NAMING:
        used += Counter(WORD.findall(path.read_text("utf-8")))
    for path in [*program(), *BENCHMARKS.glob("*.py")]:
        used += uses_in(parsed(path))
    unused = [
        definition
        for path in program()
        for definition in definitions(path)
        if used[definition.name] <= uses_in(definition.node)[definition.name]
        and not used_by_others(definition)
    ]
    assert [str(definition) for definition in unused] == []


def test_who_is_said_to_be_used_by_others_is_there() -> None:
    names = {definition.name for path in program() for definition in definitions(path)}
    assert names >= USED_BY_OTHERS.keys()


def program() -> list[Path]:
    """Every module but the migrations, which Alembic calls."""
    paths = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in paths if "migrations" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    """A module without its `__all__`: to name something there is not to use it."""
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = [each for each in tree.body if "__all__" not in names_set_by(each)]
    return tree


def words_of_templates() -> Counter[str]:
    """What the templates name, outside their prose."""
    texts = (path.read_text("utf-8") for path in (ROOT / "web" / "templates").rglob("*.html"))
    return Counter(
        word for text in texts for code in IN_TEMPLATES.findall(text) for word in WORD.findall(code)
    )


def uses_in(node: ast.AST) -> Counter[str]:
    """How often the code reads each name. A string of one word counts: it may name an attribute."""
    uses: Counter[str] = Counter()
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                uses[name] += 1
            case ast.Constant(value=str(text)) if WORD.fullmatch(text):
                uses[text] += 1
    return uses


def definitions(
    path: Path, node: ast.AST | None = None, owner: str | None = None
) -> Iterator[Definition]:
    """Everything that a module defines, but what starts with two underscores."""
    for each in ast.iter_child_nodes(node or parsed(path)):
        if isinstance(each, ast.ClassDef):
            yield Definition(path, each.name, each, None)
            yield from definitions(path, each, each.name)
        elif isinstance(each, ast.FunctionDef):
            if not registered(each) and not each.name.startswith("__"):
                yield Definition(path, each.name, each, owner)
        elif isinstance(each, ast.stmt):
            names = names_set_by(each)
            yield from (Definition(path, n, each, owner) for n in names if not n.startswith("__"))


def names_set_by(statement: ast.stmt) -> set[str]:
    """The names that a statement outside functions gives a value or a type."""
    match statement:
        case ast.Assign(targets=targets):
            nodes = [node for target in targets for node in ast.walk(target)]
        case ast.AnnAssign(target=target):
            nodes = [target]
        case _:
            nodes = []
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def registered(function: ast.FunctionDef) -> bool:
    """Whether a decorator hands the function to somebody who calls it."""
    called = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    names = (c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in called)
    return any(name not in REGISTERS_NOTHING for name in names)


def used_by_others(definition: Definition) -> bool:
    """Whether somebody uses it whom this search does not see: the rules are found in their files,
    a value of an enumeration comes from data, a column is the database's, and what a class from
    elsewhere has too, that one calls."""
    if definition.name in USED_BY_OTHERS:
        return True
    module = import_module(".".join(definition.path.relative_to(ROOT).with_suffix("").parts))
    itself = getattr(module, definition.name, None)
    if isinstance(itself, type) and definition.owner is None:
        return issubclass(itself, Rule)
    owner = getattr(module, definition.owner or "", None)
    if not isinstance(owner, type):
        return False
    elsewhere = [base for base in owner.__mro__ if not base.__module__.startswith(ROOMS)]
    return (
        issubclass(owner, Enum)
        or hasattr(owner, "__table__")
        or any(definition.name in vars(base) for base in elsewhere)
    )
