"""Large neighbourhood search: a few people who stand in each other's way are placed anew."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from scheduler.model.compiled import NOWHERE, CompiledModel
from scheduler.model.language import IntArray
from scheduler.model.presolve.pairs import with_pair_cuts, with_partner_options, with_partners
from scheduler.model.program import program
from scheduler.solving.pricing.pricing import MasterSolution
from scheduler.solving.search import Search
from scheduler.solving.solvers.cp_sat import solve_exactly

_NEAREST = 6
"""Sessions looked at for everybody who stands wrong."""
_CHOICES = 24
"""Options each of a neighbourhood gets, the nearest ones."""
_EPSILON = 1e-6


@dataclass(frozen=True)
class Neighbourhoods:
    """Strategy: a few people at a time may change places, those who stand where the linear program
    would not have them and those who are in their way."""

    people: int = 150
    """So many at first; twice as many each time that was not enough."""
    share: float = 0.5
    """Of the time that is left, for each."""

    def improve(self, search: Search) -> None:
        """Solve one neighbourhood after the other, up to the whole block."""
        random = np.random.default_rng(search.seed)
        size, master = self.people, search.master
        while search.cost < inf and not search.done() and size < search.model.duties:
            rows = neighbourhood(search.model, search.choice, master, size, random)
            before, seconds = search.cost, self.share * search.left()
            solve_neighbourhood(search, "rearranging", master, rows, search.choice, seconds)
            if search.cost >= before:
                size *= 2


def neighbourhood(
    model: CompiledModel,
    choice: IntArray,
    master: MasterSolution,
    size: int,
    random: np.random.Generator,
) -> IntArray:
    """At most about `size` duties: those that cost more than the linear program's prices say, a
    quarter of the size, and those that hold a place where they would rather be. Who is asked for
    beside one of them comes along."""
    everybody = np.arange(model.duties)
    placed = choice != NOWHERE
    dearer = np.where(placed, master.reduced[everybody, np.maximum(choice, 0)], master.left)
    wrong = np.flatnonzero(dearer > _EPSILON)
    most = max(1, size // 4)
    if len(wrong) > most:
        share = dearer[wrong] ** 0.5
        wrong = random.choice(wrong, most, replace=False, p=share / share.sum())
    elif len(wrong) < most:
        more = random.choice(everybody, min(model.duties, most - len(wrong)), replace=False)
        wrong = np.union1d(wrong, more)
    count = min(_NEAREST, model.sessions)
    wanted = np.zeros(model.sessions, np.bool_)
    wanted[np.argpartition(master.reduced[wrong], count - 1, axis=1)[:, :count]] = True
    holding = np.setdiff1d(np.flatnonzero(placed & wanted[np.maximum(choice, 0)]), wrong)
    free = max(0, size - len(wrong))
    if len(holding) > free:
        holding = random.choice(holding, free, replace=False)
    return with_partners(model, np.union1d(wrong, holding))


def solve_neighbourhood(
    search: Search,
    phase: str,
    master: MasterSolution,
    rows: IntArray,
    choice: IntArray,
    seconds: float,
) -> None:
    """Place only the duties `rows` anew, as well as possible beside the others of `choice`."""
    rest = with_pair_cuts(search.model.remainder(rows, choice))
    dear = np.where(rest.open, master.reduced[rows], np.inf)
    count = min(_CHOICES, rest.sessions)
    limit = np.partition(dear, count - 1, axis=1)[:, count - 1 : count]
    options = with_partner_options(rest, dear <= limit)
    placed = np.flatnonzero(choice[rows] != NOWHERE)
    options[placed, choice[rows][placed]] = True
    exact = solve_exactly(
        program(rest, *np.nonzero(options & rest.open)),
        choice[rows],
        seconds=seconds,
        workers=search.workers,
        seed=search.seed,
        stop=search.done,
    )
    if exact.choice is not None:
        whole = choice.copy()
        whole[rows] = exact.choice
        if search.offer(whole):
            search.report(phase)
