"""The rules as a page shows them, and what was typed there as rule settings.

What is wrong is told beside its field, and what was typed stays in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from scheduler.domain.problem import Mode, RuleSetting
from scheduler.domain.words import Message
from scheduler.rules import registry
from scheduler.rules.base import Rule
from scheduler.store.rows import RuleBook
from web.forms import Kind, ParamField, Unreadable, explained, fields_of
from web.gettext import gettext as _


@dataclass(frozen=True)
class FieldView:
    """A parameter as the page shows it: what stands in its field, and what is wrong with that."""

    id: str
    param: ParamField
    text: str
    problem: str = ""


@dataclass(frozen=True)
class RuleView:
    """One rule as the page shows it. `setting` is None while something is wrong with it."""

    rule: type[Rule]
    mode: str
    weight: str
    params: tuple[FieldView, ...]
    sentence: Message
    setting: RuleSetting | None
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with `mode`, with `weight`, or with the rule as a whole (“”)."""


def stored(book: RuleBook) -> tuple[RuleView, ...]:
    """Every rule as it is stored; one that nobody set is shown at its default."""
    by_key = {setting.key: setting for setting in book.settings}
    return tuple(stored_rule(rule, by_key.get(key)) for key, rule in registry().items())


def stored_rule(rule: type[Rule], setting: RuleSetting | None) -> RuleView:
    """One rule as it is stored. Parameters that the rule no longer takes are at their default."""
    setting = setting or rule.default_setting()
    problems = {}
    try:
        made = rule(setting)
    except ValidationError:
        problems[""] = _("The stored parameters no longer fit this rule; defaults are shown.")
        setting = setting.model_copy(update={"params": rule.default_setting().params})
        made = rule(setting)
    values = made.params.model_dump(mode="json")
    return RuleView(
        rule=rule,
        mode=made.mode,
        weight=str(made.weight),
        params=tuple(_view(rule, each, each.show(values[each.name])) for each in fields_of(rule)),
        sentence=made.sentence(),
        setting=setting,
        problems=problems,
    )


def typed(form: Mapping[str, str], book: RuleBook) -> tuple[RuleView, ...]:
    """Every rule as it was typed into the form; a rule that the form leaves out stays stored."""
    return tuple(
        typed_rule(before.rule, form, before) if f"{before.rule.key}.here" in form else before
        for before in stored(book)
    )


def typed_rule(rule: type[Rule], form: Mapping[str, str], before: RuleView) -> RuleView:
    """One rule as it was typed. The sentence stays the stored one while something is wrong."""
    problems: dict[str, str] = {}
    view = replace(
        before,
        mode=form.get(f"{rule.key}.mode", before.mode),
        weight=form.get(f"{rule.key}.weight", before.weight),
        problems=problems,
        setting=None,
    )
    mode, weight = _mode(rule, view.mode, problems), _weight(view.weight, problems)
    fields, values = _values(rule, form)
    if problems or any(each.problem for each in fields):
        return replace(view, params=fields)
    fields, params = _validated(rule, fields, values, problems)
    if params is None:
        return replace(view, params=fields)
    variants = before.setting.variants if before.setting is not None else ()
    setting = RuleSetting(key=rule.key, mode=mode, weight=weight, params=params, variants=variants)
    return replace(view, params=fields, setting=setting, sentence=rule(setting).sentence())


def settings_of(views: tuple[RuleView, ...]) -> tuple[RuleSetting, ...] | None:
    """The settings of all rules, or None while something is wrong with one."""
    found = tuple(view.setting for view in views if view.setting is not None)
    return found if len(found) == len(views) else None


def changes(old: RuleBook, new: RuleBook) -> tuple[type[Rule], ...]:
    """The rules that two versions set differently."""
    before, after = _by_key(old), _by_key(new)
    return tuple(rule for key, rule in registry().items() if before[key] != after[key])


def _by_key(book: RuleBook) -> dict[str, RuleSetting]:
    given = {setting.key: setting for setting in book.settings}
    return {key: given.get(key) or rule.default_setting() for key, rule in registry().items()}


def _view(rule: type[Rule], param: ParamField, text: str, problem: str = "") -> FieldView:
    return FieldView(f"{rule.key}.{param.name}", param, text, problem)


def _mode(rule: type[Rule], text: str, problems: dict[str, str]) -> Mode:
    if rule.always_on:
        return Mode.HARD
    try:
        return Mode(text)
    except ValueError:
        problems["mode"] = _("Choose hard, soft or off.")
        return rule.default_mode


def _weight(text: str, problems: dict[str, str]) -> int:
    most = 10_000
    if text.strip().isdecimal() and int(text) <= most:
        return int(text)
    problems["weight"] = _("Write a whole number from 0 to %(most)s.", most=f"{most:,}")
    return 0


def _values(
    rule: type[Rule], form: Mapping[str, str]
) -> tuple[tuple[FieldView, ...], dict[str, Any]]:
    views, values = [], {}
    for param in fields_of(rule):
        text, problem = form.get(f"{rule.key}.{param.name}", ""), ""
        try:
            values[param.name] = param.read(text)
        except Unreadable as error:
            problem = str(error)
        views.append(_view(rule, param, text, problem))
    return tuple(views), values


def _validated(
    rule: type[Rule],
    views: tuple[FieldView, ...],
    values: dict[str, Any],
    problems: dict[str, str],
) -> tuple[tuple[FieldView, ...], dict[str, Any] | None]:
    try:
        params: dict[str, Any] = rule.Params.model_validate(values).model_dump(mode="json")
    except ValidationError as error:
        wrong = {each["loc"][0] if each["loc"] else "": each for each in error.errors()}
        if "" in wrong:
            problems[""] = explained(wrong[""])
        return tuple(_with_problem(view, wrong.get(view.param.name)) for view in views), None
    return views, params


def _with_problem(view: FieldView, error: Mapping[str, Any] | None) -> FieldView:
    if error is None:
        return view
    if view.param.kind is Kind.SHARE:
        limits = {
            key: f"{value * 100:g}"
            for key, value in error.get("ctx", {}).items()
            if isinstance(value, int | float)
        }
        error = {**error, "ctx": limits}
    return replace(view, problem=explained(error))
