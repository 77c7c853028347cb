"""Waiting for what other threads and processes do, and starting Frontline as a process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

PATIENCE = 600.0
"""Seconds after which something that should have happened counts as not happening: no machine is
that busy."""
AMPLE = 3600.0
"""Seconds for a search that ends by itself: it takes as long as it takes."""
REPOSITORY = Path(__file__).parents[1]


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look again and again until it is true; an error if it never is."""
    deadline, never = monotonic() + seconds, Event()
    while not true():
        assert monotonic() < deadline, f"it did not happen within {seconds:.0f} seconds"
        never.wait(0.05)


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Variables for a Frontline that keeps everything below `folder`."""
    ours = {"DATA_DIR": folder, **settings}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("FRONTLINE_")}
    return {**inherited, **{f"FRONTLINE_{key.upper()}": str(value) for key, value in ours.items()}}


def frontline(
    *arguments: str, variables: Mapping[str, str], seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "scheduler.cli", *arguments],
        env=dict(variables),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )


@contextmanager
def running(*arguments: str, variables: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command that stays, ended with the block at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scheduler.cli", *arguments],
        env=dict(variables),
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def a_free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
