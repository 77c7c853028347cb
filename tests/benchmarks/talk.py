"""What the bench and a side's process say to each other: files in a folder of their own."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from scheduler.domain.base import Value
from scheduler.domain.problem import Problem
from tests.benchmarks.instances import Spec, sources
from tests.benchmarks.names import BenchTask, InstanceKind, Side

SessionIndices = NDArray[np.int64]
"""[duty] → index of its session in the problem, −1 where it has none."""
PROBLEM, MPS = "problem.pkl", "model.mps"
WRITTEN, TRIED = "written", "tried"
"""Status of the tasks that look for no plan."""
_REQUEST, _ANSWER, _CHOICES = "request.json", "answer.json", "choices.npz"


class Request(Value):
    """What a side is asked. `seconds` is its limit, `moments` those of `STOP` and `LIMITS`; of us,
    `gap` is what is good enough (a share of the points; 0: nothing but the optimum)."""

    side: Side
    task: BenchTask = BenchTask.SOLVE
    kind: InstanceKind
    people: int
    centres: int = 1
    seed: int = 1
    split: bool = False
    name: str = ""
    seconds: float
    gap: float = 0.0
    threads: int = 1
    processes: int = 1
    moments: tuple[float, ...] = ()

    @property
    def spec(self) -> Spec:
        """The instance asked about."""
        return Spec(self.kind, self.people, self.centres, self.seed, self.split, self.name)

    @property
    def patience(self) -> float:
        """Seconds that all of the task may take at its limits."""
        if self.task is BenchTask.LIMITS:
            return sum(self.moments)
        return self.seconds * max(1, len(self.moments), 2 * (self.task is BenchTask.AGAIN))


class SideTrial(Value):
    """One of several tries of a task: at which moment (seconds), and what came out. `overrun` is
    how many seconds later it ended; None where it had ended by itself before. `broken` counts
    the hard rules its plan breaks."""

    moment: float
    overrun: float | None
    cost: int | None = None
    placed: int = 0
    proven: bool = False
    broken: int = 0


class SideAnswer(Value):
    """What a side says. Seconds count from the instance being read; `first` is when it had its
    first plan, `trace` when it had which points. `memory` is in bytes, at its peak."""

    status: str
    seconds: float
    cost: int | None = None
    bound: int | None = None
    first: float | None = None
    trace: tuple[tuple[float, int], ...] = ()
    memory: int = 0
    options: int | None = None
    trials: tuple[SideTrial, ...] = ()
    notes: dict[str, float] = Field(default_factory=dict)


def write_request(folder: Path, request: Request) -> None:
    """Ask."""
    (folder / _REQUEST).write_text(request.model_dump_json(), "utf-8")


def read_request(folder: Path) -> Request:
    """What is asked in `folder`."""
    return Request.model_validate_json((folder / _REQUEST).read_text("utf-8"))


def write_problem(folder: Path, problem: Problem) -> None:
    """Hand the instance over."""
    with (folder / PROBLEM).open("wb") as file:
        pickle.dump(problem, file, pickle.HIGHEST_PROTOCOL)


def read_problem(folder: Path) -> Problem:
    """The instance in `folder`, a file this bench wrote itself."""
    with (folder / PROBLEM).open("rb") as file:
        problem = pickle.load(file)
    assert isinstance(problem, Problem)
    return problem


def problems(request: Request, folder: Path) -> Iterator[Problem]:
    """The instance: the problem of each source, one at a time, or the whole."""
    if request.split:
        yield from (source() for source in sources(request.spec))
    else:
        yield read_problem(folder)


def write_answer(folder: Path, answer: SideAnswer, choices: list[SessionIndices]) -> None:
    """Answer: the figures, and a choice for every source (one, where there are none)."""
    np.savez_compressed(folder / _CHOICES, *choices)
    (folder / _ANSWER).write_text(answer.model_dump_json(), "utf-8")


def read_answer(folder: Path) -> tuple[SideAnswer, list[SessionIndices]] | None:
    """The answer in `folder`, or None while there is none."""
    if not (folder / _ANSWER).exists():
        return None
    answer = SideAnswer.model_validate_json((folder / _ANSWER).read_text("utf-8"))
    with np.load(folder / _CHOICES) as stored:
        return answer, [stored[name] for name in stored.files]


def clear_answer(folder: Path) -> None:
    """Forget the last answer."""
    for name in (_ANSWER, _CHOICES):
        (folder / name).unlink(missing_ok=True)
