"""What the rule that governs a case says could be changed about it."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.rules.base.case import Case
from scheduler.rules.base.change import Changes
from scheduler.rules.base.rule import Rule


def fixes_of(key: str, case: Case, rules: Iterable[Rule]) -> list[Changes]:
    """Ways to fix rule `key`, one of those in force, for this case, each to be tried: what is
    offered is verified. None where the rule does not govern the case."""
    named = (rule for rule in rules if rule.key == key)
    governing = next((rule for rule in named if rule.reach.holds(case.choice)), None)
    return [] if governing is None else governing.fixes(case)
