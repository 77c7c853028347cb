"""The workers of a Dask cluster (`pip install 'frontline[dask]'`).

Who does which task is decided here: its data go straight to the worker that is free, past the
scheduler's graph, which is slow with megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from scheduler.domain.errors import FrontlineError
from scheduler.solving.executors import dask_worker
from scheduler.solving.executors.base import (
    GRACE,
    PRELOAD,
    Answer,
    ReportListener,
    Stop,
    Task,
    Work,
    WorkerLost,
)
from scheduler.solving.executors.dask_dispatch import ClusterConnection, DaskDispatch, Patience
from scheduler.solving.executors.dispatch import Dispatch, DispatchingExecutor

_THREADS = 64
"""Workers that are spoken to at the same time."""


PATIENT = Patience()
"""What a cluster usually gets."""


class DaskExecutor(DispatchingExecutor):
    """The workers of the Dask scheduler at `address`. They need this Frontline, too. `memory` is
    shared out by their threads; best, each worker has one, and a nanny, which starts it again:
    a worker whose task will not stop is ended."""

    def __init__(
        self,
        address: str,
        memory: int | None = None,
        *,
        preload: tuple[str, ...] = PRELOAD,
        grace: float = GRACE,
        patience: Patience = PATIENT,
    ) -> None:
        client = _connected(address, patience)
        pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="executor-cluster")
        self._cluster = ClusterConnection(client, pool, memory, patience)
        self.grace = grace
        """Seconds that a worker has for its answer once it was asked to stop."""
        try:
            _prepare(client, address, preload, patience)
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int:
        """The threads of all workers now: a cluster grows and shrinks."""
        return max(1, int(sum(self._cluster.client.nthreads().values())))

    def _begin(
        self,
        work: Work[Task, Answer],
        tasks: Sequence[Callable[[], Task]],
        listener: ReportListener,
        stop: Stop,
    ) -> Dispatch[Task, Answer]:
        return DaskDispatch(self._cluster, work, tasks, listener, stop, self.grace)

    def close(self) -> None:
        """Leave the cluster; its workers stay."""
        super().close()
        self._cluster.pool.shutdown(wait=False, cancel_futures=True)
        self._cluster.client.close()


def package() -> Any:
    """Dask's package, or a `FrontlineError` that says how to get it."""
    try:
        return import_module("distributed")
    except ImportError:
        raise FrontlineError(
            "A Dask cluster needs a package that is not installed.",
            hint="Install it: pip install 'frontline[dask]'",
        ) from None


def _connected(address: str, patience: Patience) -> Any:
    try:
        return package().Client(address, timeout=patience.scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise FrontlineError(
            f"No Dask scheduler answers at “{address}”.",
            hint="Look at FRONTLINE_DASK; it reads like tcp://host:8786.",
        ) from error


def _prepare(client: Any, address: str, modules: tuple[str, ...], patience: Patience) -> None:
    """Wait for a first worker, and have all of them import what they will need."""
    try:
        client.wait_for_workers(1, timeout=patience.first_worker)
    except TimeoutError:
        raise WorkerLost(
            f"The Dask scheduler at “{address}” has no worker.",
            hint=f"Start one: dask worker {address}",
        ) from None
    try:
        client.run(dask_worker.prepare, modules)
    except ImportError as error:
        raise FrontlineError(
            f"A worker of the Dask cluster lacks a module: {error}.",
            hint="Install this version of Frontline on every worker.",
        ) from error
