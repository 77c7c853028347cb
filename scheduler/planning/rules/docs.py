"""The documentation of all rules, written from the rules themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scheduler.domain import amounts
from scheduler.domain.problem import Mode
from scheduler.planning.rules.views import RuleView, rule_views
from scheduler.store.read_models import RuleBook

HEAD = """# The rules

Every rule with its defaults, as `frontline rules docs` writes them. An admin changes them on the
page *Rules* or with `frontline rules set`.
"""


def rules_markdown() -> str:
    """All rules at their defaults as Markdown: a table of all, then each with its parameters."""
    views = rule_views(RuleBook())
    overview = _table(
        ("rule", "key", "by default", "means"),
        ((_link(view), f"`{view.key}`", _mode(view), str(view.sentence)) for view in views),
    )
    return "\n".join([HEAD, *overview, "", *(line for view in views for line in _rule(view))])


def _rule(view: RuleView) -> Iterator[str]:
    yield f"## {view.title}"
    yield ""
    yield f"`{view.key}`, {_mode(view)}. {_scopes(view)}"
    yield ""
    yield view.about
    yield ""
    yield f"> {view.sentence}"
    yield ""
    if view.params:
        yield from _table(
            ("parameter", "default", "means"),
            (
                (f"`{param.name}`", f"`{shown(param.default)}`", _means(param.title, param.help))
                for param in view.params
            ),
        )
        yield ""


def _means(title: str, help: str) -> str:
    return f"{title}. {help}".strip() if help else title


def _mode(view: RuleView) -> str:
    if view.always_on:
        return "always hard"
    cost = f", {amounts.points(view.weight)}" if view.mode is Mode.SOFT else ""
    return f"{view.mode}{cost}"


def _scopes(view: RuleView) -> str:
    if not view.scopes:
        return "It holds for everybody alike."
    return f"May be set differently for a {' or '.join(view.scopes)}."


def _link(view: RuleView) -> str:
    anchor = "".join(c for c in view.title.casefold() if c.isalnum() or c in " -_")
    return f"[{view.title}](#{anchor.replace(' ', '-')})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"


def shown(value: Any) -> str:
    """A value of a parameter as JSON, which is also how it may be typed."""
    return json.dumps(value, ensure_ascii=False)
