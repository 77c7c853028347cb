"""What the rules say of a block is exactly what they say of the whole about its duties and
sessions; and what ties blocks together has the same name in all of them."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import pytest

from scheduler.domain.ledger import Duty
from scheduler.domain.people import StandIns
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Follows, Mode, Problem, RuleSetting
from scheduler.domain.programme import Programme, Session
from scheduler.model.company import CompanyArrays
from scheduler.model.world import World
from scheduler.rules import registry
from tests.rules.recording import Bound, Limit, recorded
from tests.worlds import a_duty, a_person, a_random_world, day

SEEDS = range(60)
ACROSS = {"team_floor", "executive_cover", "deputies"}
"""The rules that tie people of several centres together."""
DAYS_APART = Programme(key="apart", title="Days apart", days=2, separate=True, gap_days=5)

Thing = TypeVar("Thing")


def a_company(seed: int) -> tuple[World, list[World]]:
    """Two or three random worlds in one, and the blocks they are: they share teams, departments,
    leaders and stand-ins, but no centre. Duties and sessions stand in random order."""
    chance = random.Random(seed)
    count = chance.choice([2, 3])
    parts = [_renamed(a_random_world(3 * seed + n), n) for n in range(count)]
    idle = [a_person(f"idle{n}", team="red", department="sales") for n in range(seed % 9)]
    strangers = (StandIns(one="p0.0", other="p1.1"), StandIns(one="p0.1", other="p3.0"))
    merged: dict[str, tuple[Any, ...]] = {
        field: tuple(chain.from_iterable(getattr(part, field) for part in parts))
        for field in ("employees", "centres", "absences", "blackouts", "wishes", "records")
    }
    merged["employees"] += tuple(idle)
    merged["stand_ins"] = (*strangers, *parts[0].stand_ins, *parts[1].stand_ins)
    merged["programmes"] = (*parts[0].programmes, DAYS_APART)
    merged["duties"] = _shuffled(chance, (duty for part in parts for duty in part.duties))
    merged["sessions"] = _shuffled(chance, (each for part in parts for each in part.sessions))
    for field in ("pairings", "exemptions"):
        merged[field] = tuple(chain.from_iterable(getattr(part, field) for part in parts))
    follows = _followed(chance, merged["duties"], merged["sessions"])
    merged["rules"] = tuple(_on(chance, setting) for setting in parts[0].rules)
    whole = World(parts[0].model_copy(update={**merged, "follows": follows}))
    return whole, [_block(chance, whole, f"{n}") for n in range(count)]


def _renamed(problem: Problem, number: int) -> Problem:
    """The same world under other names: p0 becomes p0.1, berlin berlin1. Somebody serves on days
    apart, too."""

    def named(things: Iterable[Any], *fields: str, joint: str = ".") -> tuple[Any, ...]:
        return tuple(
            thing.model_copy(
                update={field: f"{getattr(thing, field)}{joint}{number}" for field in fields}
            )
            for thing in things
        )

    apart = (a_duty("p3", number=9, programmes=("apart",)) for _ in range(2))
    duties = [*problem.duties, *apart]
    return problem.model_copy(
        update={
            "employees": named(problem.employees, "id"),
            "centres": named(problem.centres, "key", joint=""),
            "sessions": named(problem.sessions, "key", "centre", joint=""),
            "duties": tuple(
                duty.model_copy(update={"id": f"{duty.id}.{number}#{n % 2}"})
                for n, duty in enumerate(named(duties, "employee_id"))
            ),
            "absences": named(problem.absences, "employee_id"),
            "wishes": named(problem.wishes, "employee_id"),
            "records": named(problem.records, "employee_id"),
            "stand_ins": named(problem.stand_ins, "one", "other"),
            "pairings": named(problem.pairings, "one", "other"),
            "exemptions": named(problem.exemptions, "employee_id"),
        }
    )


def _followed(
    chance: random.Random, duties: Sequence[Duty], sessions: Sequence[Session]
) -> Follows:
    """Some are published, wherever it may be."""
    published = tuple(
        Assignment(
            duty_id=each.id, employee_id=each.employee_id, session=chance.choice(sessions).key
        )
        for each in duties
        if chance.random() < 0.6
    )
    return Follows(plan=1, published=published, freeze=day(chance.choice([2, 9])))


def _shuffled(chance: random.Random, things: Iterable[Thing]) -> tuple[Thing, ...]:
    every = list(things)
    return tuple(chance.sample(every, len(every)))


def _on(chance: random.Random, setting: RuleSetting) -> RuleSetting:
    """Every rule holds, and listed sets of leaders stand across centres."""
    mode = chance.choice([Mode.HARD, Mode.SOFT]) if setting.mode is Mode.OFF else setting.mode
    params = setting.params
    if params.get("sets"):
        params = {**params, "sets": [["p0.0", "p1.0"], ["p2.1", "p0.0", "p2.0"], ["p1.1", "p2.1"]]}
    return setting.model_copy(update={"mode": mode, "params": params})


def _block(chance: random.Random, whole: World, number: str) -> World:
    rows = [n for n, d in enumerate(whole.problem.duties) if d.employee_id.endswith(number)]
    columns = [n for n, s in enumerate(whole.problem.sessions) if s.centre.endswith(number)]
    chance.shuffle(rows)
    chance.shuffle(columns)
    return whole.block(np.array(rows, np.int64), np.array(columns, np.int64))


def _inside(bound: Bound, block: World) -> Iterator[Limit]:
    """What a bound says about the duties and sessions of a block."""
    rows, columns = set(block.rows.tolist()), set(block.columns.tolist())
    for limit in bound.limits:
        members, sessions = limit.members & rows, limit.sessions & columns
        if members and sessions:
            yield limit._replace(members=members, sessions=sessions)


def _nameless(bounds: Sequence[Bound], block: World) -> Counter[Limit]:
    """The same for groups without a name, whatever number of calls says it; slots mean nothing to
    others either, and a hard limit that another implies says nothing."""
    inside = [limit._replace(slot=0) for bound in bounds for limit in _inside(bound, block)]
    limits = Counter(inside)
    for limit in list(limits):
        if limit.points is None:
            limits[limit] = 1
            if any(limit != other and limit.implied_by(other) for other in limits):
                del limits[limit]
    return limits


@pytest.mark.parametrize("seed", SEEDS)
def test_a_block_forbids_and_charges_what_the_whole_does(seed: int) -> None:
    whole, blocks = a_company(seed)
    everything = recorded(whole)
    for block in blocks:
        inside, mine = np.ix_(block.rows, block.columns), recorded(block)
        for rule in registry():
            nothing = np.zeros((whole.duties, whole.sessions), np.int64)
            forbidden = everything.forbidden.get(rule, nothing != 0)[inside]
            prices = everything.prices.get(rule, nothing)[inside]
            assert (mine.forbidden.get(rule, nothing[inside] != 0) == forbidden).all(), rule
            assert (mine.prices.get(rule, nothing[inside]) == prices).all(), rule


@pytest.mark.parametrize("seed", SEEDS)
def test_a_block_is_bound_as_the_whole_is(seed: int) -> None:
    whole, blocks = a_company(seed)
    everything = recorded(whole)
    for block in blocks:
        mine = recorded(block)
        for rule in registry():
            all_bounds, bounds = everything.bounds.get(rule, []), mine.bounds.get(rule, [])
            if rule in ACROSS:
                for of_all, bound in zip(all_bounds, bounds, strict=True):
                    assert Counter(_inside(of_all, block)) == Counter(bound.limits), rule
            else:
                assert _nameless(all_bounds, block) == _nameless(bounds, block), rule


@pytest.mark.parametrize("seed", SEEDS)
def test_what_ties_blocks_together_has_one_name_in_all_of_them(seed: int) -> None:
    whole, blocks = a_company(seed)
    for world in (whole, *blocks):
        for rule, bounds in recorded(world).bounds.items():
            for bound in bounds:
                assert (bound.names is not None) == (rule in ACROSS)
                if bound.names is not None:
                    assert len(set(bound.names)) == len(bound.names)
                    assert pickle.loads(pickle.dumps(bound.names)) == bound.names


def test_every_rule_that_ties_people_of_several_centres_does_so_now_and_then() -> None:
    """Otherwise the laws above would say nothing about names."""
    tied: Counter[str] = Counter()
    for seed in SEEDS:
        _, blocks = a_company(seed)
        said = [recorded(block).bounds for block in blocks]
        for rule in ACROSS:
            for calls in zip(*(bounds[rule] for bounds in said), strict=True):
                names = Counter(name for call in calls for name in call.names or ())
                tied[rule] += sum(times > 1 for times in names.values())
    assert all(tied[rule] > 5 for rule in ACROSS)


def test_days_and_whole_numbers_are_those_of_the_whole() -> None:
    whole, blocks = a_company(1)
    for block in blocks:
        assert (block.days, block.first_day) == (whole.days, whole.first_day)
        assert [d.id for d in block.duty_list] == [whole.duty_list[n].id for n in block.rows]
        assert [s.key for s in block.session_list] == [
            whole.session_list[n].key for n in block.columns
        ]
    assert sum(block.duties for block in blocks) == whole.duties


def test_a_block_of_nobody_or_of_no_session_has_little_to_say() -> None:
    whole, _ = a_company(2)
    none, some = np.zeros(0, np.int64), np.arange(2)
    for rows, columns in ((none, none), (none, some), (some, none)):
        said = recorded(whole.block(rows, columns))
        assert not any(mask.any() for mask in said.forbidden.values())
        assert not any(bound.limits for bounds in said.bounds.values() for bound in bounds)


def test_what_holds_for_the_whole_company_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: Counter[Any] = Counter()
    counted: dict[Any, Callable[..., Any]] = {}
    once = CompanyArrays.once

    def counting(self: CompanyArrays, find: Callable[..., Any], *about: Any) -> Any:
        def count(company: CompanyArrays, *rest: Any) -> Any:
            looked_up[find.__qualname__, rest] += 1
            return find(company, *rest)

        return once(self, counted.setdefault(find, count), *about)

    monkeypatch.setattr(CompanyArrays, "once", counting)
    _, blocks = a_company(3)
    for block in blocks:
        recorded(block)
    assert len(looked_up) > 8
    assert set(looked_up.values()) == {1}
