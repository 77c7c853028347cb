"""The settings choose the executor."""

from __future__ import annotations

from scheduler.solving.executors.dask import DaskExecutor
from scheduler.solving.executors.processes import ProcessExecutor
from scheduler.solving.executors.selection import LEAST_SHARE, executor_for
from scheduler.solving.executors.serial import SerialExecutor
from tests.solving.executors.work import UNHURRIED, double, given


def test_one_process_is_this_one() -> None:
    with executor_for(1) as executor:
        assert isinstance(executor, SerialExecutor)


def test_more_are_more() -> None:
    with executor_for(2) as executor:
        assert isinstance(executor, ProcessExecutor)
        assert executor.size == 2


def test_no_more_than_can_work_in_the_memory() -> None:
    with executor_for(16, memory=2 * LEAST_SHARE) as executor:
        assert executor.size == 2
    assert isinstance(executor_for(16, memory=LEAST_SHARE), SerialExecutor)


def test_an_address_is_a_cluster(dask_address: str) -> None:
    with executor_for(1, dask_address, patience=UNHURRIED) as executor:
        assert isinstance(executor, DaskExecutor)
        assert executor.size == 2
        assert dict(executor.run(double, given(1))) == {0: 2}
