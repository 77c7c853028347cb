"""What the rules say of a small problem, and what every change of it opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from scheduler.domain.problem import Problem
from scheduler.domain.programme import Session
from scheduler.model.compiled import STRUCTURE
from scheduler.model.compiling import compile_world
from scheduler.model.language import GroupBound, IntArray
from scheduler.model.world import World
from scheduler.repairs.another_session import AnotherSession
from scheduler.repairs.candidates import candidates
from scheduler.repairs.effects import RuleEffect, Statement, effect, rules_of, statement_of
from scheduler.rules import in_force
from scheduler.rules.base.change import ProblemChange
from scheduler.rules.base.costs import SESSION


class Baseline:
    """What the rules say of a problem, some of whose sessions do not exist but could be added."""

    def __init__(self, problem: Problem, added: Sequence[Session] = ()) -> None:
        self._there = problem
        self.problem = problem.changed(sessions=(*problem.sessions, *added))
        self.added = {session.key for session in added}
        world = World(self.problem)
        self.model, self.ends = compile_world(world), world.ends
        closed = self.model.blocked_by
        self.forbidden = np.array(
            [
                closed(row).get(STRUCTURE, np.zeros(world.sessions, np.bool_))
                for row in range(world.duties)
            ]
        ).reshape(world.duties, world.sessions)
        keys = dict.fromkeys(rule.key for rule in in_force(self.problem.rules))
        self.rules = {key: statement_of(world, key) for key in keys}
        self.with_session: dict[str, dict[str, list[GroupBound]]] = {}
        """By rule and added session the bounds with that session alone, of the rules whose bounds
        depend on which sessions there are."""
        if added:
            self._without_added(problem, added)
        group_bounds = (each for each in self.model.group_bounds if each.rule == STRUCTURE)
        self.rules[STRUCTURE] = Statement(
            {}, {(None, n): each for n, each in enumerate(group_bounds)}
        )
        self._effects: dict[str, dict[str, RuleEffect]] = {}

    def _without_added(self, problem: Problem, added: Sequence[Session]) -> None:
        """Let no rule say more of the sessions that there are than it does without the others."""
        world = World(problem)
        for key, wide in self.rules.items():
            narrow = statement_of(world, key)
            for call in wide.forbidden.keys() & narrow.forbidden.keys():
                mask = wide.forbidden[call].copy()
                mask[:, : world.sessions] &= narrow.forbidden[call]
                wide.forbidden[call] = mask
            if not all_implied(
                wide.group_bounds.values(), narrow.group_bounds.values(), world.sessions
            ):
                self.rules[key] = replace(wide, group_bounds=narrow.group_bounds)
                self.with_session[key] = {}
                for session in added:
                    alone = self.with_changes(key, [AnotherSession(session=session)])
                    self.with_session[key][session.key] = alone

    def changes(self, below: int) -> tuple[list[ProblemChange], list[dict[str, RuleEffect]]]:
        """All changes that cost less and open something, with what they open, by rule."""
        changes: list[ProblemChange] = []
        effects: list[dict[str, RuleEffect]] = []
        if below > SESSION:
            for session in self.problem.sessions:
                if session.key in self.added:
                    changes.append(AnotherSession(session=session))
                    effects.append({})
        for change in candidates(self.problem, frozenset(self.added), below):
            opens = self._opened_by(change)
            if opens:
                changes.append(change)
                effects.append(opens)
        return changes, effects

    def with_changes(self, key: str, changes: Sequence[ProblemChange]) -> list[GroupBound]:
        """The bounds of a rule with several changes."""
        added = (each for each in changes if isinstance(each, AnotherSession))
        others = (each for each in changes if not isinstance(each, AnotherSession))
        start = self._there if key in self.with_session else self.problem
        made = reduce(lambda problem, change: change.apply(problem), (*added, *others), start)
        number = {session.key: n for n, session in enumerate(self.problem.sessions)}
        column = np.array([number[session.key] for session in made.sessions], np.int64)
        return [
            replace(each, sessions=column[each.sessions])
            for each in statement_of(World(made), key).group_bounds.values()
        ]

    def _opened_by(self, change: ProblemChange) -> dict[str, RuleEffect]:
        name = repr(change)
        if name not in self._effects:
            effects = {key: self._effect(change, key) for key in rules_of(change)}
            self._effects[name] = {key: each for key, each in effects.items() if not each.nothing}
        return self._effects[name]

    def _effect(self, change: ProblemChange, key: str) -> RuleEffect:
        before = self.rules.get(key, Statement())
        if not before.group_bounds and not before.forbidden:
            return RuleEffect({}, {}, None)
        if change.inside in self.added and _of_single_sessions(before):
            return self._inside_added(change, key, before)
        opens = effect(self.problem, change, key, before)
        if key not in self.with_session:
            return opens
        bounds = dict(enumerate(self.with_changes(key, [change])))
        return RuleEffect(opens.opened, {}, {(None, n): each for n, each in bounds.items()})

    def _inside_added(self, change: ProblemChange, key: str, before: Statement) -> RuleEffect:
        """What a change opens in an added session, looked at with no other one added."""
        there = self._there.sessions
        number = next(
            n for n, each in enumerate(self.problem.sessions) if each.key == change.inside
        )
        alone = self._there.changed(sessions=(*there, self.problem.sessions[number]))
        said = statement_of(World(alone), key)
        opens = effect(alone, change, key, said)
        if opens.group_bounds is not None:
            return effect(self.problem, change, key, before)
        columns = np.append(np.arange(len(there)), number)
        more = {
            call: _of_columns(grown, said.group_bounds[call], before.group_bounds[call], columns)
            for call, grown in opens.more.items()
        }
        return replace(opens, opened={}, more=more)


def _of_single_sessions(said: Statement) -> bool:
    """Whether only bounds are said, and every slot of theirs is touched by one session, which
    touches no other."""
    return not said.forbidden and all(
        len(np.unique(touched)) == len(touched)
        for bound in said.group_bounds.values()
        for touched in (bound.sessions, bound.slots)
    )


def _of_columns(
    grown: IntArray, some: GroupBound, bound: GroupBound, columns: IntArray
) -> IntArray:
    """What is [group, slot] in `some`, which knows only these columns of `bound`, as it is
    there: each slot is one session's."""
    slot = np.zeros(int(bound.sessions.max()) + 1, np.int64)
    slot[bound.sessions] = bound.slots
    wide = np.zeros_like(bound.upper)
    wide[:, slot[columns[some.sessions]]] = grown[:, some.slots]
    return wide


