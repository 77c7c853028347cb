"""The rules as forms: HR looks, an admin changes; every change is a version with an author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.errors import BadInput, Blemish, Conflict
from scheduler.domain.problem import RuleScope, RuleSetting
from scheduler.rules import every_setting, registry, unknown_settings
from scheduler.store.read_models import RuleBook
from web.access import access, admits
from web.admin.rule_forms import (
    RuleForm,
    SettingForm,
    changes,
    settings_of,
    stored,
    stored_rule,
    typed,
    typed_rule,
    with_another,
)
from web.context import actor, now, store
from web.gettext import gettext as _

blueprint = Blueprint("rules", __name__, url_prefix="/rules")

HISTORY = 100


@blueprint.get("/")
@access("hr")
def index() -> ResponseReturnValue:
    """Every rule with what it means."""
    book = _book()
    return _page(book, stored(book))


@blueprint.post("/")
@access("admin")
def save() -> ResponseReturnValue:
    """A new version of the rules, or what it would mean; what is wrong is told beside its field,
    what was typed stays."""
    book = _book()
    views = typed(request.form, book)
    wanted = request.form.get("do", "save")
    if wanted.startswith("add:"):
        return _page(book, _with_another(views, wanted.removeprefix("add:")))
    seen = _seen_version(request.form)
    if seen != book.version:
        return _stale(book, views, seen)
    settings = settings_of(views)
    if settings is None:
        return _page(book, views, problem=_("Not saved yet: something below needs a look.")), 422
    try:
        return _DOES.get(wanted, _saved)(book, views, settings)
    except Conflict:
        return _stale(_book(), views, seen)
    except BadInput as error:
        return _page(book, views, problem=str(error), wrong=error.blemishes), 422


def _saved(
    book: RuleBook, views: Sequence[RuleForm], settings: Sequence[RuleSetting]
) -> ResponseReturnValue:
    version = planning.change_rules(
        store(),
        settings,
        expected_version=book.version,
        actor=actor(),
        at=now(),
        note=request.form.get("note", "").strip()[:500],
    )
    flash(_("Saved as version %(n)s. It holds for plans made from now on.", n=version), "good")
    return redirect(url_for("rules.index"))


def _tried(
    book: RuleBook, views: Sequence[RuleForm], settings: Sequence[RuleSetting]
) -> ResponseReturnValue:
    """The page as it was typed, with what the published plan would break."""
    return _page(book, views, trial=planning.try_rules(store(), settings, today=now().date()))


def _imagined(
    book: RuleBook, views: Sequence[RuleForm], settings: Sequence[RuleSetting]
) -> ResponseReturnValue:
    """A new plan beside the published one, made in the background."""
    _plan, run = planning.draft_what_if(store(), settings, actor=actor(), at=now())
    return redirect(url_for("runs.show", run_id=run))


_DOES = {"save": _saved, "try": _tried, "imagine": _imagined}


def _with_another(views: Sequence[RuleForm], key: str) -> tuple[RuleForm, ...]:
    """The rules with one of them set differently for the place that was chosen."""
    scope, _between, name = request.form.get(f"{key}.place", "").partition(":")
    return tuple(
        with_another(view, scope, name) if view.rule.key == key else view for view in views
    )


@blueprint.post("/<key>/sentence")
@access("admin")
def sentence(key: str) -> ResponseReturnValue:
    """What one rule would mean with what is typed so far; nothing is saved."""
    rule = registry().get(key)
    if rule is None:
        abort(404)
    setting = every_setting(_book().settings)[key]
    view = typed_rule(rule, request.form, stored_rule(rule, setting))
    panels: dict[str, SettingForm] = {each.id: each for each in (view, *view.variants)}
    panel = panels.get(request.args.get("panel", key))
    if panel is None:
        abort(404)
    return render_template("admin/sentence.html", view=panel)


@blueprint.post("/restore/<int:version>")
@access("admin")
def restore(version: int) -> ResponseReturnValue:
    """An old version's settings as a new version."""
    try:
        made = planning.restore_rules(
            store(),
            version,
            expected_version=_seen_version(request.form),
            actor=actor(),
            at=now(),
        )
    except (BadInput, Conflict) as error:
        flash(str(error), "bad")
        return redirect(url_for("rules.history"))
    flash(_("Version %(old)s holds again, as version %(n)s.", old=version, n=made), "good")
    return redirect(url_for("rules.index"))


@blueprint.post("/adopt/<int:plan_id>")
@access("admin")
def adopt(plan_id: int) -> ResponseReturnValue:
    """The rules of a what-if plan as a new version."""
    version = planning.adopt_rules(store(), plan_id, actor=actor(), at=now())
    flash(_("Saved as version %(n)s. It holds for plans made from now on.", n=version), "good")
    return redirect(url_for("rules.index"))


@blueprint.get("/history")
@access("hr")
def history() -> ResponseReturnValue:
    """Who changed what, and when."""
    with store().read() as unit:
        versions = unit.catalogue.rule_history(HISTORY)
    before = [*versions[1:], RuleBook()]
    pairs = zip(versions, before, strict=False)
    return render_template(
        "admin/history.html",
        editable=admits("admin"),
        versions=[(book, changes(older, book)) for book, older in pairs],
    )


def _book() -> RuleBook:
    with store().read() as unit:
        return unit.catalogue.rules()


def _seen_version(form: Mapping[str, str]) -> int:
    try:
        return int(form.get("version", ""))
    except ValueError:
        abort(400)


def _stale(book: RuleBook, views: Sequence[RuleForm], seen: int) -> ResponseReturnValue:
    """Somebody saved meanwhile: say what they changed, and keep what was typed in the form, which
    from now on is meant for their version."""
    with store().read() as unit:
        known = {each.version: each for each in unit.catalogue.rule_history(HISTORY)}
    theirs = changes(known.get(seen, RuleBook()), book)
    return _page(book, tuple(views), theirs=theirs), 409


def _page(
    book: RuleBook,
    views: Sequence[RuleForm],
    *,
    problem: str = "",
    theirs: Sequence[object] = (),
    wrong: Sequence[Blemish] = (),
    trial: planning.Trial | None = None,
) -> str:
    return render_template(
        "admin/rules.html",
        book=book,
        views=sorted(
            (view for view in views if not view.rule.always_on),
            key=lambda view: _(view.rule.title).casefold(),
        ),
        always=[view for view in views if view.rule.always_on],
        on=sum(view.mode != "off" for view in views),
        editable=admits("admin"),
        problem=problem,
        theirs=theirs,
        wrong=wrong,
        trial=trial,
        places=_places(),
        unknown=unknown_settings(book.settings),
        note=request.form.get("note", ""),
    )


def _places() -> dict[str, tuple[tuple[str, str], ...]]:
    """What a rule may be set differently for, by scope: the name stored, and the name shown."""
    with store().read() as unit:
        return {
            RuleScope.DEPARTMENT: tuple((each, each) for each in unit.people.departments()),
            RuleScope.PROGRAMME: tuple((p.key, p.title) for p in unit.catalogue.programmes()),
            RuleScope.CENTRE: tuple((c.key, c.name) for c in unit.catalogue.centres()),
        }
