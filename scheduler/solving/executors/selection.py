"""Tasks side by side: in this thread, in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from scheduler.solving.executors.base import Crew, Signals, Work, WorkerLost
from scheduler.solving.executors.dask import Cluster
from scheduler.solving.executors.processes import Local
from scheduler.solving.executors.serial import Alone

__all__ = ["Alone", "Cluster", "Crew", "Local", "Signals", "Work", "WorkerLost", "crew_for"]

LEAST_SHARE = 256 * 1024 * 1024
"""Bytes below which a worker is of no use: half of it goes for OR-Tools and NumPy alone."""


def crew_for(processes: int, cluster: str = "", memory: int | None = None) -> Crew:
    """The crew that the settings ask for: the Dask scheduler at the address `cluster` if there
    is one, or else `processes`, or as many of them as can work within `memory` bytes."""
    if cluster:
        return Cluster(cluster, memory)
    if memory is not None:
        processes = min(processes, memory // LEAST_SHARE)
    return Local(processes, memory) if processes > 1 else Alone(memory)
