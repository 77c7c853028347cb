"""The tree of errors. Every message says what is wrong, where, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict


class FrontlineError(Exception):
    """Root of everything Frontline raises on purpose; `hint` says what would mend it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NotFound(FrontlineError):
    """The thing asked for does not exist (or not for the one who asks)."""


class Conflict(FrontlineError):
    """Somebody else changed the same thing first; nothing was written."""


class NotPublishable(FrontlineError):
    """A plan that broke a hard rule, or is not finished, cannot be published."""


class Busy(FrontlineError):
    """The store is locked, full or restarting; the same call may succeed in a moment."""


class Blemish(BaseModel):
    """One thing wrong in an input: where (line, column, field), what, and how to mend it."""

    model_config = ConfigDict(frozen=True)

    line: int | None = None
    column: str | None = None
    value: str | None = None
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line is not None else []
        where += [f"column “{self.column}”"] if self.column else []
        shown = f" (“{self.value}”)" if self.value else ""
        prefix = f"{', '.join(where)}: " if where else ""
        return f"{prefix}{self.problem}{shown}. {self.hint}".strip()


class BadInput(FrontlineError):
    """An input that cannot be taken. Holds every blemish found, not only the first."""

    def __init__(self, message: str, blemishes: Sequence[Blemish] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.blemishes = tuple(blemishes)
