"""Rules are found, never listed; and what is found is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

import scheduler.rules
from scheduler.domain.problem import Mode, RuleSetting
from scheduler.rules import in_force, registry, unknown_settings
from web.forms import fields_of

RULES = Path(scheduler.rules.__file__).parent
WORKS = {"__init__", "base", "world"}


def test_every_file_beside_the_works_is_one_rule_of_its_name() -> None:
    assert set(registry()) == {path.stem for path in RULES.glob("*.py")} - WORKS


def test_every_rule_has_hand_written_cases() -> None:
    cases = (Path(__file__).parent / "test_cases.py").read_text("utf-8")
    for key in registry():
        assert f"# {key}\n" in cases


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
    assert {field.name for field in fields_of(rule)} == set(rule.Params.model_fields)
