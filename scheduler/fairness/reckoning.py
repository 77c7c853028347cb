"""The figures of every group, what chance hardly explains, and the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scheduler.domain.people import Employee
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message
from scheduler.fairness.figures import SMALLEST, Fairness, Finding, Group, Tally
from scheduler.fairness.services import Services
from scheduler.fairness.texts import Grouping, Measure, everybody, small_groups, title
from scheduler.model.language import BoolArray, IntArray

LEVEL = 0.05
"""How probable it is at most that a plan which favours nobody has any finding at all."""
HIGHEST_BAND, LOWEST_BAND = 2, 6
"""Levels 1 and 2 are one band, and so are all from the sixth down."""
LOTS = 100
"""How often the burdens are dealt by lot."""


def fairness(problem: Problem, assignments: Iterable[Assignment]) -> Fairness:
    """How evenly the plan of these assignments treats departments, levels and ranks."""
    services = Services(problem, assignments)
    parts = {kind: _Partition(kind, services) for kind in Grouping}
    groups = {kind: part.groups() for kind, part in parts.items()}
    burden, rows = services.burden, services.placed
    return Fairness(
        everybody=_Partition(None, services).groups()[0],
        groups=groups,
        findings=_findings(groups.values()),
        scores={kind: part.score(burden) for kind, part in parts.items()},
        by_lot=_by_lot(list(parts.values()), burden, rows, problem.seed),
    )


class _Partition:
    """The duties by group: those of a kind, the small ones joined; None: everybody is one."""

    def __init__(self, kind: Grouping | None, services: Services) -> None:
        self._kind, self._services = kind, services
        keys = [_key(kind, person) for person in services.people]
        people = {person.id: key for person, key in zip(services.people, keys, strict=True)}
        sizes = Counter(people.values())
        joined = _joined(sizes)
        self._keys: list[str | None] = [*sorted(sizes.keys() - joined)]
        self._sizes = [sizes[key] for key in sorted(sizes.keys() - joined)]
        if joined or not sizes:
            self._keys.append(None)
            self._sizes.append(sum(sizes[key] for key in joined))
        self._others = sorted(key for key in joined if sizes[key] >= SMALLEST)
        place = {key: number for number, key in enumerate(self._keys)}
        last = len(self._keys) - 1
        self._number = np.array([place.get(key, last) for key in keys], np.int64)

    def _title(self, key: str | None) -> Message | str:
        if self._kind is None or len(self._keys) == 1:
            return everybody()
        if key is None:
            return small_groups([title(self._kind, other) for other in self._others])
        return title(self._kind, key)

    def _count(self, mask: BoolArray | IntArray) -> IntArray:
        """[group] → the sum over its duties."""
        sums = np.bincount(self._number, weights=mask, minlength=len(self._keys))
        return sums.round().astype(np.int64)

    def _about(self, mask: BoolArray) -> IntArray:
        """[group] → how many people its duties are about."""
        _, first = np.unique(self._services.person[mask], return_index=True)
        return np.bincount(self._number[mask][first], minlength=len(self._keys))

    def groups(self) -> tuple[Group, ...]:
        """Every group with its figures, the joined ones last."""
        services = self._services
        hits = {m: self._count(hit) for m, (hit, _) in services.cases().items()}
        of = {m: self._count(counts) for m, (_, counts) in services.cases().items()}
        about = {m: self._about(counts) for m, (_, counts) in services.cases().items()}
        days, unpopular = self._count(services.days), self._count(services.unpopular)
        late = self._count(services.late)
        burden, placed = self._count(services.burden), self._count(services.placed)
        return tuple(
            Group(
                kind=self._kind,
                key=key,
                title=self._title(key),
                people=self._sizes[n],
                placed=int(placed[n]),
                days=int(days[n]),
                unpopular_days=int(unpopular[n]),
                weeks_late=int(late[n]),
                burden=int(burden[n]),
                tallies={m: _tally(hits[m], of[m], about[m], n) for m in Measure},
            )
            for n, key in enumerate(self._keys)
        )

    def score(self, burden: IntArray) -> float:
        """100 × (1 − the Gini coefficient of this burden between the groups)."""
        placed, sums = self._count(self._services.placed), self._count(burden)
        return 100 * (1 - _gini(sums[placed > 0], placed[placed > 0]))


def _key(kind: Grouping | None, person: Employee) -> str:
    match kind:
        case Grouping.DEPARTMENT:
            return person.department or ""
        case Grouping.LEVEL:
            return str(min(max(person.level, HIGHEST_BAND), LOWEST_BAND))
        case Grouping.RANK:
            return "executive" if person.executive else "other"
        case None:
            return ""


def _joined(sizes: Mapping[str, int]) -> set[str]:
    """The groups that are too small to be told apart, and as many more, the smallest first, as
    it takes for these together not to be too small either."""
    order = sorted(sizes, key=lambda key: (sizes[key], key))
    small = {key for key in order if sizes[key] < SMALLEST}
    for key in order[len(small) :]:
        if not small or sum(sizes[each] for each in small) >= SMALLEST:
            break
        small.add(key)
    return small


def _tally(hits: IntArray, of: IntArray, people: IntArray, number: int) -> Tally:
    total = int(of.sum())
    expected = int(hits.sum()) * int(of[number]) / total if total else 0.0
    return Tally(int(hits[number]), int(of[number]), expected, int(people[number]))


def _gini(sums: IntArray, sizes: IntArray) -> float:
    """The Gini coefficient between groups that carry `sums` and count `sizes` services."""
    if not sums.sum():
        return 0.0
    means = sums / sizes
    apart = np.abs(means[:, None] - means) * sizes[:, None] * sizes
    return float(apart.sum() / (2 * sizes.sum() * sums.sum()))


def _by_lot(
    parts: Sequence[_Partition], burden: IntArray, placed: BoolArray, seed: int
) -> tuple[float, float]:
    """Between what nine of ten scores lie when the burdens are dealt to the services by lot."""
    chance, dealt = np.random.default_rng(seed), burden.copy()
    scores = []
    for _ in range(LOTS):
        dealt[placed] = chance.permutation(burden[placed])
        scores.append(min(part.score(dealt) for part in parts))
    low, high = np.quantile(scores, (0.05, 0.95))
    return float(low), float(high)


def _findings(kinds: Iterable[Sequence[Group]]) -> tuple[Finding, ...]:
    """What chance hardly explains, first what hits a group more often.

    That a group of n cases has so many of all K hits among N cases, or more (fewer), is a tail of
    the hypergeometric distribution: Fisher's exact test (R. A. Fisher, The Design of Experiments,
    1935), the smaller tail doubled. All questions of a plan are asked at once, so the
    probabilities are corrected after S. Holm (A Simple Sequentially Rejective Multiple Test
    Procedure, Scandinavian Journal of Statistics 6, 1979, pages 65–70). Several duties of one
    person count as if they were several people's.
    """
    from scipy.stats import hypergeom  # it takes half a second to load

    asked = [
        (group, measure, total)
        for groups in kinds
        for measure in Measure
        if 0 < (total := _together(groups, measure))[0] < total[1]
        for group in _asked_about(groups, measure)
    ]
    mine = [group.tallies[measure] for group, measure, _ in asked]
    hits, of = np.array([(each.hits, each.of) for each in mine], np.int64).reshape(-1, 2).T
    all_hits, all_of = np.array([total for _, _, total in asked], np.int64).reshape(-1, 2).T
    upper = np.asarray(hypergeom.sf(hits - 1, all_of, all_hits, of))
    lower = np.asarray(hypergeom.cdf(hits, all_of, all_hits, of))
    chance = _holm(np.minimum(1, 2 * np.minimum(upper, lower)))
    findings = [
        Finding(group, measure, bool(upper[n] < lower[n]), float(chance[n]))
        for n, (group, measure, _) in enumerate(asked)
        if chance[n] <= LEVEL
    ]
    return tuple(sorted(findings, key=lambda each: (not each.more, each.chance)))


def _asked_about(groups: Sequence[Group], measure: Measure) -> list[Group]:
    """The groups of a kind that are compared with the others. Of two one mirrors the other, so
    that both or none is told."""
    countable = [
        group for group in groups if group.mentionable(measure) and group.tallies[measure].of
    ]
    return countable if len(groups) > 2 else countable[:1] if len(countable) == 2 else []


def _together(groups: Sequence[Group], measure: Measure) -> tuple[int, int]:
    """The cases of all groups, and of how many."""
    tallies = [group.tallies[measure] for group in groups]
    return sum(each.hits for each in tallies), sum(each.of for each in tallies)


def _holm(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities corrected for how many there are."""
    order = np.argsort(chances, kind="stable")
    corrected = chances[order] * np.arange(len(chances), 0, -1)
    adjusted = np.empty_like(chances)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(corrected))
    return adjusted
