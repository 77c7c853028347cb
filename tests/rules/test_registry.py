"""Rules are found, never listed; and what is found is complete."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getdoc
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, ValidationError

import scheduler.rules
from scheduler.domain.problem import Mode, RuleSetting
from scheduler.rules import Rule, in_force, registry, unknown_settings
from scheduler.rules.base.rule import RuleParams
from web.forms import Control, FormField, fields_of

RULES = Path(scheduler.rules.__file__).parent


def test_every_file_is_one_rule_of_its_name() -> None:
    assert set(registry()) == {path.stem for path in RULES.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("key", registry())
def test_every_rule_has_hand_written_cases(key: str) -> None:
    cases = Path(__file__).parent / f"test_{key}.py"
    assert cases.is_file()
    assert f'"{key}"' in cases.read_text("utf-8")


def test_two_rules_of_the_same_key_are_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = (RULES / "deputies.py").read_text("utf-8")
    (tmp_path / "deputies_again.py").write_text(copy, "utf-8")
    monkeypatch.setattr(scheduler.rules, "__path__", [*scheduler.rules.__path__, str(tmp_path)])
    registry.cache_clear()
    with pytest.raises(TypeError, match="two rules are called “deputies”"):
        registry()
    monkeypatch.undo()
    registry.cache_clear()
    assert "deputies" in registry()


def test_a_stored_key_that_no_rule_knows_is_reported() -> None:
    stray = RuleSetting(key="moon_phase", mode=Mode.HARD)
    assert unknown_settings([stray, registry()["seats"].default_setting()]) == ("moon_phase",)
    assert len(in_force([stray])) == len(registry())


@pytest.mark.parametrize("key", registry())
def test_defaults_are_valid_and_survive_storage(key: str) -> None:
    setting = registry()[key].default_setting()
    again = RuleSetting.model_validate_json(setting.model_dump_json())
    assert registry()[key](again).params == registry()[key](setting).params


@pytest.mark.parametrize("key", registry())
def test_the_form_can_draw_every_parameter(key: str) -> None:
    rule = registry()[key]
    assert {field.name for field in fields_of(rule.Params)} == set(rule.Params.model_fields)


OTHERWISE: dict[Control, Callable[[FormField, Any], Any]] = {
    Control.TICK: lambda _, default: not default,
    Control.WHOLE: lambda _, default: (default or 0) + 1,
    Control.DECIMAL: lambda _, default: (default or 0) + 0.5,
    Control.SHARE: lambda _, default: 0.5 if default != 0.5 else 0.6,
    Control.TEXT: lambda _, default: f"{default}?",
    Control.DATE: lambda _, default: "2027-12-01",
    Control.CHOICE: lambda field, default: next(
        c.value for c in field.choices if c.value != default
    ),
    Control.NUMBERS: lambda _, default: [number + 1 for number in default[:1]] + default[1:],
    Control.NAMES: lambda _, default: ["ann", "bob"],
    Control.SETS: lambda _, default: [["ann", "bob"]],
    Control.RANGES: lambda _, default: [{"first": "2027-12-01", "last": "2027-12-24"}],
}
"""A value that is not the default, by the kind of the parameter."""
NEEDED: dict[tuple[str, str], dict[str, Any]] = {
    ("level_load", "peak_factor"): {"peaks": [{"first": "2027-12-01", "last": "2027-12-24"}]}
}
"""What else must be set before a parameter means anything."""
PARAMETERS = [(key, field) for key, rule in registry().items() for field in fields_of(rule.Params)]


def rule_with(key: str, mode: Mode, **params: Any) -> Rule:
    setting = registry()[key].default_setting()
    params = setting.params | params
    return registry()[key](setting.model_copy(update={"mode": mode, "params": params}))


@pytest.mark.parametrize("key", registry())
def test_a_rule_says_in_its_code_what_it_is(key: str) -> None:
    rule = registry()[key]
    for said in (rule, rule.compile, rule.check):
        doc = getdoc(said)
        assert doc
        assert doc != getdoc(getattr(Rule, getattr(said, "__name__", ""), Rule)), said
    assert rule.title
    assert rule.title[0].isupper()


@pytest.mark.parametrize("mode", [Mode.HARD, Mode.SOFT])
@pytest.mark.parametrize("key", registry())
def test_a_rule_speaks_in_whole_sentences_with_its_parameters_filled_in(
    key: str, mode: Mode
) -> None:
    rule = rule_with(key, mode)
    assert str(rule.sentence()).endswith(".")
    assert mode is Mode.SOFT or "points" not in str(rule.sentence())
    assert not set("{}") & set(f"{rule.sentence()}{rule.because()}")
    told = str(rule.because())
    assert told[0].islower()  # it continues a sentence
    assert not told.endswith(".")


@pytest.mark.parametrize(
    ("key", "field"), PARAMETERS, ids=[f"{key}-{field.name}" for key, field in PARAMETERS]
)
def test_every_parameter_is_titled_stored_shown_read_and_said(key: str, field: FormField) -> None:
    """What an admin changes comes back from the store and the form as it was, and the sentence
    for the works council is another one."""
    assert registry()[key].Params.model_fields[field.name].title == field.title
    needed = NEEDED.get((key, field.name), {})
    default = registry()[key].default_setting().params[field.name]
    value = OTHERWISE[field.control](field, default)
    rule = rule_with(key, registry()[key].default_mode, **needed, **{field.name: value})
    stored = RuleSetting(
        key=key, mode=rule.mode, weight=rule.weight, params=rule.params.model_dump(mode="json")
    )
    again = registry()[key](RuleSetting.model_validate_json(stored.model_dump_json()))
    assert again.params == rule.params
    typed = field.read(field.show(stored.params[field.name]))
    assert rule.Params.model_validate(stored.params | {field.name: typed}) == rule.params
    assert str(rule.sentence()) != str(rule_with(key, rule.mode, **needed).sentence())


@pytest.mark.parametrize("key", registry())
def test_a_parameter_that_no_rule_knows_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="moon_phase"):
        registry()[key].Params.model_validate({"moon_phase": "full"})


def test_a_parameter_that_no_form_draws_is_found_out() -> None:
    class Params(RuleParams):
        weights: dict[str, int] = Field({}, title="Weights")

    with pytest.raises(TypeError, match="no form field draws the parameter “weights”"):
        fields_of(Params)


@pytest.mark.parametrize("key", registry())
def test_only_what_is_always_on_ignores_being_turned_off(key: str) -> None:
    rule = rule_with(key, Mode.OFF)
    assert rule.on is rule.always_on
    assert (rule_with(key, Mode.SOFT).points is None) is rule.always_on


def test_the_last_of_two_settings_of_a_rule_holds() -> None:
    first, last = (RuleSetting(key="spacing", mode=Mode.HARD, params={"days": n}) for n in (1, 9))
    (spacing,) = (rule for rule in in_force([first, last]) if rule.key == "spacing")
    assert spacing.params.days == 9
