"""The rules as a page shows them, and what was typed there as rule settings.

What is wrong is told beside its field, and what was typed stays in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from scheduler.domain.problem import Mode, RuleScope, RuleSetting, Variant
from scheduler.domain.words import Message
from scheduler.planning import rules_changed
from scheduler.rules import every_setting, registry
from scheduler.rules.base.rule import Rule
from scheduler.store.read_models import RuleBook
from web.forms import Control, FieldEntry, FormField, NotAValue, explained, fields_of
from web.gettext import gettext as _


@dataclass(frozen=True)
class SettingForm:
    """What the page shows of one setting of a rule: for all, or for those of one place. `id` is
    what the names of its fields begin with."""

    id: str
    mode: str
    weight: str
    params: tuple[FieldEntry, ...]
    sentence: Message
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with `mode`, with `weight`, or with all of it (“”)."""

    @property
    def sound(self) -> bool:
        """Whether nothing in it is wrong."""
        return not self.problems and not any(each.problem for each in self.params)


@dataclass(frozen=True, kw_only=True)
class VariantForm(SettingForm):
    """A rule set differently for one department, programme or centre. `variant` is None while
    something is wrong with it."""

    scope: RuleScope
    name: str
    variant: Variant | None
    gone: bool = False
    """Whether it is to be taken away."""


@dataclass(frozen=True, kw_only=True)
class RuleForm(SettingForm):
    """One rule as the page shows it. `setting` is None while something is wrong with it."""

    rule: type[Rule]
    setting: RuleSetting | None
    variants: tuple[VariantForm, ...] = ()

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """What it is set differently for."""
        return frozenset((each.scope.value, each.name) for each in self.variants)


def stored(book: RuleBook) -> tuple[RuleForm, ...]:
    """Every rule as it is stored; one that nobody set is shown at its default."""
    settings = every_setting(book.settings)
    return tuple(stored_rule(rule, settings[key]) for key, rule in registry().items())


def stored_rule(rule: type[Rule], setting: RuleSetting) -> RuleForm:
    """One rule as it is stored. Parameters that the rule no longer takes are at their default."""
    shown, kept = _stored_form(rule, rule.key, setting)
    variants = tuple(
        _stored_variant(rule, number, variant) for number, variant in enumerate(setting.variants)
    )
    setting = setting.model_copy(
        update=kept | {"variants": tuple(v.variant for v in variants if v.variant is not None)}
    )
    return RuleForm(**vars(shown), rule=rule, setting=setting, variants=variants)


def _stored_variant(rule: type[Rule], number: int, variant: Variant) -> VariantForm:
    own = variant.model_dump(include={"mode", "weight", "params"})
    setting = rule.default_setting().model_copy(update=own)
    shown, kept = _stored_form(rule, _id(rule, number), setting)
    return VariantForm(
        **vars(shown),
        scope=variant.scope,
        name=variant.name,
        variant=variant.model_copy(update=kept),
    )


def _stored_form(
    rule: type[Rule], id: str, setting: RuleSetting
) -> tuple[SettingForm, dict[str, Any]]:
    """The form of a setting, and what the setting holds of it."""
    problems = {}
    try:
        made = rule(setting)
    except ValidationError:
        problems[""] = _("The stored parameters no longer fit this rule; defaults are shown.")
        made = rule(setting.model_copy(update={"params": rule.default_setting().params}))
    values = made.params.model_dump(mode="json")
    shown = SettingForm(
        id=id,
        mode=made.mode,
        weight=str(made.weight),
        params=tuple(
            _entry(id, each, each.show(values[each.name])) for each in fields_of(rule.Params)
        ),
        sentence=made.sentence(),
        problems=problems,
    )
    return shown, {"mode": made.mode, "weight": made.weight, "params": values}


def typed(form: Mapping[str, str], book: RuleBook) -> tuple[RuleForm, ...]:
    """Every rule as it was typed into the form; a rule that the form leaves out stays stored."""
    return tuple(
        typed_rule(before.rule, form, before) if f"{before.rule.key}.here" in form else before
        for before in stored(book)
    )


def typed_rule(rule: type[Rule], form: Mapping[str, str], before: RuleForm) -> RuleForm:
    """One rule as it was typed. The sentence stays the stored one while something is wrong."""
    shown, setting = _typed_form(rule, rule.key, form, before)
    variants = tuple(_typed_variants(rule, form, before))
    if setting is not None and all(each.gone or each.variant for each in variants):
        kept = tuple(v.variant for v in variants if v.variant is not None and not v.gone)
        setting = setting.model_copy(update={"variants": kept})
    else:
        setting = None
    return RuleForm(**vars(shown), rule=rule, setting=setting, variants=variants)


