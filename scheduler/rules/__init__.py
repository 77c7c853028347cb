"""One file per rule. Rules are discovered, never listed: a new file is a new rule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules
from types import MappingProxyType

from scheduler.domain.problem import RuleSetting
from scheduler.rules.base.rule import Rule

__all__ = ["Rule", "every_setting", "in_force", "registry", "unknown_settings"]


@cache
def registry() -> MappingProxyType[str, type[Rule]]:
    """Every rule class of this package's files by key, in order of the keys. Two with the same
    key are an error of whoever wrote the second."""
    rules: dict[str, type[Rule]] = {}
    for info in iter_modules(__path__):
        if info.ispkg:  # what the rules stand on
            continue
        module = import_module(f"{__name__}.{info.name}")
        for member in vars(module).values():
            if not _is_rule_of(member, module.__name__):
                continue
            if member.key in rules:
                raise TypeError(
                    f"two rules are called “{member.key}”: {rules[member.key]}, {member}"
                )
            rules[member.key] = member
    return MappingProxyType(dict(sorted(rules.items())))


def _is_rule_of(member: object, module: str) -> bool:
    return (
        isclass(member)
        and issubclass(member, Rule)
        and member is not Rule
        and member.__module__ == module
    )


def every_setting(settings: Iterable[RuleSetting]) -> dict[str, RuleSetting]:
    """How every rule is set, by key: one that these settings do not name by default."""
    given = {setting.key: setting for setting in settings}
    return {key: given.get(key) or rule.default_setting() for key, rule in registry().items()}


def in_force(settings: Iterable[RuleSetting]) -> tuple[Rule, ...]:
    """The rules that hold under these settings, those set differently for somebody several
    times; a rule without a setting keeps its default."""
    return tuple(
        rule
        for key, setting in every_setting(settings).items()
        for rule in registry()[key].instances(setting)
        if rule.on
    )


def unknown_settings(settings: Iterable[RuleSetting]) -> tuple[str, ...]:
    """Keys that are stored but that no rule knows: reported, never dropped."""
    return tuple(setting.key for setting in settings if setting.key not in registry())
