"""No text of the source counts without a form for one and a form for many."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from tests.grammar import COUNTING

ROOT = Path(__file__).parents[1]
WEB = ROOT / "web"
SOURCES = sorted((ROOT / "scheduler").rglob("*.py"))
ONE_FORM = {"say", "Message", "gettext", "_"}


def _counting(text: str) -> bool:
    """Whether a noun that is counted follows a place that a value fills."""
    return any(COUNTING.match(part.partition("}")[2]) for part in text.split("{")[1:])


def _texts(call: ast.Call) -> Iterator[str]:
    """The texts of a call in order, joined as Python joins them."""
    for argument in call.args:
        for each in ast.walk(argument):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


def _is_constant(value: ast.expr) -> bool:
    """Whether a number is one of the program's own, in capitals: none of them is one."""
    return any(isinstance(name, ast.Name) and name.id.isupper() for name in ast.walk(value))


def _after_values(text: ast.JoinedStr) -> Iterator[str]:
    """What follows each value of an f-string."""
    for value, after in zip(text.values, text.values[1:], strict=False):
        if isinstance(value, ast.FormattedValue) and not _is_constant(value.value):
            yield str(after.value) if isinstance(after, ast.Constant) else ""


def _wrong(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ONE_FORM:
                yield from filter(_counting, _texts(node))
        elif isinstance(node, ast.JoinedStr):
            yield from filter(COUNTING.match, _after_values(node))


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('say("{n} people are away", n=n)', ["{n} people are away"]),
        ('say("{n} more " "seats")', ["{n} more seats"]),
        ('say("{n} of {size} days")', ["{n} of {size} days"]),
        ('say("{a} points" if soft else "none")', ["{a} points"]),
        ('say_number("{n} person", "{n} people", n)', []),
        ('say("{people} are away", people=people)', []),
        ('f"{n:,} points"', [" points"]),
        ('f"at most {LONGEST} days"', []),
    ],
)
def test_a_count_in_one_form_is_noticed(source: str, wrong: list[str]) -> None:
    assert list(_wrong(ast.parse(source))) == wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_count_has_a_form_for_one_and_for_many(path: Path) -> None:
    assert list(_wrong(ast.parse(path.read_text("utf-8")))) == []


def _texts_of_pages() -> Iterator[tuple[str, str]]:
    """Every text of the pages that has one form, and its file."""
    with (WEB / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for file_name, _line, text, *_ in extract_from_dir(ROOT, methods, options, {"_": None}):
        yield file_name, str(text)


def test_every_count_on_a_page_has_a_form_for_one_and_for_many() -> None:
    texts = list(_texts_of_pages())
    assert len(texts) > 500
    assert [
        text for text in texts if _counting(text[1].replace(")s", "}").replace("%(", "{"))
    ] == []
