"""The catalogue in the docs is what the rules themselves say."""

from __future__ import annotations

from pathlib import Path

from scheduler import planning

CATALOGUE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_catalogue_in_the_docs_is_up_to_date() -> None:
    hint = "write it again: frontline rules docs --out docs/rules.md"
    assert CATALOGUE.read_text("utf-8") == planning.rules_markdown(), hint
