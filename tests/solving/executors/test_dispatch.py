"""Workers of their own, of either kind: side by side, stopped, lost, and left early."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors.base import RETRIES, Executor, WorkerLost
from scheduler.solving.executors.processes import ProcessExecutor
from tests.processes import PATIENCE, until
from tests.solving.executors.marks import needs_signals
from tests.solving.executors.work import (
    MEBIBYTE,
    Either,
    alive,
    check_it_obeys,
    die,
    die_after_news,
    double,
    fail,
    given,
    ignore,
    leave_early,
    length,
    obey,
    wait_for,
    wait_for_both,
)

FOR_EVER = 1e6
"""Seconds."""


class TestWork:
    def test_megabytes_travel(self, executor: Executor) -> None:
        assert dict(executor.run(length, given(bytes(20 * MEBIBYTE), b"abc"))) == {
            0: 20 * MEBIBYTE,
            1: 3,
        }

    def test_tasks_are_done_side_by_side(self, executor: Executor, tmp_path: Path) -> None:
        """Each ends only when both have begun."""
        wait_for_both(executor)
        begun: set[object] = set()

        def listen(number: int, report: object) -> None:
            begun.add(report)
            if len(begun) == 2:
                (tmp_path / "go").touch()

        answers = executor.run(wait_for, given(*[tmp_path / "go"] * 2), listener=listen)
        assert {pid for _, pid in answers} == begun

    def test_one_run_at_a_time(self, local: ProcessExecutor, tmp_path: Path) -> None:
        with closing(local.run(double, given(1, 2))) as answers:
            next(answers)
            with pytest.raises(RuntimeError, match="at work"):
                next(local.run(double, given(1)))


class TestReports:
    def test_arrive_while_the_work_goes_on(self, executor: Executor, tmp_path: Path) -> None:
        go, received = tmp_path / "go", []

        def listen(number: int, report: object) -> None:
            received.append(report)
            go.touch()

        ((_, pid),) = executor.run(wait_for, given(go), listener=listen)
        assert received == [pid]


class TestStop:
    def test_who_obeys_gives_an_answer(self, patient: Executor, tmp_path: Path) -> None:
        check_it_obeys(patient, tmp_path)

    def test_waits_for_nobody_once_all_have_answered(
        self, executor: Executor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However much time there would be."""
        monkeypatch.setattr(executor, "grace", FOR_EVER)
        begun = Event()
        answers = executor.run(
            obey, given(tmp_path / "stopped"), listener=lambda *_: begun.set(), stop=begun.is_set
        )
        next(answers)
        rest: list[object] = []
        end = Thread(target=lambda: rest.extend(answers), daemon=True)
        end.start()
        end.join(PATIENCE)
        assert not end.is_alive()
        assert rest == []

    def test_reaches_the_workers_whatever_the_caller_does(
        self, patient: Executor, tmp_path: Path
    ) -> None:
        """Nobody asks for the next answer."""
        stop, stopped, go = Event(), tmp_path / "stopped", tmp_path / "go"
        go.touch()
        begun: dict[int, object] = {}
        answers = patient.run(
            Either(obey), given(go, stopped), listener=begun.__setitem__, stop=stop.is_set
        )
        next(answers)
        until(lambda: 1 in begun)
        stop.set()
        until(stopped.exists)
        assert dict(answers) == {1: "the best so far"}

    def test_who_does_not_obey_is_ended(self, executor: Executor, tmp_path: Path) -> None:
        wait_for_both(executor)
        begun: dict[int, object] = {}

        def stop() -> bool:
            return len(begun) == 2

        answers = executor.run(
            ignore, given(*[tmp_path] * 5), listener=begun.__setitem__, stop=stop
        )
        assert list(answers) == []
        until(lambda: not any(alive(int(str(pid))) for pid in begun.values()))
        assert dict(executor.run(double, given(4))) == {0: 8}

    def test_what_the_question_raises_comes_out(self, executor: Executor, tmp_path: Path) -> None:
        def stop() -> bool:
            raise LookupError("nobody knows")

        with pytest.raises(LookupError, match="nobody knows"):
            list(executor.run(obey, given(tmp_path / "x"), stop=stop))


@needs_signals
class TestLostWorkers:
    def test_the_task_is_done_again(self, executor: Executor, tmp_path: Path) -> None:
        killed: list[object] = []

        def listen(number: int, report: object) -> None:
            if number == 0 and not killed:
                killed.append(report)
                os.kill(int(str(report)), signal.SIGKILL)
                (tmp_path / "go").touch()

        wait_for_both(executor)
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
        assert made == RETRIES + 1


class TestErrors:
    def test_come_out_even_if_they_cannot_travel(self, executor: Executor) -> None:
        with pytest.raises(RuntimeError, match=r"Unwell.*odd"):
            list(executor.run(fail, given("odd")))

    def test_leave_the_executor_able_to_work(self, executor: Executor) -> None:
        with pytest.raises(FrontlineError):
            list(executor.run(fail, given("once")))
        assert dict(executor.run(double, given(1))) == {0: 2}


@needs_signals
class TestNobodyIsLeftBehind:
    def test_by_a_run_left_early(self, executor: Executor, tmp_path: Path) -> None:
        """Whoever works is asked to stop; the executor is free at once."""
        leave_early(executor, obey, tmp_path)
        assert dict(executor.run(double, given(*range(4)))) == {n: 2 * n for n in range(4)}

    def test_by_a_run_left_early_that_will_not_stop(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        (pid,) = leave_early(executor, ignore, tmp_path)
        until(lambda: not alive(pid))
        assert dict(executor.run(double, given(1))) == {0: 2}
