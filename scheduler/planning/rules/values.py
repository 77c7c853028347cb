"""Parameters of rules from text: JSON, or what people type on a command line.

Nothing here knows a rule: what a parameter takes is asked of the rule's own schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from scheduler.domain.errors import Blemish
from scheduler.exchange.sheets.columns import suggestion
from scheduler.rules.base.rule import Rule

Errors = list[dict[str, Any]]


def read_params(
    rule: type[Rule], texts: Mapping[str, str], stored: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Blemish]]:
    """The stored parameters of a rule with those of `texts` in their place, and what is wrong
    with these: “0.3”, “30%”, “yes”, “a, b”, “2027-12-01..2027-12-24”, or JSON."""
    params, wrong = dict(stored), []
    for name, text in texts.items():
        if name not in rule.Params.model_fields:
            wrong.append(_unknown(rule, name))
            continue
        params[name], errors = _read(rule, name, text.strip(), stored)
        wrong += [_blemish(rule, name, text, error) for error in errors[:1]]
    return params, wrong


def params_blemishes(rule: type[Rule], params: Mapping[str, Any], where: str = "") -> list[Blemish]:
    """Everything the rule does not take of these parameters, by parameter."""
    return [
        _blemish(rule, str(error["loc"][0]) if error["loc"] else "", None, error, where)
        for error in _errors(rule, params)
    ]


def _unknown(rule: type[Rule], name: str) -> Blemish:
    known = ", ".join(rule.Params.model_fields) or "none"
    return Blemish(
        column=f"{rule.key}.{name}",
        problem="the rule has no such parameter",
        hint=f"{suggestion(name, rule.Params.model_fields)}There are: {known}.",
    )


def _blemish(
    rule: type[Rule], name: str, text: str | None, error: Mapping[str, Any], where: str = ""
) -> Blemish:
    field = rule.Params.model_fields.get(name)
    shown = error["input"] if text is None else text
    return Blemish(
        column=f"{rule.key}.{name}{where}" if name else f"{rule.key}{where}",
        value=str(shown)[:80] if name else None,
        problem=str(error["msg"])[:1].lower() + str(error["msg"])[1:],
        hint=f"{field.title}: {field.description}" if field and field.description else "",
    )


def _read(rule: type[Rule], name: str, text: str, stored: Mapping[str, Any]) -> tuple[Any, Errors]:
    """The first of the ways to understand `text` that the rule takes; else the one that comes
    nearest, with what is wrong with it."""
    tried: list[tuple[Any, Errors]] = []
    for value in _meanings(text):
        errors = _of(name, _errors(rule, {**stored, name: value}))
        if not errors:
            return value, []
        tried.append((value, errors))
    return next((one for one in tried if _was_meant(one[1][0])), tried[0])


def _was_meant(error: Mapping[str, Any]) -> bool:
    """Whether the value is of the kind the parameter takes, and only too much, or wrong inside."""
    return len(error["loc"]) > 1 or not error["type"].endswith(("_type", "_parsing"))


def _of(name: str, errors: Errors) -> Errors:
    return [error for error in errors if error["loc"][:1] == (name,)]


def _errors(rule: type[Rule], params: Mapping[str, Any]) -> Errors:
    try:
        rule.Params.model_validate(dict(params))
    except ValidationError as error:
        return [dict(each) for each in error.errors()]
    return []


def _meanings(text: str) -> Iterator[Any]:
    yield _one(text)
    yield text
    if not text:
        yield None
    yield [_one(part) for part in re.split(r"[,;\n]+", text) if part.strip()]
    yield [part.strip() for part in re.split(r"[,;\n]+", text) if part.strip()]


def _one(text: str) -> Any:
    text = text.strip()
    first, dots, last = text.partition("..")
    if dots:
        return {"first": first.strip(), "last": last.strip()}
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else json.loads(text)
    except ValueError:
        return text
