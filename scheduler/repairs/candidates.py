"""Every change that could be part of a repair, whomever it concerns: where others may move, the
cheapest repair of one duty can be to open a session to somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.problem import Problem
from scheduler.rules import in_force
from scheduler.rules.base.case import ChangeSearch
from scheduler.rules.base.change import ProblemChange, RuleChanged


def candidates(problem: Problem, added: frozenset[str], below: int) -> Iterator[ProblemChange]:
    """All that cost less than `below`, each once. Some of the sessions are `added`: what is
    changed in one of those costs the session, too."""
    search = ChangeSearch(problem, below, added)
    known: set[object] = set()
    for rule in in_force(problem.rules):
        for change in rule.candidates(search):
            # However it is said, and for whatever price, a rule is set so only once.
            same = change.theme if isinstance(change, RuleChanged) else repr(change)
            if change.cost < below and same not in known:
                known.add(same)
                yield change
