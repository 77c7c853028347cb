"""`python -m tests.benchmarks`: measure the engine against others, and check every answer."""

from __future__ import annotations

from tests.benchmarks.command import run

if __name__ == "__main__":
    run()
