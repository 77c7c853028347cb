"""Errors say what is wrong, where, and what would mend it."""

from __future__ import annotations

import pytest

from scheduler.domain.errors import (
    BadInput,
    Blemish,
    Busy,
    Conflict,
    FrontlineError,
    NotFound,
    NotPublishable,
)


@pytest.mark.parametrize("kind", [BadInput, Busy, Conflict, NotFound, NotPublishable])
def test_all_are_caught_as_one(kind: type[FrontlineError]) -> None:
    with pytest.raises(FrontlineError, match="No such plan"):
        raise kind("No such plan.")


def test_the_hint_follows_the_message() -> None:
    error = NotFound("There is no plan 7.", hint="Plans: 1, 2.")
    assert str(error) == "There is no plan 7. Plans: 1, 2."
    assert (error.message, error.hint) == ("There is no plan 7.", "Plans: 1, 2.")


def test_without_a_hint_there_is_only_the_message() -> None:
    assert str(Busy("The database is locked.")) == "The database is locked."


@pytest.mark.parametrize(
    ("blemish", "said"),
    [
        (Blemish(problem="no rows"), "no rows."),
        (Blemish(problem="no rows", hint="Add some."), "no rows. Add some."),
        (Blemish(line=3, problem="no name"), "line 3: no name."),
        (Blemish(column="Hired", problem="missing"), "column “Hired”: missing."),
        (
            Blemish(
                line=3,
                column="Hired",
                value="31.2.2020",
                problem="no such day",
                hint="Write YYYY-MM-DD.",
            ),
            "line 3, column “Hired”: no such day (“31.2.2020”). Write YYYY-MM-DD.",
        ),
        (Blemish(line=0, value="x", problem="odd"), "line 0: odd (“x”)."),
    ],
)
def test_a_blemish_says_where_what_and_how_to_mend_it(blemish: Blemish, said: str) -> None:
    assert str(blemish) == said


def test_a_bad_input_holds_every_blemish() -> None:
    found = [Blemish(line=n, problem="no name") for n in (2, 5)]
    error = BadInput("The roster has 2 bad rows.", found, hint="Correct them.")
    assert error.blemishes == tuple(found)
    assert str(error) == "The roster has 2 bad rows. Correct them."
    assert BadInput("Nothing there.").blemishes == ()
