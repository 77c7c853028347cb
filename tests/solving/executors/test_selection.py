"""Executors do every task, pass reports and the stop on, and survive the loss of their workers."""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from multiprocessing import spawn
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors import base, dask, memory
from scheduler.solving.executors.base import Executor, Signals, TaskSignals, WorkerLost
from scheduler.solving.executors.dask import DaskExecutor
from scheduler.solving.executors.messages import do, pack
from scheduler.solving.executors.processes import ProcessExecutor, Worker
from scheduler.solving.executors.selection import LEAST_SHARE, executor_for
from scheduler.solving.executors.serial import SerialExecutor
from tests.processes import PATIENCE, REPOSITORY, a_free_port, until

GRACE = 0.5
PROMPTLY = GRACE + 3.0
"""Seconds within which a stop takes effect, on a machine that is busy with other tests."""
MEBIBYTE = 2**20
CHUNK = 2**16
"""Bytes of what the C library takes from its heap."""
ONES = "OMP_NUM_THREADS"

needs_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only the GNU library is asked to give back"
)
needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


# What workers do: functions of this module, so that they travel by name.


def double(number: int, signals: Signals) -> int:
    return 2 * number


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
    """Never asks whether to stop."""
    signals.report(os.getpid())
    Event().wait(PATIENCE)


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
    """Takes that many bytes, and works until it is asked to stop."""
    held = bytearray(os.urandom(1)) * size
    until(lambda: signals.stop() or size == 0)
    return signals.short_of_memory, len(held)


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


packed_tasks: list[bytes] = []


def undone(_: object, signals: Signals) -> int:
    """How many packed tasks there still are in this process."""
    return len(packed_tasks)


def variable(name: str, signals: Signals) -> str | None:
    return os.environ.get(name)


# Executors.


@pytest.fixture(scope="module")
def local() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(2, preload=(), grace=GRACE) as executor:
        yield executor


@pytest.fixture(scope="module")
def dask_address() -> Iterator[str]:
    """A Dask scheduler, and two workers with a nanny each."""
    with (
        _scheduler() as address,
        DaskProcess("worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard"),
    ):
        yield address


@pytest.fixture(scope="module")
def distant(dask_address: str) -> Iterator[DaskExecutor]:
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(dask, "CONNECT", PATIENCE)
        executor = DaskExecutor(dask_address, preload=(), grace=GRACE)
    with executor:
        yield executor


@pytest.fixture(params=["local", "distant"])
def executor(request: pytest.FixtureRequest) -> Executor:
    """Two workers in processes of their own."""
    chosen: Executor = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(params=["serial", "local", "distant"])
def any_executor(request: pytest.FixtureRequest) -> Executor:
    """Any executor at all."""
    if request.param == "serial":
        return SerialExecutor()
    chosen: Executor = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def patient(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> Executor:
    """The same, with time for an answer however busy the machine is."""
    monkeypatch.setattr(executor, "grace", PATIENCE)
    return executor


@contextmanager
def _scheduler() -> Iterator[str]:
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


def given(*tasks: Any) -> Sequence[Callable[[], Any]]:
    return [partial(lambda task: task, task) for task in tasks]


def _whole(executor: Executor) -> None:
    """Wait for the workers that an earlier test killed to be there again."""
    until(lambda: executor.size == 2)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1] not in ("", "Z")


