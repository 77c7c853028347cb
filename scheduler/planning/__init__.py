"""The use cases: what people do with Frontline, one commit each.

Every one takes the store first and the clock as an argument; the edges (command line, pages)
parse, call one of these, and show what came back. This is their front door: `planning.publish`. It
has the use cases, what they are asked with, and what they answer if an edge names that; everything
else is imported from its own room.
"""

from scheduler.planning.accounts.administering import (
    change_roles,
    close_account,
    create_account,
    open_account,
)
from scheduler.planning.accounts.passwords import (
    change_password,
    give_password,
    hash_password,
)
from scheduler.planning.accounts.signing_in import (
    admit_try,
    end_sessions,
    forgive_tries,
    record_sign_in,
)
from scheduler.planning.calendars.feeds import own_feed, subscribed_feed
from scheduler.planning.calendars.subscribing import feed_url, hide_cancelled_days, revoke_feed
from scheduler.planning.company.centres import add_centre
from scheduler.planning.company.setup import bring_up_to_date, initialise, load_company
from scheduler.planning.exceptions.editing import (
    add_exception,
    expiring_exemptions,
    import_exceptions,
    remove_exception,
    replace_exception,
    typed_exception,
)
from scheduler.planning.imports.importing import (
    ImportReport,
    import_absences,
    import_blackouts,
    import_centres,
    import_roster,
)
from scheduler.planning.plans.drafting import PlanRequest, draft_plan, snapshot
from scheduler.planning.plans.explaining import (
    Explained,
    be_ready,
    explain_duty,
    explain_own_duty,
    explained_by,
)
from scheduler.planning.plans.exporting import export_plan, plan_file
from scheduler.planning.plans.fairness import plan_fairness
from scheduler.planning.plans.publishing import (
    Effect,
    effect_of_publishing,
    publish,
    verify_plan,
)
from scheduler.planning.plans.replanning import plan_changes, revise_plan
from scheduler.planning.plans.running import stop_run
from scheduler.planning.rota.attendance import note_attendance, note_attendance_on
from scheduler.planning.rules.docs import rules_markdown
from scheduler.planning.rules.rule_book import (
    RuleChange,
    change_rules,
    restore_rules,
    rules_changed,
    set_rule,
)
from scheduler.planning.rules.views import rule_views
from scheduler.planning.rules.what_if import (
    Comparison,
    Trial,
    adopt_rules,
    compare_plans,
    draft_what_if,
    try_rules,
)

__all__ = [
    "Comparison",
    "Effect",
    "Explained",
    "ImportReport",
    "PlanRequest",
    "RuleChange",
    "Trial",
    "add_centre",
    "add_exception",
    "admit_try",
    "adopt_rules",
    "be_ready",
    "bring_up_to_date",
    "change_password",
    "change_roles",
    "change_rules",
    "close_account",
    "compare_plans",
    "create_account",
    "draft_plan",
    "draft_what_if",
    "effect_of_publishing",
    "end_sessions",
    "expiring_exemptions",
    "explain_duty",
    "explain_own_duty",
    "explained_by",
    "export_plan",
    "feed_url",
    "forgive_tries",
    "give_password",
    "hash_password",
    "hide_cancelled_days",
    "import_absences",
    "import_blackouts",
    "import_centres",
    "import_exceptions",
    "import_roster",
    "initialise",
    "load_company",
    "note_attendance",
    "note_attendance_on",
    "open_account",
    "own_feed",
    "plan_changes",
    "plan_fairness",
    "plan_file",
    "publish",
    "record_sign_in",
    "remove_exception",
    "replace_exception",
    "restore_rules",
    "revise_plan",
    "revoke_feed",
    "rule_views",
    "rules_changed",
    "rules_markdown",
    "set_rule",
    "snapshot",
    "stop_run",
    "subscribed_feed",
    "try_rules",
    "typed_exception",
    "verify_plan",
]
