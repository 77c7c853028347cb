"""Every executor does all tasks, and passes reports, the stop and errors on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors.base import Executor
from tests.solving.executors.work import count, double, fail, given, obey


class TestWork:
    def test_every_task_is_answered(self, any_executor: Executor) -> None:
        assert dict(any_executor.run(double, given(*range(7)))) == {n: 2 * n for n in range(7)}

    def test_no_task_no_answer(self, any_executor: Executor) -> None:
        assert list(any_executor.run(double, [])) == []

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

    def test_what_the_listener_raises_comes_out(self, any_executor: Executor) -> None:
        def listen(number: int, report: object) -> None:
            raise LookupError("I do not listen")

        with pytest.raises(LookupError, match="I do not listen"):
            list(any_executor.run(count, given(1), listener=listen))


class TestStop:
    def test_before_anything_begins(self, any_executor: Executor, tmp_path: Path) -> None:
        assert (
            len(list(any_executor.run(obey, given(*[tmp_path / "x"] * 9), stop=lambda: True))) <= 3
        )


class TestErrors:
    def test_come_out_with_their_traceback(self, any_executor: Executor) -> None:
        with pytest.raises(FrontlineError, match="it went wrong") as caught:
            list(any_executor.run(fail, given("it went wrong")))
        assert caught.value.hint == "Mend it."
        shown = "".join(getattr(caught.value, "__notes__", [])) + str(caught.getrepr())
        assert "raise FrontlineError(what" in shown

    def test_of_a_task_that_cannot_be_made(self, any_executor: Executor) -> None:
        def make() -> int:
            raise LookupError("no such block")

        with pytest.raises(LookupError, match="no such block"):
            list(any_executor.run(double, [make]))
