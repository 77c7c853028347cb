"""Who may enter where. Every route says so with `@access(…)`; a route that does not is shut.

The guard runs before every view, so a forgotten declaration denies instead of leaking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

Who = Literal["public", "signed_in", "employee", "lead", "hr", "admin"]
Owner = Callable[..., bool]
View = TypeVar("View", bound=Callable[..., Any])

ROLES_OF: dict[Who, frozenset[str]] = {
    "lead": frozenset({"lead", "hr", "admin"}),
    "hr": frozenset({"hr", "admin"}),
    "admin": frozenset({"admin"}),
}
"""The roles that open a door. `employee` is no role but a link to somebody on the roster: people
of HR and admins serve, too."""


@dataclass(frozen=True)
class Access:
    """Who may enter one view, and the check that the object asked for is theirs."""

    who: Who
    owner: Owner | None = None


_declared: dict[Callable[..., Any], Access] = {}


def access(who: Who, *, owner: Owner | None = None) -> Callable[[View], View]:
    """Declare who may enter a view. `owner` gets the view's arguments and says whether the object
    belongs to the person signed in; if not, the answer is the same as for one that is not there."""

    def declare(view: View) -> View:
        _declared[view] = Access(who, owner)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Access | None:
    """What the view behind an endpoint declares; None where it was forgotten."""
    if endpoint == "static":
        return Access("public")
    return _declared.get(app.view_functions[endpoint])


def admits(who: Who) -> bool:
    """Whether the person of this request may enter where `who` is declared."""
    if who == "public":
        return True
    if not current_user.is_authenticated:
        return False
    if who == "signed_in":
        return True
    if who == "employee":
        return current_user.employee_id is not None
    return any(current_user.has_role(role) for role in ROLES_OF[who])


def guard() -> ResponseReturnValue | None:
    """Let the request pass, or answer it: sign in first (anonymous), 403, or 404 (not yours)."""
    if request.endpoint is None:
        return None  # no such address; the router answers 404
    rule = declared(current_app, request.endpoint)
    if rule is None:
        abort(403)
    if rule.who == "public":
        return None
    if not current_user.is_authenticated:
        return sign_in_first()
    if not admits(rule.who):
        abort(403)
    if rule.owner is not None and not rule.owner(**(request.view_args or {})):
        abort(404)
    return None


def sign_in_first() -> ResponseReturnValue:
    """To the sign-in page, and back afterwards; a part of a page asks the whole page to go."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("accounts.sign_in")})
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back if back != "/" else None))


def is_local(address: str | None) -> bool:
    """Whether an address to go back to stays on this site: a path, and nothing a browser would
    read as another host."""
    return (
        bool(address)
        and address is not None
        and address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and "\\" not in address
        and all(character.isprintable() for character in address)
    )
