"""The use cases: what people do with Frontline, one commit each.

Every one takes the store first and the clock as an argument; the edges (command line, pages)
parse, call one of these, and show what came back.
"""

from scheduler.planning.drafting import PlanRequest, draft_plan, snapshot
from scheduler.planning.exporting import export_plan
from scheduler.planning.importing import (
    ImportReport,
    import_absences,
    import_blackouts,
    import_centres,
    import_roster,
)
from scheduler.planning.publishing import feed_url, publish, verify_plan
from scheduler.planning.revising import Difference, plan_changes, revise_plan
from scheduler.planning.running import run_plan, stop_run, work
from scheduler.planning.setup import (
    change_rules,
    create_account,
    hash_password,
    initialise,
    load_company,
    refresh_windows,
)

__all__ = [
    "Difference",
    "ImportReport",
    "PlanRequest",
    "change_rules",
    "create_account",
    "draft_plan",
    "export_plan",
    "feed_url",
    "hash_password",
    "import_absences",
    "import_blackouts",
    "import_centres",
    "import_roster",
    "initialise",
    "load_company",
    "plan_changes",
    "publish",
    "refresh_windows",
    "revise_plan",
    "run_plan",
    "snapshot",
    "stop_run",
    "verify_plan",
    "work",
]
