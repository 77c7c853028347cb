"""The book of rules: versions, judgement, variants, restoring."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.errors import BadInput, Conflict, NotFound
from scheduler.domain.problem import Mode, RuleScope, RuleSetting, Variant
from scheduler.planning.rules.rule_book import RuleChange, setting_of
from scheduler.rules import registry
from scheduler.store import Store
from scheduler.store.read_models import RuleBook
from tests.planning.office import AT, HR, ON_SQLITE, open_office

pytestmark = ON_SQLITE

AS_HR: dict[str, Any] = {"actor": HR, "at": AT}
SALES = (RuleScope.DEPARTMENT, "Sales")


def book(store: Store) -> RuleBook:
    """The rules as they stand."""
    with store.read() as unit:
        return unit.catalogue.rules()


def set_rule(store: Store, key: str, **change: Any) -> RuleSetting:
    """Change one rule; how it is set then."""
    planning.set_rule(store, key, RuleChange(**change), **AS_HR)
    return setting_of(book(store), registry()[key])


def problems(caught: pytest.ExceptionInfo[BadInput]) -> list[tuple[str | None, str]]:
    """What is wrong, by rule and parameter."""
    return [(blemish.column, blemish.problem) for blemish in caught.value.blemishes]


def test_rules_change_with_a_new_version_and_a_note(store: Store) -> None:
    open_office(store)
    with store.read() as unit:
        old = unit.catalogue.rules()
    setting = registry()["team_floor"].default_setting()
    setting = setting.model_copy(update={"mode": Mode.SOFT, "params": {"share": 0.5}})
    version = planning.change_rules(
        store, [setting], expected_version=old.version, actor=HR, at=AT, note="Half a team."
    )
    with store.read() as unit:
        new = unit.catalogue.rules()
        latest = unit.audit.entries(limit=1)[0]
    assert (new.version, new.settings, new.author) == (version, (setting,), HR)
    assert version == old.version + 1
    assert (latest.action, latest.details) == ("changed rules", {"note": "Half a team."})


def test_a_parameter_that_a_rule_does_not_take_changes_nothing(store: Store) -> None:
    bad = registry()["team_floor"].default_setting()
    bad = bad.model_copy(update={"params": {"share": 1.5}})
    with pytest.raises(BadInput) as caught:
        planning.change_rules(store, [bad], expected_version=0, actor=HR, at=AT)
    assert [column for column, _ in problems(caught)] == ["team_floor.share"]
    with store.read() as unit:
        assert unit.catalogue.rules().version == 0


def test_of_two_who_change_the_rules_the_second_is_told(store: Store) -> None:
    setting = registry()["seats"].default_setting()
    planning.change_rules(store, [setting], expected_version=0, actor=HR, at=AT)
    with pytest.raises(Conflict, match="meanwhile"):
        planning.change_rules(store, [], expected_version=0, actor=HR, at=AT)
    with store.read() as unit:
        assert unit.catalogue.rules().settings == (setting,)


def test_a_setting_that_no_rule_knows_is_kept(store: Store) -> None:
    later = RuleSetting(key="rule_of_a_later_version", mode=Mode.HARD)
    planning.change_rules(store, [later], expected_version=0, actor=HR, at=AT)
    with store.read() as unit:
        assert unit.catalogue.rules().settings == (later,)


class TestSettingOneRule:
    def test_changes_what_is_said_and_nothing_else(self, store: Store) -> None:
        set_rule(store, "spacing", params={"days": "99"})
        setting = set_rule(store, "team_floor", mode=Mode.SOFT, weight=7, params={"share": "30%"})
        default = registry()["team_floor"].default_setting()
        assert (setting.mode, setting.weight) == (Mode.SOFT, 7)
        assert setting.params == default.params | {"share": 0.3}
        assert setting_of(book(store), registry()["spacing"]).params == {"days": 99}
        assert book(store).version == 2

    def test_that_is_not_there_names_those_there_are(self, store: Store) -> None:
        with pytest.raises(NotFound, match=r"no rule “team_flor”\. Did you mean “team_floor”"):
            set_rule(store, "team_flor", mode=Mode.OFF)

    def test_to_what_it_is_changes_nothing(self, store: Store) -> None:
        with pytest.raises(BadInput, match="Nothing about the rule “team_floor” would change"):
            set_rule(store, "team_floor", mode=Mode.HARD)
        assert book(store).version == 0

    @pytest.mark.parametrize(
        ("key", "params", "column", "problem"),
        [
            ("team_floor", {"share": "1.5"}, "team_floor.share", "less than or equal to 1"),
            ("team_floor", {"share": "a lot"}, "team_floor.share", "valid number"),
            ("team_floor", {"shar": "0.5"}, "team_floor.shar", "no such parameter"),
            ("level_load", {"demand": "1, 2"}, "level_load.demand", "12 items"),
            ("executive_cover", {"sets": "a, b"}, "executive_cover.sets", "valid tuple"),
        ],
    )
    def test_to_what_it_does_not_take_is_told_by_parameter(
        self, store: Store, key: str, params: dict[str, str], column: str, problem: str
    ) -> None:
        with pytest.raises(BadInput) as caught:
            set_rule(store, key, params=params)
        ((where, why),) = problems(caught)
        assert where == column
        assert problem in why
        assert book(store).version == 0

    def test_with_points_beyond_all_measure_is_refused(self, store: Store) -> None:
        with pytest.raises(BadInput) as caught:
            set_rule(store, "team_floor", weight=10_001)
        assert problems(caught) == [("team_floor.weight", "not from 0 to 10,000")]

    def test_that_is_always_on_cannot_turn_it_off(self, store: Store) -> None:
        with pytest.raises(BadInput) as caught:
            set_rule(store, "seats", mode=Mode.OFF)
        assert problems(caught)[0][0] == "seats.mode"


class TestVariants:
    def test_start_from_the_whole_companys_setting(self, store: Store) -> None:
        open_office(store)
        set_rule(store, "team_floor", params={"at_least": "3"})
        setting = set_rule(store, "team_floor", place=SALES, mode=Mode.SOFT)
        (variant,) = setting.variants
        assert setting.mode is Mode.HARD
        assert (variant.scope, variant.name, variant.mode) == (*SALES, Mode.SOFT)
        assert variant.params == setting.params
        again = set_rule(store, "team_floor", place=SALES, params={"share": "0.9"})
        (variant,) = again.variants
        assert (variant.mode, variant.params["share"]) == (Mode.SOFT, 0.9)

    def test_are_removed(self, store: Store) -> None:
        open_office(store)
        set_rule(store, "team_floor", place=SALES, mode=Mode.OFF)
        assert set_rule(store, "team_floor", remove=(SALES,)).variants == ()
        with pytest.raises(BadInput, match="not set differently for department “Sales”"):
            set_rule(store, "team_floor", remove=(SALES,))

    @pytest.mark.parametrize(
        ("place", "names"),
        [
            (
                (RuleScope.DEPARTMENT, "Sale"),
                "Did you mean “Sales”? There are: Board, Sales, Works.",
            ),
            ((RuleScope.PROGRAMME, "cew"), "There are: two_days."),
            ((RuleScope.CENTRE, "rome"), "There are: auckland, berlin."),
        ],
    )
    def test_of_what_is_not_there_name_what_is(self, store: Store, place: Any, names: str) -> None:
        open_office(store)
        with pytest.raises(BadInput) as caught:
            set_rule(
                store, "travel" if place[0] != "department" else "notice", place=place, weight=1
            )
        (blemish,) = caught.value.blemishes
        assert blemish.problem == f"there is no {place[0]} of this name"
        assert blemish.hint == names

    def test_of_a_scope_the_rule_has_none_for_are_refused(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_office(store)
        monkeypatch.setattr(registry()["team_floor"], "scopes", frozenset({RuleScope.CENTRE}))
        with pytest.raises(BadInput) as caught:
            set_rule(store, "team_floor", place=SALES, weight=1)
        (blemish,) = caught.value.blemishes
        assert blemish.problem == "the rule cannot be set differently for a department"
        assert blemish.hint == "Possible are: centre."

    def test_of_a_rule_that_is_always_on_are_refused(self, store: Store) -> None:
        open_office(store)
        with pytest.raises(BadInput) as caught:
            set_rule(store, "seats", place=SALES, weight=1)
        assert problems(caught)[0][0] == "seats.variants"

    def test_with_a_bad_parameter_are_told_by_their_place(self, store: Store) -> None:
        open_office(store)
        bad = Variant(scope=RuleScope.DEPARTMENT, name="Sales", mode=Mode.HARD, params={"share": 2})
        setting = registry()["team_floor"].default_setting()
        setting = setting.model_copy(update={"variants": (bad,)})
        with pytest.raises(BadInput) as caught:
            planning.change_rules(store, [setting], expected_version=book(store).version, **AS_HR)
        assert problems(caught)[0][0] == "team_floor.share for department “Sales”"

    def test_of_a_department_that_is_gone_do_not_stop_other_changes(self, store: Store) -> None:
        open_office(store)
        set_rule(store, "team_floor", place=SALES, weight=1)
        with store.write() as unit:
            people = [
                person.model_copy(update={"department": "Works"})
                for person in unit.people.employees()
            ]
            unit.people.save_employees(people)
        assert set_rule(store, "notice", params={"weeks": "9"}).params == {"weeks": 9}


class TestRestoring:
    def test_an_old_version_makes_a_new_one(self, store: Store) -> None:
        first = set_rule(store, "spacing", params={"days": "99"})
        set_rule(store, "spacing", params={"days": "5"})
        version = planning.restore_rules(store, 1, note="As it was.", **AS_HR)
        now = book(store)
        assert (version, now.version, now.settings) == (3, 3, (first,))
        assert now.note == "Version 1 restored. As it was."
        with store.read() as unit:
            assert unit.audit.entries(limit=1)[0].action == "restored rules"

    def test_version_zero_is_every_rule_at_its_default(self, store: Store) -> None:
        set_rule(store, "spacing", params={"days": "99"})
        planning.restore_rules(store, 0, **AS_HR)
        assert book(store).settings == ()

    def test_what_never_was_or_holds_already_is_refused(self, store: Store) -> None:
        set_rule(store, "spacing", params={"days": "99"})
        with pytest.raises(NotFound, match="no version 7"):
            planning.restore_rules(store, 7, **AS_HR)
        with pytest.raises(BadInput, match="already set as they were in version 1"):
            planning.restore_rules(store, 1, **AS_HR)

    def test_after_somebody_else_changed_the_rules_is_a_conflict(self, store: Store) -> None:
        set_rule(store, "spacing", params={"days": "99"})
        set_rule(store, "spacing", params={"days": "5"})
        with pytest.raises(Conflict, match="meanwhile"):
            planning.restore_rules(store, 1, expected_version=1, **AS_HR)
        assert book(store).version == 2


def test_what_two_versions_set_differently(store: Store) -> None:
    set_rule(store, "spacing", params={"days": "99"})
    assert planning.rules_changed(RuleBook(), book(store)) == ("spacing",)
    same = RuleBook(settings=(registry()["spacing"].default_setting(),))
    assert planning.rules_changed(RuleBook(), same) == ()
