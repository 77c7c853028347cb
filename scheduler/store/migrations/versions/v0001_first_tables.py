"""The first tables.

Revision: 0001. Follows: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)

TABLES = (
    "employee",
    "absence",
    "wish",
    "exemption",
    "blackout",
    "stand_ins",
    "service_record",
    "programme",
    "centre",
    "setting",
    "rule_book",
    "plan",
    "plan_snapshot",
    "plan_session",
    "assignment",
    "unassigned",
    "violation",
    "run",
    "run_point",
    "run_incumbent",
    "service_day",
    "feed",
    "feed_cache",
    "preference",
    "role",
    "account",
    "account_role",
    "lead_centre",
    "login_failure",
    "audit_entry",
)
"""In the order in which they refer to each other."""

ROLES = {
    "employee": "Sees and subscribes to their own service",
    "lead": "Runs a service centre",
    "hr": "Plans",
    "admin": "Sets the rules and gives access",
}


def upgrade() -> None:
    """Make the tables, and the roles that an account may have."""
    _people()
    _catalogue()
    _plans()
    _runs()
    _calendars()
    _accounts()
    _audit()
    op.bulk_insert(
        sa.table("role", sa.column("name", TEXT), sa.column("description", TEXT)),
        [{"name": name, "description": description} for name, description in ROLES.items()],
    )


def downgrade() -> None:
    """Remove them all."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _people() -> None:
    op.create_table(
        "employee",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("department", TEXT, nullable=True),
        sa.Column("team", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("manager_id", TEXT, nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("executive", sa.Boolean(), nullable=False),
        sa.Column("city", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("subdivision", TEXT, nullable=True),
        sa.Column("timezone", TEXT, nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("hire_date", sa.Date(), nullable=False),
        sa.Column("leave_date", sa.Date(), nullable=True),
        sa.Column("centre", TEXT, nullable=True),
        sa.Column("sort_name", TEXT, nullable=False),
        sa.Column("search_text", TEXT, nullable=False),
        sa.Column("opens", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("last_served", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
    )
    op.create_index(
        op.f("ix_employee_department_sort_name_id"), "employee", ["department", "sort_name", "id"]
    )
    op.create_index(
        op.f("ix_employee_due_opens_leave_date_id"),
        "employee",
        ["due", "opens", "leave_date", "id"],
    )
    op.create_index(
        op.f("ix_employee_executive_sort_name_id"), "employee", ["executive", "sort_name", "id"]
    )
    op.create_index(op.f("ix_employee_sort_name_id"), "employee", ["sort_name", "id"])
    op.create_index(op.f("ix_employee_team_sort_name_id"), "employee", ["team", "sort_name", "id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_absence_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint(
            "employee_id", "first", "last", name=op.f("uq_absence_employee_id_first_last")
        ),
    )
    op.create_table(
        "wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_wish_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint(
            "employee_id", "kind", "first", "last", name=op.f("uq_wish_employee_id_kind_first_last")
        ),
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("approver", TEXT, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_exemption_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sa.UniqueConstraint(
            "employee_id",
            "category",
            "first",
            "last",
            name=op.f("uq_exemption_employee_id_category_first_last"),
        ),
    )
    op.create_table(
        "blackout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blackout")),
        sa.UniqueConstraint(
            "scope", "name", "first", "last", name=op.f("uq_blackout_scope_name_first_last")
        ),
    )
    op.create_table(
        "stand_ins",
        sa.Column("one", TEXT, nullable=False),
        sa.Column("other", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["one"], ["employee.id"], name=op.f("fk_stand_ins_one_employee")),
        sa.ForeignKeyConstraint(
            ["other"], ["employee.id"], name=op.f("fk_stand_ins_other_employee")
        ),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_stand_ins")),
    )
    op.create_table(
        "service_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("programme", TEXT, nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_service_record_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint(
            "employee_id",
            "programme",
            "first_day",
            name=op.f("uq_service_record_employee_id_programme_first_day"),
        ),
    )


def _catalogue() -> None:
    op.create_table(
        "programme",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programme")),
    )
    op.create_table(
        "centre",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_centre")),
    )
    op.create_table(
        "setting",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "rule_book",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_book")),
    )


def _plans() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("programmes", sa.JSON(), nullable=False),
        sa.Column("centres", sa.JSON(), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("published_by", TEXT, nullable=True),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("time_limit", sa.Float(), nullable=False),
        sa.Column("solve_status", TEXT, nullable=True),
        sa.Column("placed", sa.Integer(), nullable=True),
        sa.Column("unassigned", sa.Integer(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("gap", sa.Float(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("hard_violations", sa.Integer(), nullable=True),
        sa.Column("score", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("revision", name=op.f("uq_plan_revision")),
    )
    op.create_index(op.f("ix_plan_status_revision"), "plan", ["status", "revision"])
    op.create_table(
        "plan_snapshot",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_snapshot_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_snapshot")),
    )
    op.create_table(
        "plan_session",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("programme", TEXT, nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_session_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "key", name=op.f("pk_plan_session")),
    )
    op.create_index(
        op.f("ix_plan_session_plan_id_first_day"), "plan_session", ["plan_id", "first_day"]
    )
    op.create_table(
        "assignment",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", TEXT, nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("session", TEXT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_assignment_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_assignment_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "duty_id", name=op.f("pk_assignment")),
    )
    op.create_index(
        op.f("ix_assignment_employee_id_plan_id"), "assignment", ["employee_id", "plan_id"]
    )
    op.create_index(
        op.f("ix_assignment_plan_id_first_day_session_employee_id_duty_id"),
        "assignment",
        ["plan_id", "first_day", "session", "employee_id", "duty_id"],
    )
    op.create_index(op.f("ix_assignment_plan_id_session"), "assignment", ["plan_id", "session"])
    op.create_table(
        "unassigned",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", TEXT, nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_unassigned_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_unassigned_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "duty_id", name=op.f("pk_unassigned")),
    )
    op.create_table(
        "violation",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_violation_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_violation")),
    )


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", TEXT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("time_limit", sa.Float(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("phase", TEXT, nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("best", sa.Float(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("gap", sa.Float(), nullable=True),
        sa.Column("elapsed", sa.Float(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_run_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_plan_id"), "run", ["plan_id"])
    op.create_index(op.f("ix_run_state_id"), "run", ["state", "id"])
    op.create_table(
        "run_point",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("best", sa.Float(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_point_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_run_point")),
    )
    op.create_table(
        "run_incumbent",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_incumbent_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_incumbent")),
    )


def _calendars() -> None:
    op.create_table(
        "service_day",
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("duty_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("session", TEXT, nullable=False),
        sa.Column("programme", TEXT, nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_service_day_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_service_day")),
        sa.UniqueConstraint("duty_id", "number", name=op.f("uq_service_day_duty_id_number")),
    )
    op.create_index(
        op.f("ix_service_day_employee_id_status_day"),
        "service_day",
        ["employee_id", "status", "day"],
    )
    op.create_index(op.f("ix_service_day_starts"), "service_day", ["starts"])
    op.create_table(
        "feed",
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_fetched_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_feed_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    op.create_table(
        "feed_cache",
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("modified", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_feed_cache_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_feed_cache")),
    )
    op.create_table(
        "preference",
        sa.Column("employee_id", TEXT, nullable=False),
        sa.Column("hide_cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_preference_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_preference")),
    )


def _accounts() -> None:
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("password", TEXT, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", TEXT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=True),
        sa.Column("last_login_at", INSTANT, nullable=True),
        sa.Column("current_login_at", INSTANT, nullable=True),
        sa.Column("last_login_ip", TEXT, nullable=True),
        sa.Column("current_login_ip", TEXT, nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=True),
        sa.Column("employee_id", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_account_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("employee_id", name=op.f("uq_account_employee_id")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_account_role_role_id_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role_id", name=op.f("pk_account_role")),
    )
    op.create_table(
        "lead_centre",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("centre", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_lead_centre_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["centre"], ["centre.key"], name=op.f("fk_lead_centre_centre_centre")
        ),
        sa.PrimaryKeyConstraint("account_id", "centre", name=op.f("pk_lead_centre")),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    op.create_index(op.f("ix_login_failure_at"), "login_failure", ["at"])
    op.create_index(op.f("ix_login_failure_key_at"), "login_failure", ["key", "at"])


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entry_previous")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
