"""Form fields drawn from schemas, of every kind that a rule may declare."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from pydantic import Field

from scheduler.domain.calendar import DateRange
from scheduler.rules.base.rule import Rule, RuleParams
from web.forms import Control, NotAValue, explained, fields_of

DECLARED = {
    Control.EMAIL,
    Control.PASSWORD,
    Control.TICKS,
    Control.PERSON,
    Control.UNIT,
}
"""Controls that no schema asks for: pages declare them."""


class Colour(StrEnum):
    """Something to choose from."""

    RED = "red"
    BLUE = "blue"


class Everything(Rule):
    """A rule with a parameter of every kind."""

    key = "everything"
    title = "Everything"

    class Params(RuleParams):
        """One of each."""

        tick: bool = Field(True, title="Tick")
        whole: int = Field(3, title="Whole", description="How many.")
        decimal: float = Field(0.25, le=9, title="Decimal")
        share: float = Field(0.2, gt=0, le=1, title="Share")
        text: str = Field("some", title="Text")
        day: date = Field(date(2027, 5, 1), title="Day")
        colour: Colour = Field(Colour.BLUE, title="Colour")
        maybe: int | None = Field(None, title="Maybe")
        numbers: list[int] = Field([1, 2], title="Numbers")
        names: tuple[str, ...] = Field(("ann", "bob"), title="Names")
        sets: tuple[tuple[str, ...], ...] = Field((("a", "b"), ("c",)), title="Sets")
        ranges: tuple[DateRange, ...] = Field((), title="Ranges")

    compile = check = sentence = because = None  # type: ignore[assignment]  # only drawn


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def field(name: str) -> Any:
    return next(each for each in fields_of(Everything.Params) if each.name == name)


def test_every_kind_is_recognised() -> None:
    kinds = {each.name: each.control for each in fields_of(Everything.Params)}
    assert kinds == {
        "tick": Control.TICK,
        "whole": Control.WHOLE,
        "decimal": Control.DECIMAL,
        "share": Control.SHARE,
        "text": Control.TEXT,
        "day": Control.DATE,
        "colour": Control.CHOICE,
        "maybe": Control.WHOLE,
        "numbers": Control.NUMBERS,
        "names": Control.NAMES,
        "sets": Control.SETS,
        "ranges": Control.RANGES,
    }
    assert set(kinds.values()) == set(Control) - DECLARED
    assert field("maybe").optional
    assert [each.value for each in field("colour").choices] == ["red", "blue"]
    assert field("whole").help == "How many."


def test_what_is_shown_reads_back_as_it_was() -> None:
    for each in fields_of(Everything.Params):
        value = Everything.Params().model_dump(mode="json")[each.name]
        assert each.read(each.show(value)) == value, each.name


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("tick", "", False),
        ("tick", "on", True),
        ("decimal", "0,5", 0.5),
        ("share", "12.5 %", 0.125),
        ("numbers", "4 5;6, 7", [4, 5, 6, 7]),
        ("maybe", "", None),
        ("maybe", "7", 7),
        ("ranges", "2027-01-01", [{"first": "2027-01-01", "last": "2027-01-01"}]),
        ("names", " ann \n\n bob ", ["ann", "bob"]),
    ],
)
def test_people_type_as_they_like(name: str, typed: str, value: Any) -> None:
    assert field(name).read(typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("whole", ""),
        ("whole", "three"),
        ("decimal", "a"),
        ("numbers", "1.5"),
        ("day", "1 May"),
        ("ranges", "x..y"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_hint(name: str, typed: str) -> None:
    with pytest.raises(NotAValue, match=r"[A-Z“].*\."):
        field(name).read(typed)


def test_a_schema_that_no_field_draws_is_an_error() -> None:
    class Odd(RuleParams):
        table: dict[str, int] = Field({}, title="Table")

    class OddList(RuleParams):
        things: list[dict[str, int]] = Field([], title="Things")

    for params in (Odd, OddList):
        rule: Any = type("Broken", (Everything,), {"Params": params})
        with pytest.raises(TypeError, match="no form field draws"):
            fields_of(rule.Params)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"type": "less_than", "ctx": {"lt": 3}}, "Must be less than 3."),
        ({"type": "too_long", "ctx": {"max_length": 2}}, "Takes at most 2 of them."),
        ({"type": "enum", "ctx": {"expected": "'red' or 'blue'"}}, "Must be one of: 'red' or"),
        ({"type": "something_else", "msg": "As pydantic says it"}, "As pydantic says it"),
    ],
)
def test_errors_of_the_schema_are_told_in_words(error: dict[str, Any], said: str) -> None:
    assert explained(error).startswith(said)
