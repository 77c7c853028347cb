"""The command line: `frontline …`. Parses, calls a use case, shows what came back.

Exit status 0: done; 1: the answer is no; 2: bad usage or input.
"""

from __future__ import annotations


def main() -> None:
    """Run the command. Imported only now: the processes that solve import what started them, and
    need no command."""
    from scheduler.cli.commands import run

    run()
