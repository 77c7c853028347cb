"""Executors of two workers, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.solving.executors.base import Executor
from scheduler.solving.executors.dask import DaskExecutor
from scheduler.solving.executors.processes import ProcessExecutor
from scheduler.solving.executors.serial import SerialExecutor
from tests.processes import PATIENCE
from tests.solving.executors.work import GRACE, UNHURRIED, DaskProcess, a_scheduler


@pytest.fixture(scope="package")
def local() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(2, preload=(), grace=GRACE) as executor:
        yield executor


@pytest.fixture(scope="package")
def dask_address() -> Iterator[str]:
    """A Dask scheduler, and two workers with a nanny each."""
    with (
        a_scheduler() as address,
        DaskProcess("worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard"),
    ):
        yield address


@pytest.fixture(scope="package")
def distant(dask_address: str) -> Iterator[DaskExecutor]:
    with DaskExecutor(dask_address, preload=(), grace=GRACE, patience=UNHURRIED) as executor:
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
