"""Runs one side in its process: measured from outside, ended at its limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.benchmarks import memory
from tests.benchmarks.talk import (
    Request,
    SessionIndices,
    SideAnswer,
    clear_answer,
    read_answer,
    write_request,
)

LOOK_EVERY = 0.2
"""Seconds between two looks at how much memory a side holds."""
READING = 300.0
"""Seconds a side may take besides its limit: starting, reading the instance, writing the answer."""
OVERTIME = 1.3
"""Times its limit a side is waited for, because it may keep it badly."""
TIMED_OUT, OUT_OF_MEMORY, FAILED = "time_limit", "out_of_memory", "failed"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Outcome:
    """What came of a process; `complaint` is what it wrote to standard error if it failed."""

    answer: SideAnswer
    choices: list[SessionIndices]
    complaint: str = ""

    @property
    def failed(self) -> bool:
        """Whether the process ended without an answer and without being ended."""
        return self.answer.status == FAILED


def run(
    folder: Path,
    request: Request,
    *,
    most_memory: int = 0,
    tick: Callable[[float], None] = lambda seconds: None,
) -> Outcome:
    """Ask a side; `tick` hears how long it has been working. A side that holds more than
    `most_memory` bytes (0: no limit) or outstays its limit is ended."""
    clear_answer(folder)
    write_request(folder, request)
    with (folder / "stderr.txt").open("w+", encoding="utf-8") as complaints:
        ended, peak = _watched(folder, request, complaints.fileno(), most_memory, tick)
        complaints.seek(0)
        complaint = complaints.read()[-2000:]
    answered = read_answer(folder)
    if answered is not None:
        answer, choices = answered
        return Outcome(answer.model_copy(update={"memory": max(answer.memory, peak)}), choices, "")
    answer = SideAnswer(status=ended or FAILED, seconds=request.seconds, memory=peak)
    return Outcome(answer, [], "" if ended else complaint)


def _watched(
    folder: Path,
    request: Request,
    complaints: int,
    most_memory: int,
    tick: Callable[[float], None],
) -> tuple[str, int]:
    """Why the process was ended ("" if it ended by itself), and the memory it held at most."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.side", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        env={**os.environ, **dict.fromkeys(_ONE_THREAD, str(request.threads))},
        start_new_session=os.name == "posix",  # Control-C is the bench's; it ends the side itself
    )
    began, peak = monotonic(), 0
    latest = READING + OVERTIME * request.patience
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
                return "", peak
            peak = max(peak, memory.held_by(process.pid))
            tick(monotonic() - began)
            if most_memory and peak > most_memory:
                return OUT_OF_MEMORY, peak
            if monotonic() - began > latest:
                return TIMED_OUT, peak
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all it started, if it has not ended."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
