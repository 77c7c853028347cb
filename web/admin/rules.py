"""The rules as forms: HR looks, an admin changes; every change is a version with an author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler import planning
from scheduler.domain.errors import Conflict
from scheduler.rules import registry, unknown_settings
from scheduler.store.rows import RuleBook
from web.access import access, admits
from web.admin.drafts import RuleView, changes, settings_of, stored, stored_rule, typed, typed_rule
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
    """A new version of the rules; what is wrong is told beside its field, what was typed stays."""
    book = _book()
    views = typed(request.form, book)
    seen = _seen_version(request.form)
    if seen != book.version:
        return _stale(book, views, seen)
    settings = settings_of(views)
    if settings is None:
        return _page(book, views, problem=_("Not saved yet: something below needs a look.")), 422
    try:
        version = planning.change_rules(
            store(),
            settings,
            expected_version=seen,
            actor=actor(),
            at=now(),
            note=request.form.get("note", "").strip()[:500],
        )
    except Conflict:
        return _stale(_book(), views, seen)
    flash(_("Saved as version %(n)s. It holds for plans made from now on.", n=version), "good")
    return redirect(url_for("rules.index"))


@blueprint.post("/<key>/sentence")
@access("admin")
def sentence(key: str) -> ResponseReturnValue:
    """What one rule would mean with what is typed so far; nothing is saved."""
    rule = registry().get(key)
    if rule is None:
        abort(404)
    settings = {setting.key: setting for setting in _book().settings}
    view = typed_rule(rule, request.form, stored_rule(rule, settings.get(key)))
    return render_template("admin/sentence.html", view=view)


@blueprint.get("/history")
@access("hr")
def history() -> ResponseReturnValue:
    """Who changed what, and when."""
    with store().read() as books:
        versions = books.catalogue.rule_history(HISTORY)
    before = [*versions[1:], RuleBook()]
    pairs = zip(versions, before, strict=False)
    return render_template(
        "admin/history.html",
        versions=[(book, changes(older, book)) for book, older in pairs],
    )


def _book() -> RuleBook:
    with store().read() as books:
        return books.catalogue.rules()


def _seen_version(form: Mapping[str, str]) -> int:
    try:
        return int(form.get("version", ""))
    except ValueError:
        abort(400)


def _stale(book: RuleBook, views: Sequence[RuleView], seen: int) -> ResponseReturnValue:
    """Somebody saved meanwhile: say what they changed, and keep what was typed in the form, which
    from now on is meant for their version."""
    with store().read() as books:
        known = {each.version: each for each in books.catalogue.rule_history(HISTORY)}
    theirs = changes(known.get(seen, RuleBook()), book)
    return _page(book, tuple(views), theirs=theirs), 409


def _page(
    book: RuleBook,
    views: Sequence[RuleView],
    *,
    problem: str = "",
    theirs: Sequence[object] = (),
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
        unknown=unknown_settings(book.settings),
        note=request.form.get("note", ""),
    )
