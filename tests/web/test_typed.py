"""What is typed into a form: read by field, kept as it was typed, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, get_template_attribute
from werkzeug.datastructures import MultiDict

from scheduler.domain.errors import BadInput, Blemish
from web.forms import Control, FieldChoice, FormField, TypedForm

FIELDS = (
    FormField("name", "Name", needed=True, longest=5),
    FormField("seats", "Seats", Control.WHOLE, optional=True, least=1, most=20),
    FormField("day", "Day", Control.DATE, needed=True),
    FormField(
        "roles",
        "Roles",
        Control.TICKS,
        needed=True,
        choices=(FieldChoice("hr", "HR"), FieldChoice("admin", "Admin", "may do all")),
    ),
    FormField("secret", "Secret", Control.PASSWORD),
)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def typed(**texts: str) -> TypedForm:
    good = {"name": "Ann", "seats": "3", "day": "2027-05-01", "roles": "hr", "secret": "  a "}
    return TypedForm(FIELDS, good | texts)


def test_what_is_right_is_read_by_field() -> None:
    form = typed(name=" Ann ", roles="admin\nhr")
    assert form.read() == {
        "name": "Ann",
        "seats": 3,
        "day": "2027-05-01",
        "roles": ("hr", "admin"),
        "secret": "  a ",
    }
    assert form.sound


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("name", " ", "Please fill this in."),
        ("name", "Annabell", "At most 5 characters."),
        ("seats", "21", "Write a whole number from 1 to 20."),
        ("seats", "0", "Write a whole number from 1 to 20."),
        ("seats", "1" * 12, "Write a whole number from 1 to 20."),
        ("seats", "some", "Write a whole number from 1 to 20."),
        ("day", "", "Write a date as YYYY-MM-DD."),
        ("roles", "", "Choose at least one."),
        ("roles", "king", "Choose at least one."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_stays_as_it_was_typed(
    field: str, text: str, problem: str
) -> None:
    form = typed(**{field: text})
    values = form.read()
    assert form.problems == {field: problem}
    assert not form.sound
    assert field not in values
    assert form.entry(field).text == text
    assert form.entry(field).problem == problem


@pytest.mark.parametrize("text", ["1", "20", " 7 "])
def test_the_limits_of_a_number_belong_to_it(text: str) -> None:
    assert typed(seats=text).read()["seats"] == int(text)


def test_a_text_may_be_as_long_as_its_limit() -> None:
    assert typed(name="12345").read()["name"] == "12345"


def test_nothing_in_an_optional_field_is_no_value() -> None:
    assert typed(seats="").read()["seats"] is None


def test_ticks_of_a_request_are_read_together() -> None:
    form = TypedForm(FIELDS, MultiDict([("roles", "admin"), ("roles", "hr")]))
    assert form.entry("roles").ticked == ["admin", "hr"]
    assert TypedForm(FIELDS).entry("roles").ticked == []


def test_a_choice_offers_what_is_on_record_even_if_it_is_none_of_the_choices() -> None:
    field = FormField("kind", "Kind", Control.CHOICE, choices=(FieldChoice("a", "An A"),))
    assert field.offered("") == [("a", "An A", "")]
    assert field.offered("a") == [("a", "An A", "")]
    assert field.offered("b") == [("a", "An A", ""), ("b", "b", "")]


def test_a_mistake_is_told_beside_its_field_or_above_the_form() -> None:
    form = typed()
    form.blame(
        BadInput(
            "Two things are wrong.",
            blemishes=(
                Blemish(column="seats", problem="this is too much", hint="Write less."),
                Blemish(column="seats", problem="not so again"),
                Blemish(column="elsewhere", problem="this is odd"),
            ),
        )
    )
    assert form.problems == {"seats": "This is too much. Write less."}
    assert form.wrong == ["This is odd."]
    assert not form.sound


def test_a_mistake_of_no_field_stands_above_the_form() -> None:
    form = typed()
    form.blame(BadInput("It cannot be."))
    assert form.wrong == ["It cannot be."]
    assert not form.sound


def draw(form: TypedForm, name: str, macro: str = "draw") -> str:
    """A field as the page has it."""
    return str(get_template_attribute("macros/forms.html", macro)(form.entry(name)))


def test_a_drawn_field_keeps_what_was_typed_and_points_to_what_is_wrong() -> None:
    form = typed(name="<Annabell>")
    form.read()
    html = " ".join(draw(form, "name").split())
    assert 'value="&lt;Annabell&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="problem-name"' in html
    assert '<p class="problem" id="problem-name">At most 5 characters.</p>' in " ".join(
        html.split()
    )


def test_a_password_never_comes_back() -> None:
    assert "a" not in typed(secret="a").fields["secret"].show(None)
    assert 'value=""' in draw(typed(secret="tell-nobody"), "secret")
    assert "tell-nobody" not in draw(typed(secret="tell-nobody"), "secret")


def test_drawn_ticks_show_what_is_ticked() -> None:
    html = " ".join(draw(typed(roles="admin"), "roles", "ticks").split())
    assert 'value="admin" checked' in html
    assert 'value="hr">' in html
    assert '<span class="under">may do all</span>' in html
