"""The shape of the company: departments, teams of about nine, and who leads whom."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import ceil, exp, log
from random import Random
from typing import Any

TEAM_SIZE = 9
LARGEST_TEAM = 12
MOST_LEADERS = 9
"""How many leaders report to one leader above them, at most."""
BOARD = "Executive Board"
_RANKS = ("Vice President", "Director", "Senior Manager", "Manager")


@dataclass(frozen=True)
class Department:
    """A department: its share of the people, and what its people and teams are called."""

    name: str
    share: float
    titles: tuple[str, ...]
    teams: str


@dataclass(frozen=True)
class Position:
    """One place in the management chain. `manager` is the number of the position above."""

    manager: int | None
    department: str
    team: str
    title: str


@dataclass
class Structure:
    """All positions, managers before the people they manage, and the members of every team."""

    positions: list[Position] = field(default_factory=list)
    teams: dict[str, list[int]] = field(default_factory=dict)

    def add(self, manager: int | None, department: str, team: str, title: str) -> int:
        """A new position; returns its number."""
        number = len(self.positions)
        self.positions.append(Position(manager, department, team, title))
        self.teams.setdefault(team, []).append(number)
        return number


def load(name: str) -> dict[str, Any]:
    """A table of what the sample company is made of."""
    return tomllib.loads((files("data") / "company" / f"{name}.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    """The departments, the largest first."""
    return tuple(
        Department(row["name"], row["share"], tuple(row["titles"]), row["teams"])
        for row in load("departments")["departments"]
    )


def build(employees: int, random: Random) -> Structure:
    """The positions of a company of `employees` people, at least one."""
    structure = Structure()
    chief = structure.add(None, BOARD, BOARD, "Chief Executive")
    rest = employees - 1
    chosen = departments()[: max(1, min(len(departments()), rest // 8))]
    for department, size in zip(chosen, _shares(rest, chosen), strict=True):
        if size:
            _Builder(structure, department, random).unit(size, chief, BOARD, rank=0)
    return structure


def _shares(people: int, chosen: Sequence[Department]) -> list[int]:
    """How many people each department has: by share, the largest remainders rounded up."""
    total = sum(department.share for department in chosen)
    exact = [people * department.share / total for department in chosen]
    sizes = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: (sizes[n] - exact[n], n))
    for n in by_remainder[: people - sum(sizes)]:
        sizes[n] += 1
    return sizes


class _Builder:
    """Builds one department."""

    def __init__(self, structure: Structure, department: Department, random: Random) -> None:
        self.structure = structure
        self.department = department
        self.random = random
        self.leaf_teams = 0
        self.leader_teams = 0

    def unit(self, size: int, manager: int, leaders: str, rank: int) -> None:
        """`size` people: a head who belongs to the team `leaders`, and those below. The head of
        a team of people who lead nobody belongs to that team, unless it is the board's."""
        if size <= LARGEST_TEAM:
            self._team(size, manager, leaders if rank == 0 else None)
            return
        title = f"{_RANKS[min(rank, len(_RANKS) - 1)]} {self.department.name}"
        head = self.structure.add(manager, self.department.name, leaders, title)
        units = _units(size - 1)
        below = ""
        if (size - 1) / units > LARGEST_TEAM:
            self.leader_teams += 1
            below = f"{self.department.name} leads {self.leader_teams}"
        for part in self._split(size - 1, units):
            self.unit(part, head, below, rank + 1)

    def _team(self, size: int, manager: int, board: str | None) -> None:
        self.leaf_teams += 1
        name, team = self.department.name, f"{self.department.teams} {self.leaf_teams}"
        title = "Team Lead" if board is None else f"Vice President {name}"
        head = self.structure.add(manager, name, board or team, title)
        for _ in range(size - 1):
            self.structure.add(head, name, team, self.random.choice(self.department.titles))

    def _split(self, people: int, units: int) -> list[int]:
        """Nearly equal parts; where they are teams, some people move from one to the next."""
        parts = [people // units + (n < people % units) for n in range(units)]
        if max(parts) <= LARGEST_TEAM - 2:
            for n in range(0, units - 1, 2):
                moved = self.random.randint(-2, 2)
                parts[n] -= moved
                parts[n + 1] += moved
        return parts


def _units(people: int) -> int:
    """Into how many units `people` are split, so that teams have about nine and no leader has
    many more leaders below."""
    teams = max(2, round(people / TEAM_SIZE))
    layers = ceil(log(teams, MOST_LEADERS))
    return max(2, round(exp(log(teams) / layers)))
