"""Drafts that commands make."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Cli

HORIZON = ("--from", "2027-01-01", "--to", "2028-12-31")


def drafted(cli: Cli, *options: object) -> dict[str, Any]:
    """What a draft of two years says as JSON, and its exit status."""
    answer = cli("plan", "draft", *HORIZON, "--json", *options)
    figures: dict[str, Any] = json.loads(answer.out)
    return figures | {"exit": answer.status}
