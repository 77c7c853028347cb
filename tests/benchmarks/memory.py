"""How much memory processes hold, from what the system says of them."""

from __future__ import annotations

import sys
from pathlib import Path

_PROC = Path("/proc")
_CLEAR_PEAK = "5"
"""What Linux wants to read before it forgets the peak of a process."""


def forget_peak() -> None:
    """Let the peak begin anew: what came before was reading the instance."""
    try:
        (_PROC / "self" / "clear_refs").write_text(_CLEAR_PEAK)
    except OSError:
        return  # not Linux, or not allowed: then the peak counts from the start


def peak() -> int:
    """Bytes of memory this process held at most; where Linux does not say, its life long."""
    high_water = _status("self").get("VmHWM")
    if high_water is not None:
        return high_water
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def held_by(process: int) -> int:
    """Bytes that a process and all below it hold now; 0 where the system does not say. Pages
    that several share count for each."""
    below = _children()
    waiting, held = [process], 0
    while waiting:
        now = waiting.pop()
        held += _status(str(now)).get("VmRSS", 0)
        waiting += below.get(now, ())
    return held


def of_machine() -> int:
    """Bytes of memory the machine has; 0 where it does not say."""
    return _figures(_PROC / "meminfo").get("MemTotal", 0)


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            # The name stands in brackets and may hold anything; the parent is second after it.
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it ended while we looked
        children.setdefault(parent, []).append(int(entry.parent.name))
    return children


def _status(process: str) -> dict[str, int]:
    return _figures(_PROC / process / "status")


def _figures(path: Path) -> dict[str, int]:
    """Every line `name: n kB` of a file of the system, in bytes."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    words = (line.split() for line in lines)
    return {w[0].rstrip(":"): int(w[1]) * 1024 for w in words if len(w) == 3 and w[2] == "kB"}
