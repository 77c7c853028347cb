"""The use cases: what people do with Frontline, one commit each.

Every one takes the store first and the clock as an argument; the edges (command line, pages)
parse, call one of these, and show what came back.
"""

from scheduler.planning.company.setup import (
    create_account,
    hash_password,
    initialise,
    load_company,
    refresh_windows,
)
from scheduler.planning.exceptions.editing import (
    add_record,
    expiring_exemptions,
    import_records,
    kept_records,
    remove_record,
    replace_record,
    written_record,
)
from scheduler.planning.imports.importing import (
    ImportReport,
    import_absences,
    import_blackouts,
    import_centres,
    import_roster,
)
from scheduler.planning.plans.drafting import PlanRequest, draft_plan, snapshot
from scheduler.planning.plans.explaining import Explained, be_ready, explain_duty, explain_own_duty
from scheduler.planning.plans.exporting import export_plan
from scheduler.planning.plans.fairness import plan_fairness
from scheduler.planning.plans.publishing import (
    ShortNotice,
    feed_url,
    publish,
    short_notice,
    verify_plan,
)
from scheduler.planning.plans.replanning import Difference, plan_changes, revise_plan
from scheduler.planning.plans.running import run_plan, stop_run, work
from scheduler.planning.rules.docs import rules_markdown
from scheduler.planning.rules.rule_book import (
    RuleChange,
    change_rules,
    restore_rules,
    rules_changed,
    set_rule,
)
from scheduler.planning.rules.views import RuleView, rule_views
from scheduler.planning.rules.what_if import (
    Comparison,
    Figures,
    RuleTrial,
    Trial,
    adopt_rules,
    compare_plans,
    draft_what_if,
    is_what_if,
    try_rules,
)

__all__ = [
    "Comparison",
    "Difference",
    "Explained",
    "Figures",
    "ImportReport",
    "PlanRequest",
    "RuleChange",
    "RuleTrial",
    "RuleView",
    "ShortNotice",
    "Trial",
    "add_record",
    "adopt_rules",
    "be_ready",
    "change_rules",
    "compare_plans",
    "create_account",
    "draft_plan",
    "draft_what_if",
    "expiring_exemptions",
    "explain_duty",
    "explain_own_duty",
    "export_plan",
    "feed_url",
    "hash_password",
    "import_absences",
    "import_blackouts",
    "import_centres",
    "import_records",
    "import_roster",
    "initialise",
    "is_what_if",
    "kept_records",
    "load_company",
    "plan_changes",
    "plan_fairness",
    "publish",
    "refresh_windows",
    "remove_record",
    "replace_record",
    "restore_rules",
    "revise_plan",
    "rule_views",
    "rules_changed",
    "rules_markdown",
    "run_plan",
    "set_rule",
    "short_notice",
    "snapshot",
    "stop_run",
    "try_rules",
    "verify_plan",
    "work",
    "written_record",
]
