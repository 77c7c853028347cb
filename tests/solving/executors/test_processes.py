"""Processes of this machine: started, replaced, short of memory, and never left behind."""

from __future__ import annotations

import os
import shutil
import signal
from multiprocessing import spawn
from pathlib import Path

import pytest

from scheduler.solving.executors.base import WorkerLost
from scheduler.solving.executors.processes import ProcessExecutor, Worker
from tests.processes import PATIENCE, until
from tests.solving.executors.marks import needs_signals
from tests.solving.executors.work import (
    MEBIBYTE,
    Either,
    a_coordinator,
    alive,
    double,
    eat,
    given,
    ignore,
    pids_of,
    variable,
    wait_for,
)

ONES = "OMP_NUM_THREADS"


class TestWorkers:
    def test_workers_stay_from_run_to_run(self, tmp_path: Path) -> None:
        (tmp_path / "go").touch()
        with ProcessExecutor(2, preload=()) as executor:
            before = {worker.pid for worker in executor.workers}
            pids = {pid for _, pid in executor.run(wait_for, given(*[tmp_path / "go"] * 4))}
            assert pids <= before == {worker.pid for worker in executor.workers}

    def test_workers_count_with_one_thread_each(
        self, local: ProcessExecutor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(ONES, "7")
        with ProcessExecutor(2, preload=()) as executor:
            assert dict(executor.run(variable, given(ONES))) == {0: "1"}
        assert os.environ[ONES] == "7"

    def test_a_module_to_preload_may_be_missing(self) -> None:
        with ProcessExecutor(1, preload=("no.such.module",)) as executor:
            assert dict(executor.run(double, given(1))) == {0: 2}

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

    def test_idle_ones_are_replaced(self, local: ProcessExecutor) -> None:
        for worker in list(local.workers):
            os.kill(worker.pid, signal.SIGKILL)
        assert dict(local.run(double, given(1, 2, 3))) == {0: 2, 1: 4, 2: 6}

    def test_short_of_it_in_a_process(self) -> None:
        """Each has half, and who took too much is replaced."""
        with ProcessExecutor(2, 2 * 200 * MEBIBYTE, preload=()) as executor:
            before = {worker.pid for worker in executor.workers}
            assert dict(executor.run(eat, given(250 * MEBIBYTE))) == {0: (True, 250 * MEBIBYTE)}
            assert dict(executor.run(eat, given(0))) == {0: (False, 0)}
            assert len(before - {worker.pid for worker in executor.workers}) == 1


@needs_signals
class TestNobodyIsLeftBehind:
    def test_by_an_executor_that_closes(self, tmp_path: Path) -> None:
        executor = ProcessExecutor(2, preload=())
        pids = [worker.pid for worker in executor.workers]
        (tmp_path / "go").touch()
        answers = executor.run(Either(ignore), given(tmp_path / "go", tmp_path / "x"))
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
        with a_coordinator("ProcessExecutor(2, preload=())", tmp_path) as process:
            pids = pids_of(tmp_path)
            process.kill()
            process.wait()
            until(lambda: not any(map(alive, pids)))

    @pytest.mark.parametrize("early", [True, False])
    def test_by_control_c_and_only_the_coordinator_speaks(
        self, tmp_path: Path, early: bool
    ) -> None:
        """A terminal sends it to every process, those too that only begin."""
        with a_coordinator("ProcessExecutor(2, preload=())", tmp_path) as process:
            pids = [] if early else pids_of(tmp_path)
            until((tmp_path / "started").exists)
            os.killpg(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE)
            assert said == "interrupted\n"
            assert not any(map(alive, pids))
