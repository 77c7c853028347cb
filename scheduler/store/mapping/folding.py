"""Text as it is searched and sorted."""

from __future__ import annotations

import unicodedata


def folded(words: str) -> str:
    """Text as it is searched and sorted: without case and accents."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
