"""Every test of the store runs on SQLite and on PostgreSQL."""

from tests.databases import *  # noqa: F403  # fixtures are found by their names
