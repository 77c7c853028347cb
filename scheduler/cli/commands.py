"""All commands as one."""

from __future__ import annotations

import sys

import typer

from scheduler.cli import attendance, company, demo, exceptions, rules, serving
from scheduler.cli.console import complain, exit_status
from scheduler.cli.plans import commands as plans
from scheduler.domain.errors import FrontlineError

app = typer.Typer(
    name="frontline",
    help="Puts everybody in a company on the customer-service front line, fairly and provably.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
company.register(app)
exceptions.register(app)
attendance.register(app)
rules.register(app)
plans.register(app)
serving.register(app)
demo.register(app)


def run() -> None:
    """Run the command; errors become a message and an exit status."""
    try:
        app(standalone_mode=True)
    except FrontlineError as error:
        complain(error)
        sys.exit(exit_status(error))
