"""Plans and what runs made of them as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import NotFound
from scheduler.domain.plan import Block, PlanStatus, SolveStatus, Unassigned, Violation
from scheduler.domain.programme import Session
from scheduler.store.mapping.row import Row
from scheduler.store.read_models import PlanResult, PlanRow


def session_row(plan_id: int, session: Session) -> Row:
    """The row of a session that a plan may use."""
    return {
        "plan_id": plan_id,
        "key": session.key,
        "programme": session.programme,
        "centre": session.centre,
        "first_day": session.first_day,
        "last_day": session.last_day,
        "days": [day.isoformat() for day in session.days],
        "seats": session.seats,
    }


def figures_of(result: PlanResult) -> Row:
    """The columns of a plan that a run fills in."""
    return {
        "solve_status": result.status.value,
        "placed": len(result.assignments),
        "unassigned": len(result.unassigned),
        "cost": result.cost,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": result.seconds,
        "hard_violations": sum(violation.hard for violation in result.violations),
        "score": result.score,
    }


def assignment_rows(plan_id: int, result: PlanResult, first_days: dict[str, date]) -> list[Row]:
    """A row for each assignment; `first_days` are those of the plan's sessions by key. `NotFound`
    for a session that the plan has not."""
    unknown = {a.session for a in result.assignments} - first_days.keys()
    if unknown:
        raise NotFound(f"Plan {plan_id} has no session “{min(unknown)}”.")
    return [
        {
            "plan_id": plan_id,
            "duty_id": assignment.duty_id,
            "employee_id": assignment.employee_id,
            "session": assignment.session,
            "first_day": first_days[assignment.session],
            "why": None if why is None else why.model_dump(mode="json"),
        }
        for assignment in result.assignments
        for why in [result.why.get(assignment.duty_id)]
    ]


def unassigned_row(plan_id: int, duty: Unassigned) -> Row:
    """The row of a duty without a place."""
    return {
        "plan_id": plan_id,
        "duty_id": duty.duty_id,
        "employee_id": duty.employee_id,
        "due": duty.due,
        "blocks": [block.model_dump(mode="json") for block in duty.blocks],
    }


def unassigned_of(row: Any) -> Unassigned:
    """The duty without a place, from its row."""
    return Unassigned(
        duty_id=row.duty_id,
        employee_id=row.employee_id,
        due=row.due,
        blocks=tuple(Block.model_validate(block) for block in row.blocks),
    )


def violation_row(plan_id: int, number: int, violation: Violation) -> Row:
    """The row of the violation that was found as the `number`-th (from 0)."""
    return {
        "plan_id": plan_id,
        "number": number,
        "rule": violation.rule,
        "definition": violation.model_dump(mode="json"),
    }


def plan_of(row: Any) -> PlanRow:
    """A plan without its assignments, from its row."""
    return PlanRow(
        id=row.id,
        name=row.name,
        status=PlanStatus(row.status),
        revision=row.revision,
        horizon=DateRange(first=row.first, last=row.last),
        programmes=tuple(row.programmes),
        centres=tuple(row.centres),
        author=row.author,
        created_at=row.created_at,
        published_at=row.published_at,
        published_by=row.published_by,
        duties=row.duties,
        rules_version=row.rules_version,
        time_limit=row.time_limit,
        solve_status=None if row.solve_status is None else SolveStatus(row.solve_status),
        placed=row.placed,
        unassigned=row.unassigned,
        cost=row.cost,
        bound=row.bound,
        gap=row.gap,
        seconds=row.seconds,
        hard_violations=row.hard_violations,
        score=row.score,
    )
