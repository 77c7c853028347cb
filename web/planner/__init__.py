"""Pages for HR: the overview, people, imports, centres, plans and their runs."""

from web.planner import (
    centres,
    exceptions,
    exports,
    fairness,
    imports,
    overview,
    people,
    plan,
    plans,
    publishing,
    repairs,
    revising,
    runs,
    why,
)

blueprints = (
    overview.blueprint,
    people.blueprint,
    imports.blueprint,
    centres.blueprint,
    exceptions.blueprint,
    plans.blueprint,
    plan.blueprint,
    publishing.blueprint,
    repairs.blueprint,
    revising.blueprint,
    exports.blueprint,
    runs.blueprint,
    why.blueprint,
    fairness.blueprint,
)
