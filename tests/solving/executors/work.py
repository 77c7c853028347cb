"""What the tests' workers do, and what the tests of several executors need.

Few imports: every worker that is started has them, too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from mmap import PAGESIZE, mmap
from pathlib import Path
from threading import Event
from typing import Any

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors import memory
from scheduler.solving.executors.base import Executor, Signals
from scheduler.solving.executors.dask_dispatch import Patience
from tests.processes import PATIENCE, REPOSITORY, a_free_port, until

GRACE = 0.5
UNHURRIED = Patience(scheduler=PATIENCE, first_worker=PATIENCE, any_worker=PATIENCE)
"""However busy the machine is."""
MEBIBYTE = 2**20
CHUNK = 2**16
"""Bytes of what the C library takes from its heap."""


# What workers do: functions of this module, so that they travel by name.


def double(number: int, signals: Signals) -> int:
    return 2 * number


def length(data: bytes, signals: Signals) -> int:
    return len(data)


def count(upto: int, signals: Signals) -> int:
    """Reports every number, one after another."""
    for number in range(upto):
        signals.report(number)
    return upto


def wait_for(path: Path, signals: Signals) -> int:
    """Says who it is, and ends when the file is there."""
    signals.report(os.getpid())
    until(path.exists)
    return os.getpid()


def obey(path: Path, signals: Signals) -> str:
    """Works until it is asked to stop; then makes the file."""
    signals.report(os.getpid())
    until(signals.stop)
    path.touch()
    return "the best so far"


def ignore(path: Path, signals: Signals) -> None:
    """Never asks whether to stop, and never ends."""
    signals.report(os.getpid())
    Event().wait()


def die(path: Path, signals: Signals) -> int:
    """Takes its process along, until the file is there."""
    if not path.exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die_after_news(path: Path, signals: Signals) -> str:
    """Takes its process along the first time, once its report arrived."""
    first = not path.exists()
    signals.report("first" if first else "again")
    if first:
        until(path.exists)
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


class Unwell(Exception):
    """An error that cannot be pickled."""

    def __init__(self, *, what: str) -> None:
        super().__init__(what, lambda: None)


def fail(what: str, signals: Signals) -> None:
    if what == "odd":
        raise Unwell(what=what)
    raise FrontlineError(what, hint="Mend it.")


def eat(size: int, signals: Signals) -> tuple[bool, int]:
    """Takes that many bytes, and works until it is asked to stop. They come from the system
    itself: what the C library kept of others' bytes is in memory already."""
    with mmap(-1, max(size, 1)) as held:
        held[::PAGESIZE] = bytes(len(held[::PAGESIZE]))
        until(lambda: signals.stop() or size == 0)
    return signals.short_of_memory, size


litter: list[bytearray] = []


def scatter(size: int, signals: Signals) -> int:
    """Takes that many bytes in small chunks and drops all but the last, which lies above them;
    the others hold one another. Returns how many this process then holds."""
    chunks: list[Any] = [bytearray(os.urandom(1)) * CHUNK for _ in range(size // CHUNK)]
    litter.extend(chunks[-1:])
    chunks.append(chunks)
    del chunks
    return memory.resident_bytes()


def mapped(size: int, signals: Signals) -> int:
    """How many chunks of their own the C library has more for so many bytes, after it had them
    once already."""
    bytearray(size)
    before = _chunks()
    held = bytearray(size)
    more = _chunks() - before
    del held
    return more


def _chunks() -> int:
    """Of its statistics: the fourth figure."""
    statistics = ctypes.CDLL(None).mallinfo
    fields = {"_fields_": [("all", ctypes.c_int * 10)]}
    statistics.restype = type("Statistics", (ctypes.Structure,), fields)
    return int(statistics().all[3])


def variable(name: str, signals: Signals) -> str | None:
    return os.environ.get(name)


class Either:
    """Waits for a file called “go”; does the other work for any other."""

    def __init__(self, work: Any) -> None:
        self._work = work

    def __call__(self, path: Path, signals: Signals) -> Any:
        return (wait_for if path.name == "go" else self._work)(path, signals)


# What tests need.


def given(*tasks: Any) -> Sequence[Callable[[], Any]]:
    return [partial(lambda task: task, task) for task in tasks]


def wait_for_both(executor: Executor) -> None:
    """Wait for the workers that an earlier test killed to be there again."""
    until(lambda: executor.size == 2)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1] not in ("", "Z")


def leave_early(executor: Executor, work: Any, folder: Path) -> list[int]:
    """Take one answer of two, and go; who did the other."""
    wait_for_both(executor)
    begun: dict[int, object] = {}
    (folder / "go").touch()
    answers = executor.run(
        Either(work), given(folder / "go", folder / "x"), listener=begun.__setitem__
    )
    next(answers)
    until(lambda: 1 in begun)
    answers.close()
    return [int(str(begun[1]))]


def check_it_obeys(executor: Executor, folder: Path) -> None:
    """Whoever began gives its answer when the stop comes, and nobody else begins."""
    begun = Event()
    tasks = given(*[folder / "stopped"] * 9)
    answers = list(executor.run(obey, tasks, listener=lambda *_: begun.set(), stop=begun.is_set))
    assert 1 <= len(answers) <= executor.size
    assert {answer for _, answer in answers} == {"the best so far"}


@contextmanager
def a_scheduler() -> Iterator[str]:
    """The address of a Dask scheduler that answers."""
    port = a_free_port()
    with DaskProcess("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"):
        until(partial(_listens, port))
        yield f"tcp://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class DaskProcess:
    """A part of Dask as a process, ended with everything that it started."""

    def __init__(self, part: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *arguments]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __exit__(self, *what: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def a_coordinator(executor: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that coordinates two workers for ever."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from scheduler.solving.executors.dask import DaskExecutor;"
            "from scheduler.solving.executors.processes import ProcessExecutor;"
            "from tests.solving.executors.work import *;"
            f" coordinate({executor}, Path({str(folder)!r}))",
        ],
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def coordinate(executor: Executor, folder: Path) -> None:
    """Writes down who works; ends by Control-C only."""

    def listen(number: int, report: object) -> None:
        (folder / f"{number}.pid").write_text(str(report), "ascii")

    # Whoever starts the tests in the background may have it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    (folder / "started").touch()
    try:
        with executor:
            list(executor.run(obey, given(*[folder / "stopped"] * 2), listener=listen))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")


def pids_of(folder: Path) -> list[int]:
    """Who works for the coordinator, once both do."""
    files = [folder / "0.pid", folder / "1.pid"]
    until(lambda: all(file.exists() and file.read_text("ascii") for file in files))
    return [int(file.read_text("ascii")) for file in files]
