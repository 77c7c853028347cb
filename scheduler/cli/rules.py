"""Commands about rules: read, changed, restored, documented. Whatever rules there are."""

from __future__ import annotations

import json
import sys
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.console import ACTOR, counted, now, open_store, out
from scheduler.cli.lazy_imports import LazyModule

if TYPE_CHECKING:
    from scheduler import planning
    from scheduler.domain import problem
    from scheduler.planning.rules import docs as rule_docs
    from scheduler.planning.rules import rule_book as rulebook
    from scheduler.planning.rules.views import RuleView
    from scheduler.store.read_models import RuleBook
else:
    planning, problem = LazyModule("scheduler.planning"), LazyModule("scheduler.domain.problem")
    rule_docs = LazyModule("scheduler.planning.rules.docs")
    rulebook = LazyModule("scheduler.planning.rules.rule_book")

HISTORY = 50
"""Versions shown unless asked otherwise."""

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The rule, as “rules list” calls it.")]
Note = Annotated[str, typer.Option(help="Why; kept with the version.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(help="The rules of every plan.", no_args_is_help=True)
    group.command("list")(list_rules)
    group.command("show")(show)
    group.command("set")(set_rule)
    group.command("history")(history)
    group.command("restore")(restore)
    group.command("docs")(docs)
    app.add_typer(group, name="rules")


def list_rules(as_json: AsJson = False) -> None:
    """All rules as they are set."""
    views = planning.rule_views(_book())
    if as_json:
        _print_json([_summary(view) for view in views])
        return
    for view in views:
        times = counted(len(view.variants), "time", "times")
        differently = f"; set differently {times}" if view.variants else ""
        _say(f"{view.key} ({view.title}): {_strictness(view)}{differently}")
        _say(f"    {view.sentence}")


def _strictness(view: RuleView) -> str:
    if view.always_on:
        return "always hard"
    cost = counted(view.weight, "point", "points")
    return f"soft, {cost}" if view.mode == "soft" else str(view.mode)


def show(key: Key, as_json: AsJson = False) -> None:
    """One rule with all its parameters, and for whom it is set differently."""
    book = _book()
    rule = rulebook.rule_of(key)
    (view,) = (view for view in planning.rule_views(book) if view.key == rule.key)
    if as_json:
        _print_json(_detailed(view))
        return
    _say(f"{view.title} ({view.key})")
    _say(str(view.sentence))
    if not view.fits:
        _say("What is stored no longer fits this rule; its defaults are shown.")
    _say(f"mode {_strictness(view)}")
    for param in view.params:
        value, default = rule_docs.shown(param.value), rule_docs.shown(param.default)
        changed = f" (default {default})" if value != default else ""
        _say(f"  {param.name} = {value}{changed}: {f'{param.title}. {param.help}'.strip()}")
    for variant in view.variants:
        _say(f"  for {variant.scope}={variant.name}: {variant.mode}, weight {variant.weight}")
        _say(f"    {variant.sentence}")


def set_rule(
    key: Key,
    mode: Annotated[str | None, typer.Option(help="hard, soft or off.")] = None,
    weight: Annotated[int | None, typer.Option(help="Points for a unit while it is soft.")] = None,
    param: Annotated[
        list[str], typer.Option(help="name=value: 0.3, 30%, yes, a,b or JSON; repeatable.")
    ] = [],  # noqa: B006  # typer reads the default, nobody changes it
    for_: Annotated[
        str | None,
        typer.Option("--for", help="Only for department=NAME, programme=KEY or centre=KEY."),
    ] = None,
    remove_variant: Annotated[
        list[str], typer.Option(help="No longer different for department=NAME …; repeatable.")
    ] = [],  # noqa: B006
    note: Note = "",
) -> None:
    """Change a rule, for everybody or for some. It holds for plans made from now on."""
    change = planning.RuleChange(
        mode=_mode(mode),
        weight=weight,
        params=dict(_pair(text, "name=value") for text in param),
        place=None if for_ is None else _place(for_),
        remove=tuple(_place(text) for text in remove_variant),
    )
    with open_store() as store:
        version = planning.set_rule(store, key, change, actor=ACTOR, at=now(), note=note)
    _say(f"Saved as version {version}.")
    (view,) = (view for view in planning.rule_views(_book()) if view.key == key)
    sentences = [view.sentence, *(each.sentence for each in view.variants)]
    for sentence in sentences:
        _say(f"  {sentence}")


def history(
    limit: Annotated[int, typer.Option(min=1, help="How many versions.")] = HISTORY,
    as_json: AsJson = False,
) -> None:
    """Who changed which rules, when, and why; the newest version first."""
    with open_store() as store, store.read() as unit:
        versions = unit.catalogue.rule_history(limit + 1)
    shown = [_version(unit, older) for unit, older in _with_older(versions)][:limit]
    if as_json:
        _print_json(shown)
        return
    for each in shown:
        about = f": {each['note']}" if each["note"] else ""
        _say(f"{each['version']}  {each['at'][:16]}  {each['author']}{about}")
        _say(f"    {', '.join(each['changed']) or 'nothing changed'}")
    if not shown:
        _say("No rule was ever changed.")


def restore(
    version: Annotated[int, typer.Argument(min=0, help="0: every rule at its default.")],
    note: Note = "",
) -> None:
    """Set the rules as they were in an old version, as a new one."""
    with open_store() as store:
        new = planning.restore_rules(store, version, actor=ACTOR, at=now(), note=note)
    _say(f"Version {version} is restored, as version {new}.")


def docs(
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write; otherwise it is printed.")
    ] = None,
) -> None:
    """The documentation of all rules as Markdown."""
    text = planning.rules_markdown()
    if to is None:
        sys.stdout.write(text)
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, "utf-8", newline="\n")
    _say(str(to))


def _book() -> RuleBook:
    with open_store() as store, store.read() as unit:
        return unit.catalogue.rules()


def _with_older(versions: tuple[RuleBook, ...]) -> list[tuple[RuleBook, RuleBook | None]]:
    return list(zip_longest(versions, versions[1:]))


def _version(book: RuleBook, older: RuleBook | None) -> dict[str, Any]:
    before = older or type(book)()
    return {
        "version": book.version,
        "at": "" if book.at is None else book.at.isoformat(),
        "author": book.author,
        "note": book.note,
        "changed": list(planning.rules_changed(before, book)),
    }


def _summary(view: RuleView) -> dict[str, Any]:
    return {
        "key": view.key,
        "title": view.title,
        "mode": str(view.mode),
        "weight": view.weight,
        "sentence": str(view.sentence),
    }


def _detailed(view: RuleView) -> dict[str, Any]:
    return _summary(view) | {
        "about": view.about,
        "always_on": view.always_on,
        "scopes": [str(scope) for scope in view.scopes],
        "params": [vars(param) for param in view.params],
        "variants": [vars(each) | {"sentence": str(each.sentence)} for each in view.variants],
    }


def _mode(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return problem.Mode(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}” is none of hard, soft, off.") from None


def _place(text: str) -> Any:
    scope, name = _pair(text, "department=NAME, programme=KEY or centre=KEY")
    try:
        return problem.RuleScope(scope), name
    except ValueError:
        known = ", ".join(problem.RuleScope)
        raise typer.BadParameter(f"“{scope}” is none of {known}.") from None


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter(f"“{text}” is not of the form {form}.")
    return name.strip(), value.strip()


def _say(line: str) -> None:
    out.print(line, highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")
