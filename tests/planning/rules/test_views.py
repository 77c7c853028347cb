"""Rules as people type and read them: values, views, documentation."""

from __future__ import annotations

import pytest

from scheduler import planning
from scheduler.domain.problem import Mode, RuleScope, RuleSetting
from scheduler.planning.rules.docs import shown
from scheduler.planning.rules.rule_book import RuleChange
from scheduler.planning.rules.values import read_params
from scheduler.rules import Rule, registry
from scheduler.store.read_models import RuleBook


@pytest.mark.parametrize(
    ("key", "name", "text", "value"),
    [
        ("team_floor", "at_least", "3", 3),
        ("team_floor", "share", "0.25", 0.25),
        ("team_floor", "share", "25%", 0.25),
        ("due_date", "never_later_than", "null", None),
        ("due_date", "never_later_than", "", None),
        ("due_date", "never_later_than", "8", 8),
        ("fair_dates", "bridge_days", "no", False),
        ("fair_dates", "weekdays", "3, 4", (3, 4)),
        ("fair_dates", "weekdays", "[3, 4]", (3, 4)),
        ("fair_dates", "weekdays", "4", (4,)),
        ("executive_cover", "sets", '[["a", "b"], ["c", "d"]]', (("a", "b"), ("c", "d"))),
    ],
)
def test_parameters_are_read_as_people_type_them(
    key: str, name: str, text: str, value: object
) -> None:
    rule = registry()[key]
    params, wrong = read_params(rule, {name: text}, rule.default_setting().params)
    assert wrong == []
    assert getattr(rule.Params.model_validate(params), name) == value


def test_ranges_of_days_are_read_as_people_type_them() -> None:
    rule = registry()["level_load"]
    typed = {"pauses": "2027-07-01..2027-07-31; 2027-12-24..2027-12-31"}
    params, wrong = read_params(rule, typed, rule.default_setting().params)
    assert wrong == []
    pauses = rule.Params.model_validate(params).model_dump(mode="json")["pauses"]
    assert [pause["last"] for pause in pauses] == ["2027-07-31", "2027-12-31"]


@pytest.mark.parametrize("rule", registry().values())
def test_every_default_is_read_as_it_is_shown(rule: type[Rule]) -> None:
    (view,) = (view for view in planning.rule_views(RuleBook()) if view.key == rule.key)
    texts = {param.name: shown(param.default) for param in view.params}
    params, wrong = read_params(rule, texts, {})
    assert wrong == []
    assert rule.Params.model_validate(params) == rule.Params()


@pytest.mark.parametrize(
    ("change", "sets"),
    [
        (RuleChange(), False),
        (RuleChange(remove=((RuleScope.CENTRE, "berlin"),)), False),
        (RuleChange(mode=Mode.OFF), True),
        (RuleChange(weight=0), True),
        (RuleChange(params={"share": "1"}), True),
    ],
)
def test_a_change_sets_something_or_only_takes_away(change: RuleChange, sets: bool) -> None:
    assert change.sets is sets


def test_a_rule_is_described_by_the_first_paragraph_of_its_docstring() -> None:
    for view in planning.rule_views(RuleBook()):
        first = str(registry()[view.key].__doc__).partition("\n\n")[0]
        assert view.about == " ".join(first.split()) != ""


def test_a_rule_whose_stored_parameters_no_longer_fit_is_shown_at_its_defaults() -> None:
    old = RuleSetting(key="team_floor", mode=Mode.SOFT, params={"of_another_version": 1})
    views = {view.key: view for view in planning.rule_views(RuleBook(settings=(old,)))}
    assert not views["team_floor"].fits
    assert views["team_floor"].mode is Mode.HARD
    assert views["spacing"].fits


def test_the_documentation_tells_every_rule_and_every_parameter() -> None:
    text = planning.rules_markdown()
    for key, rule in registry().items():
        assert f"## {rule.title}\n\n`{key}`, " in text
        assert f"> {rule().sentence()}\n" in text
        for name, field in rule.Params.model_fields.items():
            assert f"| `{name}` | `" in text
            assert str(field.title) in text
