"""Forms of service that companies are known to use, ready to start from."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.errors import NotFound
from scheduler.domain.programme import Key, Policy, Programme

DEFAULT_PRESET = "amazon"


class Preset(Value):
    """A policy and its programmes with a title, a description, and where they were read.

    `terms` are the policy but for its start.
    """

    key: Key
    title: str
    description: str
    source: str
    terms: dict[str, Any]
    programmes: tuple[Programme, ...] = Field(min_length=1)

    def policy(self, start: date) -> Policy:
        """The policy for a company that begins on `start`."""
        return Policy.model_validate({"start": start, **self.terms})


@lru_cache(maxsize=1)
def presets() -> tuple[Preset, ...]:
    """All presets by key."""
    shipped = [
        _read(entry.read_text("utf-8"))
        for entry in (files("data") / "presets").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(shipped, key=lambda preset: preset.key))


def preset(key: str) -> Preset:
    """The preset `key`. Raises `NotFound`, naming those there are."""
    for known in presets():
        if known.key == key:
            return known
    keys = ", ".join(known.key for known in presets())
    raise NotFound(f"There is no preset “{key}”.", hint=f"Known presets: {keys}.")


def _read(text: str) -> Preset:
    table = tomllib.loads(text)
    return Preset.model_validate(
        {**table["preset"], "terms": table["policy"], "programmes": table["programmes"]}
    )
