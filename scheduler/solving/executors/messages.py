"""Tasks and answers as bytes; an answer may be what the work raised."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scheduler.solving.executors.base import Signals


def pack(work: object, task: object) -> bytes:
    """The work (its name) and one task."""
    return pickle.dumps((work, task), pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True)
class Done:
    """What came of a task: a pickled answer, or a pickled error and where it was raised."""

    content: bytes
    where: str = ""

    def open(self) -> Any:
        """The answer; raises the error instead, with a note of its traceback."""
        content = pickle.loads(self.content)
        if self.where:
            content.add_note(f"In the worker:\n{self.where}")
            raise content
        return content


def do(take: Callable[[], bytes], signals: Signals) -> Done:
    """Do the packed task that `take` hands over: what hands it over need not hold it meanwhile."""
    try:
        work, task = pickle.loads(take())
        return Done(pickle.dumps(work(task, signals), pickle.HIGHEST_PROTOCOL))
    except Exception as error:
        return Done(_error(error), traceback.format_exc())


def _error(error: Exception) -> bytes:
    """The pickled error; one that does not survive it becomes a RuntimeError of its words."""
    try:
        content = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        pickle.loads(content)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__qualname__}: {error}"))
    return content
