"""`python -m scheduler.cli` is `frontline`."""

from scheduler.cli import main

main()
