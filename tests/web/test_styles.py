"""The style sheet: few sizes, all of them named."""

from __future__ import annotations

import re
from pathlib import Path

import web

STYLES = (Path(web.__file__).parent / "static" / "frontline.css").read_text("utf-8")


def test_text_has_one_of_five_sizes() -> None:
    named = set(re.findall(r"(--size-\w+):", STYLES))
    used = re.findall(r"font(?:-size)?:[^;]*?(--size-\w+|\b[\d.]+(?:px|r?em|pt|%))", STYLES)
    assert len(named) == 5
    assert set(used) == named


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "url(" not in STYLES
    assert "@import" not in STYLES
