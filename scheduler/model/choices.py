"""A plan as assignments, and as an array: a session for every duty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.model.compiled import NOWHERE
from scheduler.model.language import IntArray


def assignments_of(problem: Problem, choice: IntArray) -> tuple[Assignment, ...]:
    """The assignments that `choice`, a session for every duty, stands for."""
    return tuple(
        Assignment(
            duty_id=duty.id, employee_id=duty.employee_id, session=problem.sessions[session].key
        )
        for duty, session in zip(problem.duties, choice.tolist(), strict=True)
        if session != NOWHERE
    )


def choice_of(problem: Problem, assignments: Sequence[Assignment]) -> IntArray:
    """The assignments as a session number for every duty; unknown names are left out."""
    column = {session.key: n for n, session in enumerate(problem.sessions)}
    row = {duty.id: n for n, duty in enumerate(problem.duties)}
    choice = np.full(len(problem.duties), NOWHERE, np.int64)
    for assignment in assignments:
        if assignment.duty_id in row and assignment.session in column:
            choice[row[assignment.duty_id]] = column[assignment.session]
    return choice
