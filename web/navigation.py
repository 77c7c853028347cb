"""What the bar at the top offers: the pages of the reader's roles, and who the reader is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_security import current_user

from web.access import Who, admits
from web.context import store
from web.gettext import gettext as _


@dataclass(frozen=True)
class PageLink:
    """A page in the bar; `current` marks the one the reader is on, or is somewhere below of."""

    title: str
    address: str
    current: bool


@dataclass(frozen=True)
class Reader:
    """Who is signed in, as the bar names them."""

    title: str
    email: str


def install(app: Flask) -> None:
    """Give every template the bar, and the addresses it builds."""
    app.jinja_env.globals.update(asset=asset, here=here, options=options)
    app.context_processor(bar)
    app.extensions["frontline.assets"] = _fingerprints(Path(str(app.static_folder)))


def bar() -> dict[str, Any]:
    """The template values `pages` and `reader`; nothing where looking them up may fail."""
    if g.get("bare") or not current_user.is_authenticated:
        return {"pages": (), "reader": None}
    return {"pages": pages(), "reader": reader()}


def pages() -> tuple[PageLink, ...]:
    """The pages that the reader may enter, in the order of the bar."""
    offered: tuple[tuple[Who, str, str, tuple[str, ...]], ...] = (
        ("hr", _("Overview"), "overview.page", ("overview",)),
        ("hr", _("People"), "people.index", ("people", "imports")),
        ("hr", _("Exceptions"), "exceptions.index", ("exceptions",)),
        ("hr", _("Centres"), "centres.index", ("centres",)),
        (
            "hr",
            _("Plans"),
            "plans.index",
            ("plans", "plan", "why", "runs", "publishing", "exports"),
        ),
        ("hr", _("Rules"), "rules.index", ("rules",)),
        ("admin", _("Users"), "users.index", ("users",)),
        ("admin", _("Audit log"), "audit.index", ("audit",)),
        ("lead", _("Day sheet"), "centre.index", ("centre",)),
        ("employee", _("My service"), "me.page", ("me",)),
    )
    return tuple(
        PageLink(title, url_for(endpoint), request.blueprint in blueprints)
        for who, title, endpoint, blueprints in offered
        if admits(who)
    )


def reader() -> Reader:
    """The signed-in person by name, with the role that reaches furthest."""
    titles = {"admin": _("Admin"), "hr": _("HR"), "lead": _("Centre lead")}
    role = next((title for key, title in titles.items() if current_user.has_role(key)), "")
    name = _name()
    return Reader(f"{name} · {role}" if role else name, current_user.email)


def _name() -> str:
    """What the roster calls the signed-in person; for somebody who is not on it, the address."""
    if current_user.employee_id is not None:
        with store().read() as unit:
            employees = unit.people.employees([current_user.employee_id])
        if employees:
            return employees[0].name
    return str(current_user.email).partition("@")[0]


def here(**changed: object) -> str:
    """The address of this page with some of its arguments changed; None takes one away."""
    given: Mapping[str, object] = {**request.args.to_dict(), **(request.view_args or {}), **changed}
    kept = {key: value for key, value in given.items() if value not in (None, "")}
    return url_for(request.endpoint or "", **kept)  # type: ignore[arg-type]  # any values


def options(things: Iterable[Any], everything: str) -> list[tuple[str, str]]:
    """The choices of a select: everything, or one of some names, programmes or centres."""
    return [
        ("", everything),
        *((each, each) if isinstance(each, str) else _option(each) for each in things),
    ]


def _option(thing: Any) -> tuple[str, str]:
    return thing.key, getattr(thing, "title", "") or getattr(thing, "name", "") or thing.key


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: it may be cached for ever."""
    stamp = current_app.extensions["frontline.assets"].get(name)
    return url_for("static", filename=name, v=stamp)


def _fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12]
        for path in files
    }