class TestWork:
    def test_every_task_is_answered(self, any_executor: Executor) -> None:
        assert dict(any_executor.run(double, given(*range(7)))) == {n: 2 * n for n in range(7)}

    def test_no_task_no_answer(self, any_executor: Executor) -> None:
        assert list(any_executor.run(double, [])) == []

    def test_megabytes_travel(self, executor: Executor) -> None:
        assert dict(executor.run(_length, given(bytes(20 * MEBIBYTE), b"abc"))) == {
            0: 20 * MEBIBYTE,
            1: 3,
        }

    def test_tasks_are_made_when_there_is_room(self, any_executor: Executor) -> None:
        made, finished, most = 0, 0, 0

        def make() -> int:
            nonlocal made, most
            made += 1
            most = max(most, made - finished)
            return 1

        for _ in any_executor.run(double, [make] * 12):
            finished += 1
        assert (made, finished) == (12, 12)
        assert most <= any_executor.size + 1

    def test_tasks_are_done_side_by_side(self, executor: Executor, tmp_path: Path) -> None:
        """Each ends only when both have begun."""
        _whole(executor)
        begun: set[object] = set()

        def listen(number: int, report: object) -> None:
            begun.add(report)
            if len(begun) == 2:
                (tmp_path / "go").touch()

        answers = executor.run(wait_for, given(*[tmp_path / "go"] * 2), listener=listen)
        assert {pid for _, pid in answers} == begun

    def test_workers_stay_from_run_to_run(self, local: ProcessExecutor, tmp_path: Path) -> None:
        (tmp_path / "go").touch()
        before = {worker.pid for worker in local.workers}
        pids = {pid for _, pid in local.run(wait_for, given(*[tmp_path / "go"] * 4))}
        assert pids <= before == {worker.pid for worker in local.workers}

    def test_a_serial_executor_pickles_nothing(self) -> None:
        task = object()
        assert list(SerialExecutor().run(lambda task, signals: task, [lambda: task])) == [(0, task)]

    def test_workers_count_with_one_thread_each(
        self, local: ProcessExecutor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(ONES, "7")
        with ProcessExecutor(2, preload=()) as executor:
            assert dict(executor.run(variable, given(ONES))) == {0: "1"}
        assert os.environ[ONES] == "7"

    def test_one_run_at_a_time(self, local: ProcessExecutor, tmp_path: Path) -> None:
        with closing(local.run(double, given(1, 2))) as answers:
            next(answers)
            with pytest.raises(RuntimeError, match="at work"):
                next(local.run(double, given(1)))


def _length(data: bytes, signals: Signals) -> int:
    return len(data)


class TestReports:
    def test_come_in_order_and_the_last_always(self, any_executor: Executor) -> None:
        received: list[object] = []
        for _ in any_executor.run(
            count, given(5000), listener=lambda number, report: received.append(report)
        ):
            assert received[-1] == 4999
        assert received == sorted(set(received))  # type: ignore[type-var]

    def test_belong_to_their_tasks(self, any_executor: Executor) -> None:
        received: dict[int, object] = {}
        for number, answer in any_executor.run(
            count, given(3, 5, 7), listener=received.__setitem__
        ):
            assert received[number] == answer - 1
        assert received == {0: 2, 1: 4, 2: 6}

    def test_arrive_while_the_work_goes_on(self, executor: Executor, tmp_path: Path) -> None:
        go, received = tmp_path / "go", []

        def listen(number: int, report: object) -> None:
            received.append(report)
            go.touch()

        ((_, pid),) = executor.run(wait_for, given(go), listener=listen)
        assert received == [pid]

    def test_what_the_listener_raises_comes_out(self, any_executor: Executor) -> None:
        def listen(number: int, report: object) -> None:
            raise LookupError("I do not listen")

        with pytest.raises(LookupError, match="I do not listen"):
            list(any_executor.run(count, given(1), listener=listen))


class TestStop:
    def test_who_obeys_gives_an_answer(self, patient: Executor, tmp_path: Path) -> None:
        _obeys(patient, tmp_path)

    def test_a_serial_executor_obeys(self, tmp_path: Path) -> None:
        _obeys(SerialExecutor(), tmp_path)

    def test_is_quick(self, patient: Executor, tmp_path: Path) -> None:
        begun = Event()
        answers = patient.run(
            obey, given(tmp_path / "stopped"), listener=lambda *_: begun.set(), stop=begun.is_set
        )
        next(answers)
        asked = monotonic()
        assert list(answers) == []
        assert monotonic() - asked < PROMPTLY

    def test_reaches_the_workers_whatever_the_caller_does(
        self, patient: Executor, tmp_path: Path
    ) -> None:
        """Nobody asks for the next answer."""
        stop, stopped, go = Event(), tmp_path / "stopped", tmp_path / "go"
        go.touch()
        begun: dict[int, object] = {}
        answers = patient.run(
            _Either(obey), given(go, stopped), listener=begun.__setitem__, stop=stop.is_set
        )
        next(answers)
        until(lambda: 1 in begun)
        stop.set()
        until(stopped.exists)
        assert dict(answers) == {1: "the best so far"}

    def test_who_does_not_obey_is_ended(self, executor: Executor, tmp_path: Path) -> None:
        _whole(executor)
        begun: dict[int, object] = {}
        asked: list[float] = []

        def stop() -> bool:
            if len(begun) == 2:
                asked.append(monotonic())
            return bool(asked)

        answers = executor.run(
            ignore, given(*[tmp_path] * 5), listener=begun.__setitem__, stop=stop
        )
        assert list(answers) == []
        assert monotonic() - asked[0] < PROMPTLY
        until(lambda: not any(alive(int(str(pid))) for pid in begun.values()))
        assert dict(executor.run(double, given(4))) == {0: 8}

    def test_before_anything_begins(self, any_executor: Executor, tmp_path: Path) -> None:
        assert (
            len(list(any_executor.run(obey, given(*[tmp_path / "x"] * 9), stop=lambda: True))) <= 3
        )

    def test_what_the_question_raises_comes_out(self, executor: Executor, tmp_path: Path) -> None:
        def stop() -> bool:
            raise LookupError("nobody knows")

        with pytest.raises(LookupError, match="nobody knows"):
            list(executor.run(obey, given(tmp_path / "x"), stop=stop))


def _obeys(executor: Executor, folder: Path) -> None:
    """Whoever began gives its answer when the stop comes, and nobody else begins."""
    begun = Event()
    tasks = given(*[folder / "stopped"] * 9)
    answers = list(executor.run(obey, tasks, listener=lambda *_: begun.set(), stop=begun.is_set))
    assert 1 <= len(answers) <= executor.size
    assert {answer for _, answer in answers} == {"the best so far"}


@needs_signals
class TestLostWorkers:
    def test_the_task_is_done_again(self, executor: Executor, tmp_path: Path) -> None:
        killed: list[object] = []

        def listen(number: int, report: object) -> None:
            if number == 0 and not killed:
                killed.append(report)
                os.kill(int(str(report)), signal.SIGKILL)
                (tmp_path / "go").touch()

        _whole(executor)
        answers = dict(executor.run(wait_for, given(*[tmp_path / "go"] * 4), listener=listen))
        assert answers.keys() == {0, 1, 2, 3}
        assert answers[0] not in killed

    def test_reports_go_on_after_it(self, executor: Executor, tmp_path: Path) -> None:
        received: list[object] = []

        def listen(number: int, report: object) -> None:
            received.append(report)
            (tmp_path / "reported").touch()

        assert dict(
            executor.run(die_after_news, given(tmp_path / "reported"), listener=listen)
        ) == {0: "done"}
        assert received == ["first", "again"]

    def test_again_and_again_is_an_error(self, executor: Executor, tmp_path: Path) -> None:
        made = 0

        def make() -> Path:
            nonlocal made
            made += 1
            return tmp_path / "never"

        with pytest.raises(WorkerLost, match="FRONTLINE_MEMORY"):
            list(executor.run(die, [make]))
        assert made == base.RETRIES + 1

    def test_workers_that_cannot_begin_are_an_error(self, local: ProcessExecutor) -> None:
        before = spawn.get_executable()
        spawn.set_executable(shutil.which("false") or "")
        try:
            with (
                ProcessExecutor(2) as executor,
                pytest.raises(WorkerLost, match="before they begin"),
            ):
                list(executor.run(double, given(1)))
        finally:
            spawn.set_executable(before)

    def test_a_module_to_preload_may_be_missing(self) -> None:
        with ProcessExecutor(1, preload=("no.such.module",)) as executor:
            assert dict(executor.run(double, given(1))) == {0: 2}

    def test_idle_ones_are_replaced(self, local: ProcessExecutor) -> None:
        for worker in list(local.workers):
            os.kill(worker.pid, signal.SIGKILL)
        assert dict(local.run(double, given(1, 2, 3))) == {0: 2, 1: 4, 2: 6}


class TestErrors:
    def test_come_out_with_their_traceback(self, any_executor: Executor) -> None:
        with pytest.raises(FrontlineError, match="it went wrong") as caught:
            list(any_executor.run(fail, given("it went wrong")))
        assert caught.value.hint == "Mend it."
        shown = "".join(getattr(caught.value, "__notes__", [])) + str(caught.getrepr())
        assert "raise FrontlineError(what" in shown

    def test_come_out_even_if_they_cannot_travel(self, executor: Executor) -> None:
        with pytest.raises(RuntimeError, match=r"Unwell.*odd"):
            list(executor.run(fail, given("odd")))

    def test_of_a_task_that_cannot_be_made(self, any_executor: Executor) -> None:
        def make() -> int:
            raise LookupError("no such block")

        with pytest.raises(LookupError, match="no such block"):
            list(any_executor.run(double, [make]))

    def test_leave_the_executor_able_to_work(self, executor: Executor) -> None:
        with pytest.raises(FrontlineError):
            list(executor.run(fail, given("once")))
        assert dict(executor.run(double, given(1))) == {0: 2}


class TestMemory:
    def test_short_of_it_in_this_process(self) -> None:
        executor = SerialExecutor(memory.resident_bytes() + 50 * MEBIBYTE)
        assert list(executor.run(eat, given(100 * MEBIBYTE))) == [(0, (True, 100 * MEBIBYTE))]

    def test_short_of_it_in_a_process(self) -> None:
        """Each has half, and who took too much is replaced."""
        with ProcessExecutor(2, 2 * 200 * MEBIBYTE, preload=()) as executor:
            before = {worker.pid for worker in executor.workers}
            assert dict(executor.run(eat, given(250 * MEBIBYTE))) == {0: (True, 250 * MEBIBYTE)}
            assert dict(executor.run(eat, given(0))) == {0: (False, 0)}
            assert len(before - {worker.pid for worker in executor.workers}) == 1

    @needs_glibc
    @pytest.mark.parametrize("made", [SerialExecutor, partial(ProcessExecutor, 1, preload=())])
    def test_what_a_task_leaves_is_given_back(self, made: Callable[[], Executor]) -> None:
        """Though a chunk above it is still in use."""
        with made() as executor:
            (_, after), (_, later) = executor.run(scatter, given(200 * MEBIBYTE, 0))
            assert after - later > 150 * MEBIBYTE

    @needs_glibc
    def test_large_chunks_are_given_back_at_once(self, executor: Executor) -> None:
        assert dict(executor.run(mapped, given(3 * MEBIBYTE))) == {0: 1}

    @needs_glibc
    def test_nobody_looks_for_what_is_not_worth_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        memory.give_back()
        looks: list[int] = []
        monkeypatch.setattr(gc, "collect", lambda: looks.append(1))
        memory.give_back()
        assert looks == []
        held = bytearray(os.urandom(1)) * 64 * MEBIBYTE
        memory.give_back()
        assert looks == [1]
        assert held

    def test_a_task_is_not_held_packed_while_it_is_done(self) -> None:
        packed_tasks.append(pack(undone, None))
        assert (
            do(packed_tasks.pop, TaskSignals(lambda report: None, lambda: False, None)).open() == 0
        )

    def test_short_of_it_in_a_cluster(self, dask_address: str) -> None:
        with DaskExecutor(dask_address, 2 * 250 * MEBIBYTE, preload=()) as executor:
            assert dict(executor.run(eat, given(300 * MEBIBYTE))) == {0: (True, 300 * MEBIBYTE)}
            assert dict(executor.run(eat, given(0)))[0][1] == 0

    @pytest.mark.skipif(not hasattr(memory, "peak_bytes"), reason="Windows does not tell it")
    def test_where_the_system_does_not_tell_the_peak_counts(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        now = memory.resident_bytes()
        monkeypatch.setattr(memory, "_STATM", tmp_path / "none")
        assert memory.resident_bytes() >= now > MEBIBYTE


@needs_signals
class TestNobodyIsLeftBehind:
    def test_by_a_run_left_early(self, executor: Executor, tmp_path: Path) -> None:
        """Whoever works is asked to stop; the executor is free at once."""
        _leave_early(executor, obey, tmp_path)
        assert dict(executor.run(double, given(*range(4)))) == {n: 2 * n for n in range(4)}

    def test_by_a_run_left_early_that_will_not_stop(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        (pid,) = _leave_early(executor, ignore, tmp_path)
        until(lambda: not alive(pid))
        assert dict(executor.run(double, given(1))) == {0: 2}

    def test_by_an_executor_that_closes(self, tmp_path: Path) -> None:
        executor = ProcessExecutor(2, preload=())
        pids = [worker.pid for worker in executor.workers]
        (tmp_path / "go").touch()
        answers = executor.run(_Either(ignore), given(tmp_path / "go", tmp_path / "x"))
        next(answers)
        assert all(map(alive, pids))
        executor.close()
        assert not any(map(alive, pids))
        assert list(answers) == []
        with pytest.raises(RuntimeError, match="closed"):
            next(executor.run(double, given(1)))

    def test_by_an_executor_that_closes_before_they_begin(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who never began has nothing to put away: nobody waits for that."""
        waits: list[float] = []
        kill = Worker.kill

        def killing(worker: Worker, after: float = 0.0) -> None:
            waits.append(after)
            kill(worker, after)

        monkeypatch.setattr(Worker, "kill", killing)
        with ProcessExecutor(2, preload=()) as executor:
            pids = [worker.pid for worker in executor.workers]
        assert waits == [0.0, 0.0]
        assert not any(map(alive, pids))
        with ProcessExecutor(1, preload=()) as executor:
            list(executor.run(double, given(1)))
        assert waits[-1] > 0

    def test_by_a_coordinator_that_is_killed(self, tmp_path: Path) -> None:
        with _coordinator("ProcessExecutor(2, preload=())", tmp_path) as process:
            pids = _pids(tmp_path)
            process.kill()
            process.wait()
            until(lambda: not any(map(alive, pids)), seconds=5)

    def test_by_a_coordinator_of_a_cluster_that_is_killed(
        self, dask_address: str, tmp_path: Path
    ) -> None:
        with _coordinator(f"DaskExecutor({dask_address!r}, preload=())", tmp_path) as process:
            _pids(tmp_path)
            process.kill()
            process.wait()
            until((tmp_path / "stopped").exists, seconds=10)

    @pytest.mark.parametrize("early", [True, False])
    def test_by_control_c_and_only_the_coordinator_speaks(
        self, tmp_path: Path, early: bool
    ) -> None:
        """A terminal sends it to every process, those too that only begin."""
        with _coordinator("ProcessExecutor(2, preload=())", tmp_path) as process:
            pids = [] if early else _pids(tmp_path)
            until((tmp_path / "started").exists)
            os.killpg(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE)
            assert said == "interrupted\n"
            assert not any(map(alive, pids))


def _leave_early(executor: Executor, work: Any, folder: Path) -> list[int]:
    """Take one answer of two, and go; who did the other."""
    _whole(executor)
    begun: dict[int, object] = {}
    (folder / "go").touch()
    answers = executor.run(
        _Either(work), given(folder / "go", folder / "x"), listener=begun.__setitem__
    )
    next(answers)
    until(lambda: 1 in begun)
    answers.close()
    return [int(str(begun[1]))]


class _Either:
    """Waits for a file called “go”; does the other work for any other."""

    def __init__(self, work: Any) -> None:
        self._work = work

    def __call__(self, path: Path, signals: Signals) -> Any:
        return (wait_for if path.name == "go" else self._work)(path, signals)


@contextmanager
def _coordinator(executor: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that coordinates two workers for ever."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from tests.solving.executors.test_selection import *;"
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


def _pids(folder: Path) -> list[int]:
    """Who works for the coordinator, once both do."""
    files = [folder / "0.pid", folder / "1.pid"]
    until(lambda: all(file.exists() and file.read_text("ascii") for file in files))
    return [int(file.read_text("ascii")) for file in files]


class TestChoice:
    def test_one_process_is_this_one(self) -> None:
        with executor_for(1) as executor:
            assert isinstance(executor, SerialExecutor)

    def test_more_are_more(self) -> None:
        with executor_for(2) as executor:
            assert isinstance(executor, ProcessExecutor)
            assert executor.size == 2

    def test_no_more_than_can_work_in_the_memory(self) -> None:
        with executor_for(16, memory=2 * LEAST_SHARE) as executor:
            assert executor.size == 2
        assert isinstance(executor_for(16, memory=LEAST_SHARE), SerialExecutor)

    def test_an_address_is_a_cluster(self, dask_address: str) -> None:
        with executor_for(1, dask_address) as executor:
            assert isinstance(executor, DaskExecutor)
            assert executor.size == 2
            assert dict(executor.run(double, given(1))) == {0: 2}

    def test_a_cluster_without_its_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(FrontlineError, match=r"pip install 'frontline\[dask\]'"):
            executor_for(1, "tcp://127.0.0.1:8786")

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense://"])
    def test_a_cluster_that_is_not_there(
        self, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        monkeypatch.setattr(dask, "CONNECT", 0.5)
        with pytest.raises(FrontlineError, match="FRONTLINE_DASK"):
            DaskExecutor(address.format(port=a_free_port()))

    def test_a_cluster_without_workers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dask, "CONNECT", 4.0)
        with _scheduler() as address, pytest.raises(WorkerLost, match="dask worker"):
            DaskExecutor(address)

    def test_a_cluster_without_frontline(self, dask_address: str) -> None:
        with pytest.raises(FrontlineError, match="Install this version"):
            DaskExecutor(dask_address, preload=("no.such.module",))


class TestClusterThatShrinks:
    def test_without_any_worker_it_gives_up(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(dask, "CONNECT", PATIENCE)
        with (
            _scheduler() as address,
            DaskProcess("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
            DaskExecutor(address, preload=(), patience=0.5) as executor,
            pytest.raises(WorkerLost, match="no worker left"),
        ):
            list(executor.run(die, given(tmp_path / "never")))
