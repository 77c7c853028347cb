"""What is shown of a company's plans, and which of them stay."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from scheduler.solving.decomposition.block_state import BlockSpec, untouched
from scheduler.solving.decomposition.incumbents import Incumbents
from scheduler.solving.decomposition.progress import CompanyProgress
from scheduler.solving.result import Limits
from tests.solving.models import a_model, choice


class OneBlock:
    """A company of one block, and what is shown of it."""

    def __init__(self) -> None:
        self.model = a_model(1, 2)
        self.model.price("due_date", np.array([[0, 50]], np.int64))
        self.phases: list[str] = []
        self.incumbents = Incumbents([BlockSpec(lambda: self.model, 1)], (), Limits())
        self.progress = CompanyProgress(self.incumbents, self.phases.append)

    def take(self, session: int) -> None:
        """The block has another plan because its linked duties moved."""
        self.incumbents.stale = {0}
        self.progress.take(0, untouched(choice(session), self.model.judge(choice(session))))


def test_a_dearer_plan_of_a_block_whose_linked_duties_moved_counts_and_is_not_shown() -> None:
    company = OneBlock()
    for session, cost in ((0, 0), (1, 50)):
        company.take(session)
        assert company.incumbents.cost == cost
        assert company.progress.shown()[0] == 0
    assert company.phases == ["first plan", "first plan"]


@pytest.mark.parametrize(("interrupted", "cost"), [(True, 0), (False, 50)])
def test_what_was_shown_counts_when_a_step_was_interrupted(interrupted: bool, cost: int) -> None:
    """Else only what was there between two steps: the other depends on who was how fast."""
    company = OneBlock()
    company.take(0)
    company.take(1)
    company.progress.remember()
    company.progress.restore(interrupted=interrupted)
    assert company.incumbents.cost == cost


def test_without_any_plan_in_line_nothing_is_changed() -> None:
    company = OneBlock()
    company.progress.restore(interrupted=True)
    assert company.progress.shown()[0] == inf
    assert company.incumbents.states == [None]
