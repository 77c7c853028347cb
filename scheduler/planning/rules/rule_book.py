"""The book of rules: changed, judged, restored; every change is a version with its author."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.errors import BadInput, Blemish, NotFound
from scheduler.domain.problem import Mode, RuleScope, RuleSetting, Variant
from scheduler.exchange.sheets.columns import suggestion
from scheduler.planning.rules.values import params_blemishes, read_params
from scheduler.rules import Rule, every_setting, registry
from scheduler.store.read_models import RuleBook
from scheduler.store.store import Store
from scheduler.store.unit_of_work import UnitOfWork

Place = tuple[RuleScope, str]
"""What a rule is set differently for: a department by name, a programme or centre by key."""
MOST_POINTS = 10_000


@dataclass(frozen=True)
class RuleChange:
    """What is to be different about one rule: for the whole company, or in one `place` alone.
    What is None, or not among `params` (texts), stays. `remove` takes variants away."""

    mode: Mode | None = None
    weight: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    remove: tuple[Place, ...] = ()

    @property
    def sets(self) -> bool:
        """Whether it says anything but what to take away."""
        return self.mode is not None or self.weight is not None or bool(self.params)


def change_rules(
    store: Store,
    settings: Sequence[RuleSetting],
    *,
    expected_version: int,
    actor: str,
    at: datetime,
    note: str = "",
) -> int:
    """Save a new version of the rules. Raises `BadInput` with a blemish for everything that a
    rule does not take, named by rule and parameter, and `Conflict` if somebody else saved a
    version meanwhile."""
    with store.write() as unit:
        judge(unit, settings)
        return _save(unit, settings, expected_version, "changed rules", actor, at, note)


def set_rule(
    store: Store, key: str, change: RuleChange, *, actor: str, at: datetime, note: str = ""
) -> int:
    """Change one rule and save a new version, whose number comes back. Raises `NotFound` for an
    unknown rule and `BadInput` for what it does not take."""
    rule = rule_of(key)
    with store.write() as unit:
        book = unit.catalogue.rules()
        setting = setting_of(book, rule)
        changed = _changed(rule, setting, change)
        if changed == setting:
            raise BadInput(f"Nothing about the rule “{key}” would change.")
        settings = tuple(changed if each.key == key else each for each in book.settings)
        if changed not in settings:
            settings = (*settings, changed)
        judge(unit, settings)
        return _save(unit, settings, book.version, "changed rules", actor, at, note)


def restore_rules(
    store: Store,
    version: int,
    *,
    actor: str,
    at: datetime,
    expected_version: int | None = None,
    note: str = "",
) -> int:
    """Save a new version with the settings of an old one; 0 stands for every rule at its default.
    Raises `NotFound` for a version there never was, `BadInput` if its settings hold already or
    no longer fit the rules, and `Conflict` if the rules are not at `expected_version` any more."""
    with store.write() as unit:
        book, old = unit.catalogue.rules(), unit.catalogue.rules_at(version)
        if old.settings == book.settings:
            raise BadInput(f"The rules are already set as they were in version {version}.")
        # A department may be gone since; a rule set differently for nobody does no harm.
        _refuse([*_wrong_settings(old.settings)])
        told = f"Version {version} restored. {note}".strip()
        expected = book.version if expected_version is None else expected_version
        return _save(unit, old.settings, expected, "restored rules", actor, at, told)


def rule_of(key: str) -> type[Rule]:
    """The rule of this key. Raises `NotFound` with the keys there are."""
    if key not in registry():
        raise NotFound(
            f"There is no rule “{key}”.",
            hint=f"{suggestion(key, registry())}There are: {', '.join(registry())}.",
        )
    return registry()[key]


def setting_of(book: RuleBook, rule: type[Rule]) -> RuleSetting:
    """How a rule is set, where nobody set it by default."""
    return every_setting(book.settings)[rule.key]


def rules_changed(old: RuleBook, new: RuleBook) -> tuple[str, ...]:
    """Keys of the rules that two versions set differently."""
    before, after = every_setting(old.settings), every_setting(new.settings)
    return tuple(key for key in before if before[key] != after[key])


def judge(unit: UnitOfWork, settings: Sequence[RuleSetting]) -> None:
    """Raise `BadInput` with everything that the rules do not take. Variants that are saved already
    may be of departments that are gone."""
    saved = {
        (setting.key, variant.scope, variant.name)
        for setting in unit.catalogue.rules().settings
        for variant in setting.variants
    }
    _refuse([*_wrong_settings(settings), *_unknown_places(unit, settings, saved)])


def _save(
    unit: UnitOfWork,
    settings: Sequence[RuleSetting],
    expected_version: int,
    action: str,
    actor: str,
    at: datetime,
    note: str,
) -> int:
    version = unit.catalogue.save_rules(
        tuple(settings), expected_version=expected_version, author=actor, at=at, note=note
    )
    unit.audit.record(actor, action, f"version {version}", at, {"note": note})
    return version


def _refuse(blemishes: Sequence[Blemish]) -> None:
    if blemishes:
        raise BadInput("The rules were not changed: they do not take this.", blemishes)


def _changed(rule: type[Rule], setting: RuleSetting, change: RuleChange) -> RuleSetting:
    """The setting with the change in it. Raises `BadInput` for parameters the rule does not take,
    and for removing what is not there."""
    kept = {(variant.scope, variant.name): variant for variant in setting.variants}
    for place in change.remove:
        if kept.pop(place, None) is None:
            raise BadInput(f"The rule “{rule.key}” is not set differently for {_named(place)}.")
    base: RuleSetting | Variant = setting
    if change.place is not None:
        base = kept.get(change.place, setting)
    params, wrong = read_params(rule, change.params, base.params)
    if rule.always_on and change.mode not in (None, Mode.HARD):
        wrong.append(_always_on(rule, "mode"))
    weight = base.weight if change.weight is None else change.weight
    if not 0 <= weight <= MOST_POINTS:
        wrong.append(_blemish(rule, "weight", f"{weight}", f"not from 0 to {MOST_POINTS:,}", ""))
    _refuse(wrong)
    told = {"mode": change.mode or base.mode, "weight": weight, "params": params}
    if change.place is None:
        return setting.model_copy(update=told | {"variants": tuple(kept.values())})
    if change.sets or change.place not in kept:
        scope, name = change.place
        kept[change.place] = Variant.model_validate({"scope": scope, "name": name, **told})
    return setting.model_copy(update={"variants": tuple(kept.values())})


def _wrong_settings(settings: Sequence[RuleSetting]) -> Iterator[Blemish]:
    """What rules do not take. A setting that no rule knows is kept: a later version wrote it."""
    for rule, setting in _known(settings):
        yield from params_blemishes(rule, setting.params)
        for variant in setting.variants:
            place = (variant.scope, variant.name)
            yield from params_blemishes(rule, variant.params, f" for {_named(place)}")
            if rule.always_on:
                yield _always_on(rule, "variants")
            elif variant.scope not in rule.scopes:
                allowed = ", ".join(scope for scope in RuleScope if scope in rule.scopes)
                problem = f"the rule cannot be set differently for a {variant.scope}"
                hint = f"Possible are: {allowed}." if allowed else "It holds for everybody alike."
                yield _blemish(rule, "variants", variant.name, problem, hint)


def _unknown_places(
    unit: UnitOfWork, settings: Sequence[RuleSetting], saved: Collection[tuple[str, RuleScope, str]]
) -> Iterator[Blemish]:
    known = {
        RuleScope.DEPARTMENT: unit.people.departments(),
        RuleScope.PROGRAMME: tuple(each.key for each in unit.catalogue.programmes()),
        RuleScope.CENTRE: tuple(each.key for each in unit.catalogue.centres()),
    }
    for rule, setting in _known(settings):
        for variant in setting.variants:
            names = known[variant.scope]
            if variant.name in names or (setting.key, variant.scope, variant.name) in saved:
                continue
            hint = f"{suggestion(variant.name, names)}There are: {', '.join(names) or 'none'}."
            problem = f"there is no {variant.scope} of this name"
            yield _blemish(rule, "variants", variant.name, problem, hint)


def _known(settings: Sequence[RuleSetting]) -> Iterator[tuple[type[Rule], RuleSetting]]:
    return ((registry()[each.key], each) for each in settings if each.key in registry())


def _named(place: Place) -> str:
    scope, name = place
    return f"{scope} “{name}”"


def _always_on(rule: type[Rule], what: str) -> Blemish:
    return _blemish(rule, what, None, "the rule is hard for everybody, always", "")


def _blemish(rule: type[Rule], what: str, value: str | None, problem: str, hint: str) -> Blemish:
    return Blemish(column=f"{rule.key}.{what}", value=value, problem=problem, hint=hint)
