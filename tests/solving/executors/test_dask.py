"""A Dask cluster: reached, without workers, short of memory, and left by its coordinator."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors.base import WorkerLost
from scheduler.solving.executors.dask import DaskExecutor
from scheduler.solving.executors.dask_dispatch import Patience
from tests.processes import PATIENCE, a_free_port, until
from tests.solving.executors.marks import needs_signals
from tests.solving.executors.work import (
    MEBIBYTE,
    UNHURRIED,
    DaskProcess,
    a_coordinator,
    a_scheduler,
    die,
    eat,
    given,
    pids_of,
)


class TestCluster:
    def test_a_cluster_without_its_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(FrontlineError, match=r"pip install 'frontline\[dask\]'"):
            DaskExecutor("tcp://127.0.0.1:8786")

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense://"])
    def test_a_cluster_that_is_not_there(self, address: str) -> None:
        with pytest.raises(FrontlineError, match="FRONTLINE_DASK"):
            DaskExecutor(address.format(port=a_free_port()), patience=Patience(scheduler=0.5))

    def test_a_cluster_without_workers(self) -> None:
        patience = Patience(scheduler=PATIENCE, first_worker=0.1)
        with a_scheduler() as address, pytest.raises(WorkerLost, match="dask worker"):
            DaskExecutor(address, patience=patience)

    def test_a_cluster_without_frontline(self, dask_address: str) -> None:
        with pytest.raises(FrontlineError, match="Install this version"):
            DaskExecutor(dask_address, preload=("no.such.module",), patience=UNHURRIED)

    def test_without_any_worker_it_gives_up(self, tmp_path: Path) -> None:
        patience = Patience(scheduler=PATIENCE, first_worker=PATIENCE, any_worker=0.5)
        with (
            a_scheduler() as address,
            DaskProcess("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
            DaskExecutor(address, preload=(), patience=patience) as executor,
            pytest.raises(WorkerLost, match="no worker left"),
        ):
            list(executor.run(die, given(tmp_path / "never")))

    def test_short_of_it_in_a_cluster(self, dask_address: str) -> None:
        with DaskExecutor(
            dask_address, 2 * 250 * MEBIBYTE, preload=(), patience=UNHURRIED
        ) as executor:
            assert dict(executor.run(eat, given(300 * MEBIBYTE))) == {0: (True, 300 * MEBIBYTE)}
            assert dict(executor.run(eat, given(0)))[0][1] == 0


@needs_signals
class TestNobodyIsLeftBehind:
    def test_by_a_coordinator_of_a_cluster_that_is_killed(
        self, dask_address: str, tmp_path: Path
    ) -> None:
        with a_coordinator(
            f"DaskExecutor({dask_address!r}, preload=(), patience=UNHURRIED)", tmp_path
        ) as process:
            pids_of(tmp_path)
            process.kill()
            process.wait()
            until((tmp_path / "stopped").exists)