Row = tuple[frozenset[int], frozenset[int], int, int, bool]
"""One bound: its duties, its sessions, the most, the fewest, and whether it has a switch."""


def all_implied(some: Iterable[GroupBound], others: Iterable[GroupBound], sessions: int) -> bool:
    """Whether some bounds, as far as they say anything of the first so many sessions, say no more
    of those than others do."""
    known: dict[tuple[frozenset[int], int, bool], list[tuple[frozenset[int], int]]] = {}
    for duties, there, most, least, switch in _rows(others, sessions):
        known.setdefault((duties, least, switch), []).append((there, most))
    return all(
        any(
            there <= other and most >= limit
            for other, limit in known.get((duties, least, switch), ())
        )
        for duties, there, most, least, switch in _rows(some, sessions)
    )


def _rows(group_bounds: Iterable[GroupBound], sessions: int) -> Iterator[Row]:
    """The bounds that say anything of the first so many sessions."""
    for bound in group_bounds:
        mine = bound.sessions < sessions
        slots = np.unique(bound.slots[mine])
        for group in np.unique(bound.groups).tolist():
            duties = frozenset(bound.duties[bound.groups == group].tolist())
            for slot in slots.tolist():
                at = np.array([group]), np.array([slot])
                most, least = int(bound.limit(*at)[0]), int(bound.least(*at)[0])
                if most < len(duties) or least > 0:
                    there = frozenset(bound.sessions[mine & (bound.slots == slot)].tolist())
                    yield duties, there, min(most, len(duties)), least, bound.switch