def _typed_variants(
    rule: type[Rule], form: Mapping[str, str], before: RuleForm
) -> Iterator[VariantForm]:
    """What was typed for every place, and what begins for a place just chosen."""
    number = 0
    while (scope := form.get(f"{_id(rule, number)}.scope")) is not None:
        id = _id(rule, number)
        if scope in rule.scopes and not rule.always_on:
            shown, setting = _typed_form(rule, id, form, before)
            name = form.get(f"{id}.name", "")
            variant = None if setting is None else _variant(RuleScope(scope), name, setting)
            gone = f"{id}.gone" in form
            yield VariantForm(
                **vars(shown), scope=RuleScope(scope), name=name, variant=variant, gone=gone
            )
        number += 1


def with_another(view: RuleForm, scope: str, name: str) -> RuleForm:
    """The rule set differently for one more place, to begin with as it is for all."""
    if not name or scope not in view.rule.scopes or (scope, name) in view.places:
        return view
    numbers = [int(each.id.rpartition("+")[2]) for each in view.variants]
    variant = _variant(RuleScope(scope), name, view.setting or view.rule.default_setting())
    added = _stored_variant(view.rule, max(numbers, default=-1) + 1, variant)
    return replace(view, variants=(*view.variants, added))


def _typed_form(
    rule: type[Rule], id: str, form: Mapping[str, str], before: SettingForm
) -> tuple[SettingForm, RuleSetting | None]:
    problems: dict[str, str] = {}
    view = SettingForm(
        id=id,
        mode=form.get(f"{id}.mode", before.mode),
        weight=form.get(f"{id}.weight", before.weight),
        params=before.params,
        sentence=before.sentence,
        problems=problems,
    )
    mode, weight = _mode(rule, view.mode, problems), _weight(view.weight, problems)
    fields, values = _values(rule, id, form)
    if problems or any(each.problem for each in fields):
        return replace(view, params=fields), None
    fields, params = _validated(rule, fields, values, problems)
    if params is None:
        return replace(view, params=fields), None
    setting = RuleSetting(key=rule.key, mode=mode, weight=weight, params=params)
    return replace(view, params=fields, sentence=rule(setting).sentence()), setting


def _variant(scope: RuleScope, name: str, like: RuleSetting) -> Variant:
    return Variant(scope=scope, name=name, mode=like.mode, weight=like.weight, params=like.params)


def _id(rule: type[Rule], number: int) -> str:
    return f"{rule.key}+{number}"


def settings_of(views: tuple[RuleForm, ...]) -> tuple[RuleSetting, ...] | None:
    """The settings of all rules, or None while something is wrong with one."""
    settings = tuple(view.setting for view in views if view.setting is not None)
    return settings if len(settings) == len(views) else None


def changes(old: RuleBook, new: RuleBook) -> tuple[type[Rule], ...]:
    """The rules that two versions set differently."""
    return tuple(registry()[key] for key in rules_changed(old, new))


def _entry(id: str, field: FormField, text: str, problem: str = "") -> FieldEntry:
    """The field of a parameter, in the reader's language."""
    help_text = _(field.help) if field.help else ""
    shown = replace(field, title=_(field.title), help=help_text)
    return FieldEntry(f"{id}.{field.name}", shown, text, problem)


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
    rule: type[Rule], id: str, form: Mapping[str, str]
) -> tuple[tuple[FieldEntry, ...], dict[str, Any]]:
    views, values = [], {}
    for param in fields_of(rule.Params):
        text, problem = form.get(f"{id}.{param.name}", ""), ""
        try:
            values[param.name] = param.read(text)
        except NotAValue as error:
            problem = str(error)
        views.append(_entry(id, param, text, problem))
    return tuple(views), values


def _validated(
    rule: type[Rule],
    views: tuple[FieldEntry, ...],
    values: dict[str, Any],
    problems: dict[str, str],
) -> tuple[tuple[FieldEntry, ...], dict[str, Any] | None]:
    try:
        params: dict[str, Any] = rule.Params.model_validate(values).model_dump(mode="json")
    except ValidationError as error:
        wrong = {each["loc"][0] if each["loc"] else "": each for each in error.errors()}
        if "" in wrong:
            problems[""] = explained(wrong[""])
        return tuple(_with_problem(view, wrong.get(view.field.name)) for view in views), None
    return views, params


def _with_problem(view: FieldEntry, error: Mapping[str, Any] | None) -> FieldEntry:
    if error is None:
        return view
    if view.field.control is Control.SHARE:
        limits = {
            key: f"{value * 100:g}"
            for key, value in error.get("ctx", {}).items()
            if isinstance(value, int | float)
        }
        error = {**error, "ctx": limits}
    return replace(view, problem=explained(error))
