"""Catalogues of translations for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from gettext import NullTranslations


class Catalogue(NullTranslations):
    """A few texts in another language; all others stay English. `form` says which form of a
    plural, counted from 0, the language has for a number."""

    def __init__(
        self,
        texts: Mapping[str, str],
        plurals: Mapping[str, tuple[str, ...]] | None = None,
        form: Callable[[int], int] = lambda number: int(number != 1),
    ) -> None:
        super().__init__()
        self.texts, self.plurals, self.form = texts, plurals or {}, form

    def gettext(self, message: str) -> str:
        return self.texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self.plurals.get(msgid1)
        return super().ngettext(msgid1, msgid2, n) if forms is None else forms[self.form(n)]


class Quoting(NullTranslations):
    """Every text between «», so that what is not translated shows."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{super().ngettext(msgid1, msgid2, n)}»"
