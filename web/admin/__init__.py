"""Pages for admins: rules, users, the audit log."""

from web.admin import audit, rules, users

blueprints = (rules.blueprint, users.blueprint, audit.blueprint)
