"""Pages for HR: the overview, people, imports, centres, plans and their runs."""

from web.planner import (
    centres,
    exports,
    imports,
    overview,
    people,
    plan,
    plans,
    publishing,
    revising,
    runs,
    why,
)

blueprints = (
    overview.blueprint,
    people.blueprint,
    imports.blueprint,
    centres.blueprint,
    plans.blueprint,
    plan.blueprint,
    publishing.blueprint,
    revising.blueprint,
    exports.blueprint,
    runs.blueprint,
    why.blueprint,
)
