"""What the pages call statuses, rules and roles."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from scheduler.domain.plan import PlanStatus, SolveStatus
from scheduler.domain.rota import ServiceState
from scheduler.domain.run import RunState
from scheduler.replan import Why
from scheduler.rules import registry
from scheduler.store.read_models import PlanRow, RunRow, TrailPoint
from web.gettext import gettext as _
from web.language import gap, number, seconds

ROLES = ("employee", "lead", "hr", "admin")
"""Roles in the order of their reach."""


def install(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        {
            word.__name__: word
            for word in (
                attendance_title,
                change_reason,
                rule_title,
                status_title,
                solve_title,
                solve_sentence,
                solve_mood,
                run_title,
                saved,
                role_name,
                role_titles,
            )
        }
    )


def rule_title(key: str) -> str:
    """A rule's title; its key where no rule of that name is left."""
    rule = registry().get(key)
    return str(_(rule.title)) if rule else key


def change_reason(why: Why) -> str:
    """Why somebody's published date does not stay; to the planner, not to the person."""
    return {
        Why.NOT_OWED: _("owes no service any more"),
        Why.IMPOSSIBLE: _("the published date is not possible any more"),
        Why.MADE_ROOM: _("moves because others have to"),
    }[why]


def attendance_title(state: ServiceState) -> str:
    """What became of a service, to be told by the lead of the centre."""
    return {
        ServiceState.CONFIRMED: _("not said yet"),
        ServiceState.ATTENDED: _("came"),
        ServiceState.MISSED: _("did not come"),
        ServiceState.EXCUSED: _("excused"),
        ServiceState.CANCELLED: _("called off"),
    }[state]


def status_title(status: PlanStatus) -> str:
    """draft, published, superseded."""
    return {
        PlanStatus.DRAFT: _("draft"),
        PlanStatus.PUBLISHED: _("published"),
        PlanStatus.SUPERSEDED: _("superseded"),
    }[status]


def solve_title(status: SolveStatus) -> str:
    """How a run ended, in two or three words."""
    return {
        SolveStatus.OPTIMAL: _("proven optimal"),
        SolveStatus.WITHIN_GAP: _("within the gap asked for"),
        SolveStatus.TIME_LIMIT: _("time was up"),
        SolveStatus.STOPPED: _("stopped by hand"),
        SolveStatus.INFEASIBLE: _("no plan is possible"),
        SolveStatus.UNKNOWN: _("nothing found in time"),
    }[status]


def solve_sentence(plan: PlanRow) -> str:
    """What the end of the run means for the plan: each end is a different answer."""
    left = gap(plan.gap)
    match plan.solve_status:
        case None:
            return _("This plan has not been computed yet.")
        case SolveStatus.OPTIMAL if plan.gap is None:
            return _("Proven: no plan that places as many changes fewer people.")
        case SolveStatus.OPTIMAL:
            return _("Proven: no plan that keeps the rules has fewer points.")
        case SolveStatus.WITHIN_GAP:
            return _("Proven: no plan is better by more than %(gap)s.", gap=left)
        case SolveStatus.TIME_LIMIT if plan.gap is None:
            return _("The best plan found in time. How far it is from the best is not known.")
        case SolveStatus.TIME_LIMIT:
            return _(
                "The best plan found in time. A better one could save at most %(gap)s of the "
                "points; more time may find it.",
                gap=left,
            )
        case SolveStatus.STOPPED if plan.gap is None:
            return _("Somebody stopped the run; the best plan until then was kept.")
        case SolveStatus.STOPPED:
            return _(
                "Somebody stopped the run; the best plan until then was kept. A better one could "
                "save at most %(gap)s of the points.",
                gap=left,
            )
        case SolveStatus.INFEASIBLE:
            return _(
                "Proven: no plan keeps every hard rule. Make a rule soft, or give it more room, "
                "then compute again."
            )
        case SolveStatus.UNKNOWN:
            return _("Time was up before any plan was found. Compute again with more time.")


def solve_mood(status: SolveStatus | None) -> str:
    """The colour of an end."""
    if status in (SolveStatus.OPTIMAL, SolveStatus.WITHIN_GAP):
        return "good"
    if status in (SolveStatus.INFEASIBLE, SolveStatus.UNKNOWN):
        return "bad"
    return "warn" if status else ""


def run_title(run: RunRow) -> str:
    """Where a run stands."""
    if run.cancel and run.state is RunState.RUNNING:
        return _("Stopping")
    return {
        RunState.QUEUED: _("Waiting for a worker"),
        RunState.RUNNING: _phase(run.phase) if run.phase else _("Starting"),
        RunState.DONE: _("Finished"),
        RunState.FAILED: _("Failed"),
        RunState.CANCELLED: _("Stopped before it began"),
    }[run.state]


def _phase(phase: str) -> str:
    told = _(phase)
    return told[:1].upper() + told[1:]


RECENT_SECONDS = 5


def saved(trail: Sequence[TrailPoint]) -> str:
    """How much better the plan became in the last seconds; empty where it did not."""
    improvements = [(at, best) for at, best, _bound in trail if best is not None]
    if len(improvements) < 2:
        return ""
    at, best = improvements[-1]
    earlier = next(
        (b for a, b in reversed(improvements) if at - a >= RECENT_SECONDS), improvements[0][1]
    )
    if earlier <= best:
        return ""
    return _(
        "−%(points)s in the last %(time)s",
        points=number(earlier - best),
        time=seconds(float(RECENT_SECONDS)),
    )


def role_name(role: str) -> str:
    """What a role is called."""
    names = {
        "employee": _("employee"),
        "lead": _("centre lead"),
        "hr": _("HR"),
        "admin": _("admin"),
    }
    return names.get(role, role)


def role_titles(roles: Sequence[str]) -> str:
    """Several roles, the one that reaches furthest first."""
    return ", ".join(role_name(role) for role in reversed(ROLES) if role in roles)
