"""Large values as compressed JSON."""

from __future__ import annotations

import gc
import zlib
from typing import TypeVar

from pydantic import TypeAdapter

from scheduler.domain.gc_pause import gc_paused

T = TypeVar("T")


def packed(adapter: TypeAdapter[T], value: T) -> bytes:
    """A value as compressed JSON."""
    return zlib.compress(adapter.dump_json(value), level=6)


def unpacked(adapter: TypeAdapter[T], body: bytes) -> T:
    """The value that `packed` packed."""
    with gc_paused():
        value = adapter.validate_json(zlib.decompress(body))
        # They are old now: nobody looks among them twice before they are.
        gc.freeze()
        gc.unfreeze()
    return value
