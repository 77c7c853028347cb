"""A mixed-integer program by HiGHS, in a process of its own.

CP-SAT proves little where a session takes place with so many people or not at all; cuts over rows
and switches together do. HiGHS inside OR-Tools 9.15 cannot be interrupted, and SCIP there only now
and then; a process can be ended at any moment, and what it has found by then was reported before.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import monotonic

import numpy as np
from scipy import sparse

from scheduler.model.language import FloatArray
from scheduler.model.program import Program
from scheduler.solving.solvers.interrupting import watching
from scheduler.solving.solvers.mixed_program import Ended, Improved, MixedProgram

_GRACE = 2.0
"""Seconds that the process may take longer than its limit before it is ended."""
_NEAR = 1e-6
"""By so little a solution may miss a limit or a whole number."""
COMMAND = (sys.executable, "-m", "scheduler.solving.solvers.highs_process")
"""What is run to solve a program: it reads a `MixedProgram` and says what it finds."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mixed:
    """The values of the columns (None if no solution was found), the bound proven, and whether
    the solution is proven to be the optimum, or that there is none."""

    values: FloatArray | None
    bound: float
    optimal: bool = False
    infeasible: bool = False


def solve_mixed(
    program: Program,
    *,
    seconds: float,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[FloatArray], None] = lambda values: None,
    command: Sequence[str] = COMMAND,
) -> Mixed:
    """Solve `program` within `seconds`. The values of every better solution are reported; ended
    early by `stop`, the last of them is the answer. Where the process fails that is the answer,
    too, and the log says so."""
    best: list[FloatArray] = []

    def better(improved: Improved) -> None:
        values = np.zeros(len(program.cost))
        values[improved.columns] = improved.values
        if _fits(program, values) and (not best or program.cost @ (values - best[-1]) < 0):
            best.append(values)
            report(values)

    with TemporaryDirectory(prefix="mixed-") as place:
        asked = _travelling(program, seconds, seed, Path(place) / "solutions")
        ended = _answer(command, asked, stop, better, Path(place) / "errors")
    if ended is None:
        return Mixed(best[-1] if best else None, -inf)
    if ended.infeasible:
        return Mixed(None, inf, infeasible=True)
    values = None if ended.values is None else np.asarray(ended.values, np.float64)
    return Mixed(values, ended.bound if isfinite(ended.bound) else -inf, ended.optimal)


def _fits(program: Program, values: FloatArray) -> bool:
    """Whether it is a solution: what was written down on the way is believed only then."""
    taken = program.matrix @ values
    within = (program.lower - _NEAR <= taken).all() and (taken <= program.upper + _NEAR).all()
    inside = (values >= -_NEAR).all() and (values <= program.largest + _NEAR).all()
    whole = values[program.whole]
    return bool(within and inside and (np.abs(whole - whole.round()) <= _NEAR).all())


def _travelling(program: Program, seconds: float, seed: int, diary: Path) -> MixedProgram:
    rows = sparse.csr_array(program.matrix, copy=True)
    rows.sum_duplicates()  # in the order of rows and columns, as MathOpt wants the entries
    entries = sparse.coo_array(rows)
    return MixedProgram(
        cost=program.cost,
        largest=program.largest,
        whole=program.whole,
        lower=program.lower,
        upper=program.upper,
        row=entries.row,
        column=entries.col,
        value=entries.data,
        seconds=max(seconds, 0.01),
        seed=seed % 2**31,
        diary=str(diary),
    )


def _answer(
    command: Sequence[str],
    asked: MixedProgram,
    stop: Callable[[], bool],
    better: Callable[[Improved], None],
    errors: Path,
) -> Ended | None:
    """What a process says in the end; None from one that was ended, or that failed."""
    deadline = monotonic() + asked.seconds + _GRACE
    ended = []

    def end() -> None:
        ended.append(True)
        process.kill()

    with (
        errors.open("wb") as said,
        Popen(command, stdin=PIPE, stdout=PIPE, stderr=said, env=_environment()) as process,
    ):
        try:
            with watching(lambda: stop() or monotonic() > deadline, end):
                answer = _talk(process, asked, better)
        finally:
            process.kill()
    if answer is None and not ended:
        log.warning(
            "The process that decides switches failed (%s); the search goes on without it. %s",
            process.returncode,
            errors.read_text(errors="replace").strip(),
        )
    return answer


def _environment() -> dict[str, str]:
    """This process's, in which modules are found where they are found here."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _talk(
    process: Popen[bytes], asked: MixedProgram, better: Callable[[Improved], None]
) -> Ended | None:
    """What it says in the end, or None where it does not come to that."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        pickle.dump(asked, process.stdin)
        process.stdin.flush()
        while not isinstance(said := pickle.load(process.stdout), Ended):
            better(said)
    except (BrokenPipeError, EOFError, pickle.UnpicklingError):
        with suppress(BrokenPipeError):  # of what was not sent yet
            process.stdin.close()
        return None
    return said
