"""Companies to measure on, made from a kind, sizes and a seed; the same ones make the same.

- `rollout`: the sample company begins with the programme; nobody has served.
- `steady`: the same company in its third cycle, see `steady.py`.

Executives are so many, and `executive_cover.most` so small, that the rule really binds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from scheduler.domain.duties import owed
from scheduler.domain.ledger import ServiceRecord
from scheduler.domain.people import Employee, Scope, with_levels
from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.domain.programme import Session, generate_sessions
from scheduler.presets import DEFAULT_PRESET, preset
from scheduler.sample import Company, make_company
from tests.benchmarks.names import InstanceKind
from tests.benchmarks.steady import HORIZON, START, policy_of, seated, served_before

FEW, MANY = 0.5, 0.9
"""Executives need at least the one and at most the other share of the dates they may have."""
WHOLE = 100_000
"""Above so many people a company is never in one process at a time."""


@dataclass(frozen=True)
class Spec:
    """Names an instance. `split`: handed over as one source for each centre, a company of its
    own, tied to the others by its executives only. `name` is a roster's, see `rosters.py`."""

    kind: InstanceKind
    people: int
    centres: int = 1
    seed: int = 1
    split: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        """The name under which figures are kept."""
        parts = [self.name, self.kind.value, self.people, self.centres, self.seed]
        return "-".join(str(part) for part in parts if part != "") + "-split" * self.split


def spec(
    kind: InstanceKind, people: int, centres: int = 1, seed: int = 1, split: bool = False
) -> Spec:
    """The instance of these sizes; a large company is always split."""
    return Spec(kind, people, centres, seed, split or people > WHOLE)


@dataclass(frozen=True)
class Cover:
    """Who counts as an executive, and how many of them may be away on one day."""

    level: int
    most: int

    @property
    def rules(self) -> tuple[RuleSetting, ...]:
        """The one rule that differs from its defaults."""
        params = {"most": self.most}
        return (RuleSetting(key="executive_cover", mode=Mode.HARD, params=params),)


@dataclass(frozen=True)
class Source:
    """Makes the problem of one centre where it is called."""

    kind: InstanceKind
    people: int
    seed: int
    number: int
    cover: Cover

    def __call__(self) -> Problem:
        company = _renamed(make_company(self.people, 1, self.seed, START), f"{self.number:03}")
        return problem_of(self.kind, company, self.cover)


def make(wanted: Spec) -> Problem:
    """The whole instance as one problem."""
    company = make_company(wanted.people, wanted.centres, wanted.seed, START)
    return problem_of(wanted.kind, company, cover_for(company.employees, _dates(company)))


def sources(wanted: Spec) -> tuple[Source, ...]:
    """The instance as one source for every centre; all keep to the same executive cover."""
    sizes = [
        wanted.people // wanted.centres + (n < wanted.people % wanted.centres)
        for n in range(wanted.centres)
    ]
    sample = make_company(sizes[0], 1, wanted.seed, START)
    cover = cover_for(sample.employees, _dates(sample), times=wanted.centres)
    return tuple(
        Source(wanted.kind, size, wanted.seed * 10_000 + n, n, cover)
        for n, size in enumerate(sizes)
    )


def cover_for(people: Sequence[Employee], dates: int, times: int = 1) -> Cover:
    """The fewest levels of executives who need `FEW` of the `dates`, and a bound they just keep
    to; `times` companies of this kind share it."""
    leading = {person.manager_id for person in people}
    led = Counter(person.level for person in people if person.id in leading)
    count, level = 0, 1
    for level in sorted(led):
        count += led[level] * times
        if count >= FEW * dates:
            break
    return Cover(level, max(1, ceil(count / (MANY * max(1, dates)))))


def dates_of(sessions: Iterable[Session]) -> int:
    """On how many days of a centre somebody may begin: sessions of its most frequent programme."""
    return max(Counter((s.centre, s.programme) for s in sessions).values(), default=1)


def _dates(company: Company) -> int:
    """Of the busiest centre."""
    programmes = company.seated(preset(DEFAULT_PRESET).programmes)
    return dates_of(generate_sessions(programmes, company.centres, HORIZON))


def problem_of(kind: InstanceKind, company: Company, cover: Cover) -> Problem:
    """The two years of a company, with every rule as it is by default but executive cover."""
    chosen = preset(DEFAULT_PRESET)
    people = with_levels(company.employees, cover.level)
    programmes = company.seated(chosen.programmes)
    records: tuple[ServiceRecord, ...] = ()
    policy = chosen.policy(START)
    if kind is not InstanceKind.ROLLOUT:
        people, records = served_before(people, company.seed)
        policy = policy_of(chosen)
    problem = Problem(
        horizon=HORIZON,
        employees=people,
        centres=company.centres,
        programmes=programmes,
        sessions=generate_sessions(programmes, company.centres, HORIZON),
        duties=owed(people, records, policy, programmes, HORIZON, absences=company.absences),
        absences=company.absences,
        blackouts=company.blackouts,
        wishes=company.wishes,
        stand_ins=company.stand_ins,
        records=records,
        rules=cover.rules,
        seed=company.seed,
    )
    return problem if kind is InstanceKind.ROLLOUT else seated(problem)


def _renamed(company: Company, mark: str) -> Company:
    """The same company with names that no other one has."""

    def named(text: str | None) -> str | None:
        return None if text is None else f"{mark}-{text}"

    return replace(
        company,
        employees=tuple(
            person.model_copy(
                update={
                    "id": named(person.id),
                    "manager_id": named(person.manager_id),
                    "team": named(person.team),
                    "department": named(person.department),
                }
            )
            for person in company.employees
        ),
        centres=tuple(c.model_copy(update={"key": f"{c.key}-{mark}"}) for c in company.centres),
        absences=tuple(
            a.model_copy(update={"employee_id": named(a.employee_id)}) for a in company.absences
        ),
        blackouts=tuple(
            b if b.scope is Scope.COMPANY else b.model_copy(update={"name": named(b.name)})
            for b in company.blackouts
        ),
        wishes=tuple(
            w.model_copy(update={"employee_id": named(w.employee_id)}) for w in company.wishes
        ),
        stand_ins=tuple(
            pair.model_copy(update={"one": named(pair.one), "other": named(pair.other)})
            for pair in company.stand_ins
        ),
    )
