"""Texts in the reader's language: Flask-Babel's functions, with types."""

from __future__ import annotations

from typing import Any

import flask_babel


def gettext(text: str, **values: Any) -> str:
    """`text` translated, with its `%(name)s` filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """`one` or `many`, as the language counts; `%(num)s` is the number."""
    return str(flask_babel.ngettext(one, many, num, **values))
