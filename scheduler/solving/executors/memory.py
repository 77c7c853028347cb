"""How much memory this process holds, whether that is more than its share, and giving back."""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path
from time import monotonic

_EVERY = 0.1
"""Seconds between two looks at the memory."""
_STATM = Path("/proc/self/statm")

if sys.platform == "win32":

    def resident_bytes(statm: Path = _STATM) -> int:
        """Nothing known: no limit is ever reached."""
        return 0

else:
    import resource

    def resident_bytes(statm: Path = _STATM) -> int:
        """Bytes of this process in memory now; where only the peak is known, that."""
        try:
            return int(statm.read_text("ascii").split()[1]) * resource.getpagesize()
        except OSError:
            return peak_bytes()

    def peak_bytes() -> int:
        """The most bytes that this process ever had in memory."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


_C = ctypes.CDLL(None) if sys.platform == "linux" else None
_trim, _tune = getattr(_C, "malloc_trim", None), getattr(_C, "mallopt", None)
"""Of the GNU library: other ones give back by themselves, or not at all."""
_TRIM, _MAP = -1, -3
"""Its names for how much may be left at the end of the heap, and for the least chunk that has a
place of its own and is given back at once."""


def be_lean() -> None:
    """Have larger chunks given back at once. By itself the GNU library learns to keep them for
    later, in ever more places (two workers, blocks of 10,000 people: 1.9 GB instead of 2.1 GB);
    asked to keep next to nothing, as workers of Dask are, it takes a tenth longer."""
    if _tune is not None:
        _tune(_MAP, 2 << 20)
        _tune(_TRIM, 4 << 20)


_WORTH = 32 * 2**20
"""Looking through all objects takes up to a second in a large process: so many bytes more than
after the last time are worth it."""
_kept = 0
"""Bytes in memory after the last time."""


def give_back() -> None:
    """Let the system have the memory that nothing here uses any more, if that can be much. Python
    would keep rings of objects for later, and the C library whatever lies between two chunks in
    use."""
    global _kept
    if 0 < resident_bytes() < _kept + _WORTH:
        return
    gc.collect()
    if _trim is not None:
        _trim(0)
    _kept = resident_bytes()


class MemoryWatch:
    """Whether this process holds more than `share` bytes; once it did, it stays so."""

    def __init__(self, share: int | None) -> None:
        self._share = share
        self._short = False
        self._next = 0.0

    @property
    def short(self) -> bool:
        """Cheap: it looks a few times a second at most."""
        if self._share is None or self._short:
            return self._short
        if (now := monotonic()) >= self._next:
            self._next = now + _EVERY
            self._short = resident_bytes() > self._share
        return self._short
