"""Sentences: said in English, translated by template, and the same after a night in a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.words import Message, say, say_number
from tests.catalogues import Catalogue

GERMAN = {
    "{name} serves on {day}.": "Am {day} dient {name}.",
    "they are full": "sie sind voll",
    "because {why}": "weil: {why}",
}


FORMS = {"{n} seat": ("{n} Platz", "{n} Plätze")}
german = Catalogue(GERMAN, FORMS)


def _a_message_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Message]:
    keys = st.sampled_from(["name", "day", "why"])
    return st.dictionaries(keys, values, min_size=3).flatmap(
        lambda filled: st.one_of(
            st.just(say("{name} – {day} – {why}", **filled)),
            st.integers(0, 3).map(
                lambda n: say_number("{name} {day} {why}", "{n} {name} {day} {why}", n, **filled)
            ),
        )
    )


PLAIN = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.dates())
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), _a_message_of(inner)),
    max_leaves=8,
)


def test_values_fill_the_template() -> None:
    assert str(say("{n} of {total} seats", n=2, total=9)) == "2 of 9 seats"


def test_dates_are_said_as_iso_dates() -> None:
    assert str(say("on {day}", day=date(2027, 1, 9))) == "on 2027-01-09"
    assert say("on {day}", day=date(2027, 1, 9)).values == {"day": "2027-01-09"}


def test_the_template_is_translated_and_the_values_are_not() -> None:
    message = say("{name} serves on {day}.", name="they are full", day=date(2027, 1, 9))
    assert message.render(german) == "Am 2027-01-09 dient they are full."


def test_messages_inside_are_translated_too() -> None:
    assert say("because {why}", why=say("they are full")).render(german) == "weil: sie sind voll"


def test_lists_are_said_one_after_another() -> None:
    message = say("because {why}", why=[say("they are full"), "noise", 3, date(2027, 1, 9)])
    assert message.render(german) == "weil: sie sind voll, noise, 3, 2027-01-09"


def test_a_value_with_braces_is_only_a_name() -> None:
    assert str(say("{name} is away", name="{0} {name!r} {")) == "{0} {name!r} { is away"


def test_a_value_that_was_forgotten_is_an_error_of_the_writer() -> None:
    with pytest.raises(KeyError, match="name"):
        str(say("{name} is away"))


def test_a_dictionary_that_is_no_message_stays_one() -> None:
    message = Message.model_validate({"text": "{a}", "values": {"a": {"text": "x", "more": 1}}})
    assert message.values == {"a": {"text": "x", "more": 1}}


def test_equal_messages_are_one_in_a_set() -> None:
    one = say("because {why}", why=[say("they are full"), "noise"])
    other = say("because {why}", why=[say("they are full"), "noise"])
    assert {one, other} == {one}
    assert len({one, say("because {why}", why="noise")}) == 2


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 seats are left"), (1, "1 seat is left"), (2, "2 seats are left")]
)
def test_a_number_decides_the_form(number: int, said: str) -> None:
    assert str(say_number("{n} seat is left", "{n} seats are left", number)) == said


def test_another_language_has_forms_of_its_own() -> None:
    """Polish: one for 1, one for 2 to 4, one for the rest (of the small numbers)."""
    polish = Catalogue(
        {},
        {"{n} seat": ("{n} miejsce", "{n} miejsca", "{n} miejsc")},
        lambda number: 0 if number == 1 else 1 if 2 <= number <= 4 else 2,
    )
    said = [say_number("{n} seat", "{n} seats", n).render(polish) for n in (1, 3, 5)]
    assert said == ["1 miejsce", "3 miejsca", "5 miejsc"]


def test_a_form_inside_a_message_is_chosen_by_its_own_number() -> None:
    message = say_number(
        "{n} person, {seats}",
        "{n} people, {seats}",
        2,
        seats=say_number("{n} seat", "{n} seats", 1),
    )
    assert str(message) == "2 people, 1 seat"
    assert message.render(german) == "2 people, 1 Platz"


def test_messages_of_one_template_are_stored_as_they_always_were() -> None:
    assert say("{n} left", n=1).model_dump() == {"text": "{n} left", "values": {"n": 1}}
    stored = {"text": "because {why}", "values": {"why": {"text": "they are full", "values": {}}}}
    assert str(Message.model_validate(stored)) == "because they are full"


def test_the_number_is_part_of_what_a_message_says() -> None:
    one, two = (say_number("a day", "days", n) for n in (1, 2))
    assert len({one, two}) == 2


@settings(deadline=None)
@given(_a_message_of(VALUES))
def test_a_message_survives_being_stored_as_json(message: Message) -> None:
    revived = Message.model_validate_json(message.model_dump_json())
    assert revived == message
    assert str(revived) == str(message)


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_value_breaks_its_sentence(name: str, place: str) -> None:
    assert str(say("{name} at {place}", name=name, place=place)) == f"{name} at {place}"
