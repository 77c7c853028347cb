"""What is told of how evenly a plan treats people: figures of groups, findings, a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.domain.words import Message
from scheduler.fairness.texts import Grouping, Measure, finding

SMALLEST = 5
"""Groups of fewer people are joined, and wishes of fewer people are not told: privacy."""


ABOUT_WISHES = frozenset({Measure.MISSED, Measure.IMPOSED})


@dataclass(frozen=True)
class Tally:
    """In how many cases of how many, how many would be expected of a group of that size, and how
    many people the cases are about."""

    hits: int
    of: int
    expected: float
    people: int

    @property
    def share(self) -> float:
        """The cases as a share, 0 where there is nothing to count."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True)
class Group:
    """What a department, a band of levels or a rank carries in a plan.

    `key` is the department's name ("" for people without one), the band's level, `executive` or
    `other`; None for the groups too small to be told apart, or for everybody. `days` are those
    of all services together, `unpopular_days` the unpopular among them, `weeks_late` begun weeks;
    `burden` is in points.
    """

    kind: Grouping | None
    key: str | None
    title: Message | str
    people: int
    placed: int
    days: int
    unpopular_days: int
    weeks_late: int
    burden: int
    tallies: Mapping[Measure, Tally]

    def mentionable(self, measure: Measure) -> bool:
        """Whether this may be told: not the wishes of so few that each is somebody's."""
        return measure not in ABOUT_WISHES or self.tallies[measure].people >= SMALLEST

    @property
    def mean_weeks_late(self) -> float:
        """Begun weeks late per service, those on time included."""
        return self.weeks_late / self.placed if self.placed else 0.0

    @property
    def mean_days(self) -> float:
        """Days of service per person who owes any."""
        return self.days / self.people if self.people else 0.0


@dataclass(frozen=True)
class Finding:
    """A group that something hits more often, or less often, than chance would explain.

    `chance` is the probability of so large a difference somewhere in a plan that favours nobody.
    """

    group: Group
    measure: Measure
    more: bool
    chance: float

    @property
    def text(self) -> Message:
        """In words."""
        tally = self.group.tallies[self.measure]
        expected = round(tally.expected) if tally.expected >= 10 else round(tally.expected, 1)
        return finding(self.measure, self.more, self.group.title, tally.hits, tally.of, expected)


@dataclass(frozen=True)
class Fairness:
    """How evenly a plan treats departments, levels and ranks.

    `score` runs from 0 to 100: the lowest of `scores`, which are 100 × (1 − G) by kind of group,
    G being the Gini coefficient of the burden between its groups. For two people drawn by chance,
    each counted with the mean burden of their group, G is half of what their burdens differ by on
    average, as a share of the mean (A. Sen, On Economic Inequality, 1973, chapter 2). Equal means
    make 100; what is shifted from a group to one that carries more already always lowers it. The
    burden of a service is 1 point for every unpopular day, 3 for an unwished date, 1 for a missed
    wish, and 1 for every begun four weeks late, at most 3.

    Chance makes groups differ too: dealt to the same people by lot, the same burdens have a score
    between the two of `by_lot` in nine of ten cases.
    """

    everybody: Group
    groups: Mapping[Grouping, tuple[Group, ...]]
    findings: tuple[Finding, ...]
    scores: Mapping[Grouping, float]
    by_lot: tuple[float, float]

    @property
    def score(self) -> float:
        """The lowest by any kind of group."""
        return min(self.scores.values())
