"""One side in a process of its own: `python -m tests.benchmarks.side FOLDER`.

Reads the request and the instance, then the clock starts and the peak of memory is forgotten.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks import memory
from tests.benchmarks.names import BenchTask, Side
from tests.benchmarks.talk import (
    MPS,
    WRITTEN,
    Request,
    SessionIndices,
    SideAnswer,
    read_problem,
    read_request,
    write_answer,
)

SideResult = tuple[SideAnswer, list[SessionIndices]]


def main(folder: Path) -> None:
    """Answer what is asked in `folder`."""
    answer, choices = answered(folder, read_request(folder))
    write_answer(folder, answer.model_copy(update={"memory": memory.peak()}), choices)


def answered(folder: Path, request: Request) -> SideResult:
    """The answer of the side and task asked for. Nobody loads more than their own solver."""
    if request.task is BenchTask.EXPORT:
        return _export(folder)
    if request.side is Side.HIGHS:
        return _highs(folder, request)
    if request.side is Side.TEXTBOOK:
        return _textbook(folder, request)
    return _frontline(folder, request)


def _export(folder: Path) -> SideResult:
    from scheduler.model.compiling import compile_problem
    from scheduler.model.mps import write_mps

    text = write_mps(compile_problem(read_problem(folder)))
    (folder / MPS).write_text(text, "utf-8")
    return SideAnswer(status=WRITTEN, seconds=0), []


def _highs(folder: Path, request: Request) -> SideResult:
    from tests.benchmarks import highs

    model = highs.read(folder)
    memory.forget_peak()
    return highs.solve(request, model)


def _textbook(folder: Path, request: Request) -> SideResult:
    from tests.benchmarks import textbook

    problem = read_problem(folder)
    memory.forget_peak()
    return textbook.solve(request, problem)


def _frontline(folder: Path, request: Request) -> SideResult:
    from tests.benchmarks import frontline

    if request.task is BenchTask.CLUSTER:
        from tests.benchmarks.clusters import on_clusters

        return on_clusters(request, folder)
    if request.split:
        return frontline.solve_split(request)
    tasks = {
        BenchTask.SOLVE: frontline.solve,
        BenchTask.STOP: frontline.stop,
        BenchTask.LIMITS: frontline.limits,
        BenchTask.AGAIN: frontline.again,
    }
    problem = read_problem(folder)
    memory.forget_peak()
    if request.task is BenchTask.REPLAN:
        from tests.benchmarks.replanning import replan

        return replan(request, problem)
    if request.task in (BenchTask.WHY, BenchTask.TRY):
        from tests.benchmarks import looking

        return {BenchTask.WHY: looking.why, BenchTask.TRY: looking.try_rules}[request.task](
            request, problem
        )
    return tasks[request.task](request, problem)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
