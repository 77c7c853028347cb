"""Finds the texts to translate that no function call says: what models and rules are called."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python

GIVEN_AS = {"title", "description", "help"}
"""Keywords and attributes of classes whose texts are shown to people."""
COLUMN = "Field"
"""Columns of tables from outside name their title and help second and third."""


def extract_texts(
    file: IO[bytes], keywords: Mapping[str, Any], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """What Babel's own method finds in a Python file, and every text given as a title, a
    description or help."""
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, tags, options)  # type: ignore[arg-type]
    for node in ast.walk(ast.parse(source)):
        for text in _given(node):
            yield text.lineno, None, text.value, []


def _given(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.keyword) and node.arg in GIVEN_AS:
        yield from _texts(node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == COLUMN and len(node.args) > 2:
            yield from (text for value in node.args[1:3] for text in _texts(value))
    elif isinstance(node, ast.ClassDef):
        named = (line for line in node.body if isinstance(line, ast.Assign))
        yield from (text for line in named if _is_given(line) for text in _texts(line.value))


def _is_given(line: ast.Assign) -> bool:
    target = line.targets[0]
    return isinstance(target, ast.Name) and target.id in GIVEN_AS


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value
