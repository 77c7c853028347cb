"""Tasks side by side: in this thread, in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from scheduler.solving.executors.base import Executor
from scheduler.solving.executors.dask import PATIENT, DaskExecutor
from scheduler.solving.executors.dask_dispatch import Patience
from scheduler.solving.executors.processes import ProcessExecutor
from scheduler.solving.executors.serial import SerialExecutor

LEAST_SHARE = 256 * 1024 * 1024
"""Bytes below which a worker is of no use: half of it goes for OR-Tools and NumPy alone."""


def executor_for(
    processes: int, cluster: str = "", memory: int | None = None, patience: Patience = PATIENT
) -> Executor:
    """The executor that the settings ask for: the Dask scheduler at the address `cluster` if there
    is one, or else `processes`, or as many of them as can work within `memory` bytes."""
    if cluster:
        return DaskExecutor(cluster, memory, patience=patience)
    if memory is not None:
        processes = min(processes, memory // LEAST_SHARE)
    return ProcessExecutor(processes, memory) if processes > 1 else SerialExecutor(memory)
