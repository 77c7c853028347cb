"""What a plan leaves open: what blocks each duty, and the cheapest repairs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.console import ACTOR, now, open_store, out
from scheduler.cli.lazy_imports import LazyModule
from scheduler.cli.plans.computing import run_here
from scheduler.cli.plans.options import AsJson, PlanId

if TYPE_CHECKING:
    from scheduler import rules
    from scheduler.planning.plans import repairs as repairing
    from scheduler.store.store import Store
else:
    rules, repairing = LazyModule("scheduler.rules"), LazyModule("scheduler.planning.plans.repairs")

NOTHING_OFFERED = "structure"
"""What stands for a rule where none is in the way."""


def repairs(
    plan_id: PlanId,
    page: Annotated[int, typer.Option(min=1, help="Which ten of the open duties.")] = 1,
    draft: Annotated[
        str | None, typer.Option(metavar="REPAIR", help="Make a new draft with this repair.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Duties without a date: the smallest set of rules that blocks each, the cheapest repairs."""
    with open_store() as store:
        first = (page - 1) * repairing.AT_ONCE
        if draft is not None:
            _draft(store, plan_id, draft, first)
            return
        questions = repairing.open_questions(store, plan_id, today=now().date(), first=first)
    if as_json:
        sys.stdout.write(json.dumps(_plain(questions)) + "\n")
        return
    out.print(f"Duties without a date: {questions.total}.", highlight=False)
    for each in questions.duties:
        blocked = ", ".join(map(_title, each.blocking.rules)) or "nothing"
        line = f"{each.person.name}, due {each.duty.due}: blocked by {blocked}"
        out.print(line, highlight=False, soft_wrap=True)
        for offer in each.repairs:
            _say(offer)
    if questions.together:
        out.print("Repairs that place several:")
        for offer in questions.together:
            _say(offer)


def _draft(store: Store, plan_id: int, key: str, first: int) -> None:
    draft_id, run_id = repairing.draft_repaired(
        store, plan_id, key, first=first, actor=ACTOR, at=now()
    )
    with store.read() as unit:
        seconds = unit.plans.plan(draft_id).time_limit
    run_here(store, run_id, seconds)
    with store.read() as unit:
        plan = unit.plans.plan(draft_id)
    out.print(f"Plan {draft_id}: placed {plan.placed} of {plan.duties}.", highlight=False)


def _title(rule: str) -> str:
    known = rules.registry()
    if rule == NOTHING_OFFERED:
        return "no session on offer, or a service elsewhere"
    return str(known[rule].title) if rule in known else rule


def _say(offer: repairing.Offer) -> None:
    what = "; changes a rule: to try, not to publish" if offer.changes_rules else ""
    several = f"; places {offer.places}" if offer.places > 1 else ""
    line = f"    {offer.key}  {offer.text} (cost {offer.cost}{several}{what})"
    out.print(line, highlight=False, soft_wrap=True)


def _plain(questions: repairing.OpenQuestions) -> dict[str, Any]:
    return {
        "total": questions.total,
        "duties": [
            {
                "duty": each.duty.id,
                "employee": each.person.id,
                "due": each.duty.due.isoformat(),
                "blocked_by": list(each.blocking.rules),
                "chance": each.chance.value,
                "repairs": [_offered(offer) for offer in each.repairs],
            }
            for each in questions.duties
        ],
        "together": [_offered(offer) for offer in questions.together],
    }


def _offered(offer: repairing.Offer) -> dict[str, Any]:
    return {
        "key": offer.key,
        "text": str(offer.text),
        "cost": offer.cost,
        "places": offer.places,
        "changes_rules": offer.changes_rules,
    }
