"""`python -m scheduler.cli` is `frontline`."""

from scheduler.cli import main

if __name__ == "__main__":
    main()
