"""A compiled model in few bytes: a block is made and compiled once, then it travels and waits
like this. Its tables repeat themselves so much that a thirtieth of them is left."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass

from scheduler.model.compiled import CompiledModel

_FAST = 1
"""The compression's level: higher ones take longer and hardly save anything here."""


@dataclass(frozen=True)
class Packed:
    """A compiled model, packed."""

    content: bytes

    @classmethod
    def of(cls, model: CompiledModel) -> Packed:
        """The model in few bytes."""
        return cls(zlib.compress(pickle.dumps(model, pickle.HIGHEST_PROTOCOL), _FAST))

    def open(self) -> CompiledModel:
        """A model of its own each time."""
        model: CompiledModel = pickle.loads(zlib.decompress(self.content))
        return model
