"""What options are priced in, and how large programs are cut: the figures that make it fast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PieceTuning:
    """How a program is cut: so many `duties` a piece (with half or twice as many it takes longer),
    so many times over, with groups of at most `small` duties in one piece."""

    duties: int = 2_500
    passes: int = 2
    small: int = 40

    def pieces(self, duties: int) -> int:
        """Into how many pieces so many duties are cut; one if that would not pay."""
        return max(1, round(duties / self.duties))


PIECES = PieceTuning()


@dataclass(frozen=True)
class ColumnTuning:
    """Which options are priced in, and when."""

    few: int = 20_000
    """So many options are all taken in at once."""
    fewest_options: int = 3
    """Of every duty at first, however dear they are."""
    first_options: int = 7
    """Of every duty at first, at most."""
    more_options: int = 5
    """Of every duty at a time."""
    near: float = 3.0
    """Points by which an option may look dearer than the cheapest to be among the first."""
    small_group: int = 30
    """Groups of at most so many members are given all their options where one has no place."""
    sample: int = 1_500
    """So many duties stand for all in the initial duals: the linear program finds the rest in less
    time (10,000 people: 0.7 s for the prices instead of 5.4 s with all duties at the end)."""
    pieces: PieceTuning = PIECES


COLUMNS = ColumnTuning()
