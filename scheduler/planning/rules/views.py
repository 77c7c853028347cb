"""The rules as they are set, ready to be shown: every parameter with its value and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from scheduler.domain.problem import Mode, RuleScope, RuleSetting
from scheduler.domain.words import Message
from scheduler.planning.rules.rule_book import setting_of
from scheduler.rules import Rule, registry
from scheduler.store.read_models import RuleBook


@dataclass(frozen=True)
class ParamView:
    """One parameter: its name in files, its title and help, its value and default as JSON."""

    name: str
    title: str
    help: str
    value: Any
    default: Any


@dataclass(frozen=True)
class VariantView:
    """A rule set differently: for what, how, and what it means there."""

    scope: RuleScope
    name: str
    mode: Mode
    weight: int
    params: dict[str, Any]
    sentence: Message


@dataclass(frozen=True)
class RuleView:
    """One rule as it is set. `fits` is False where what is stored no longer fits the rule, and
    defaults are shown instead."""

    key: str
    title: str
    about: str
    always_on: bool
    scopes: tuple[RuleScope, ...]
    mode: Mode
    weight: int
    params: tuple[ParamView, ...]
    variants: tuple[VariantView, ...]
    sentence: Message
    fits: bool = True


def rule_views(book: RuleBook) -> tuple[RuleView, ...]:
    """All rules, in order of their keys."""
    return tuple(rule_view(rule, setting_of(book, rule)) for rule in registry().values())


def rule_view(rule: type[Rule], setting: RuleSetting) -> RuleView:
    """One rule under this setting."""
    try:
        made = list(rule.instances(setting))
        fits = True
    except ValidationError:
        made, fits = [rule()], False
    whole, *others = made
    defaults = rule.default_setting().params
    values = whole.params.model_dump(mode="json")
    return RuleView(
        key=rule.key,
        title=rule.title,
        about=" ".join((rule.__doc__ or "").partition("\n\n")[0].split()),
        always_on=rule.always_on,
        scopes=() if rule.always_on else tuple(s for s in RuleScope if s in rule.scopes),
        mode=whole.mode,
        weight=whole.weight,
        params=tuple(
            ParamView(
                name, field.title or name, field.description or "", values[name], defaults[name]
            )
            for name, field in rule.Params.model_fields.items()
        ),
        variants=tuple(_variant(each) for each in others),
        sentence=whole.sentence(),
        fits=fits,
    )


def _variant(rule: Rule) -> VariantView:
    assert rule.reach.scope is not None  # only the first of a rule's instances governs the rest
    scope, name = rule.reach.scope
    params = rule.params.model_dump(mode="json")
    return VariantView(scope, name, rule.mode, rule.weight, params, rule.sentence())
