"""Plans on record: drafts with their snapshots, what runs made of them, and publishing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy import update as change

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.plan import PlanStatus, Unassigned, Violation
from scheduler.domain.problem import Problem
from scheduler.domain.words import Message
from scheduler.store import tables
from scheduler.store.mapping.packing import packed, unpacked
from scheduler.store.mapping.plans import (
    assignment_rows,
    figures_of,
    plan_of,
    session_row,
    unassigned_of,
    unassigned_row,
    violation_row,
)
from scheduler.store.read_models import PlanResult, PlanRow
from scheduler.store.repositories.base import table_of
from scheduler.store.repositories.plan_queries import PlanQueries
from scheduler.store.repositories.runs import queued

ASSIGNMENT = table_of(tables.Assignment)
PLAN = table_of(tables.Plan)
SNAPSHOT = table_of(tables.PlanSnapshot)
SESSION = table_of(tables.PlanSession)
UNASSIGNED = table_of(tables.Unassigned)
VIOLATION = table_of(tables.Violation)

PUBLISHING = 1
"""The number of the lock that publishers take."""

_PROBLEM = TypeAdapter(Problem)


class Plans(PlanQueries):
    """Every plan ever made. A published one is never edited, only followed by a revision."""

    def create(
        self,
        name: str,
        problem: Problem,
        *,
        author: str,
        at: datetime,
        programmes: tuple[str, ...],
        rules_version: int,
        time_limit: float,
    ) -> tuple[int, int]:
        """A draft of a problem and a run in the queue: (plan id, run id)."""
        row = {
            "name": name,
            "status": PlanStatus.DRAFT.value,
            "first": problem.horizon.first,
            "last": problem.horizon.last,
            "programmes": list(programmes),
            "centres": [centre.key for centre in problem.centres],
            "author": author,
            "created_at": at,
            "duties": len(problem.duties),
            "rules_version": rules_version,
            "time_limit": time_limit,
            "score": {},
        }
        plan_id = self.insert_one(tables.Plan, row)
        self.insert(tables.PlanSnapshot, [{"plan_id": plan_id, "body": packed(_PROBLEM, problem)}])
        self.insert(
            tables.PlanSession,
            [session_row(plan_id, session) for session in problem.sessions],
        )
        return plan_id, self.insert_one(tables.Run, queued(plan_id, time_limit, at))

    def plan(self, plan_id: int) -> PlanRow:
        """One plan; `NotFound` if there is none of that number."""
        row = self.session.execute(select(PLAN).where(PLAN.c.id == plan_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no plan number {plan_id}.")
        return plan_of(row)

    def plans(self, limit: int = 50, offset: int = 0) -> tuple[PlanRow, ...]:
        """Plans, the newest first."""
        query = select(PLAN).order_by(PLAN.c.id.desc()).limit(limit).offset(offset)
        return tuple(plan_of(row) for row in self.session.execute(query))

    def count(self) -> int:
        """How many plans there are."""
        return self.session.scalar(select(func.count()).select_from(PLAN)) or 0

    def published(self) -> PlanRow | None:
        """The plan that holds: the latest revision."""
        query = select(PLAN).where(PLAN.c.status == PlanStatus.PUBLISHED.value)
        row = self.session.execute(query.order_by(PLAN.c.revision.desc())).first()
        return None if row is None else plan_of(row)

    def in_force(self) -> tuple[PlanRow, ...]:
        """The published plans that no later one took the place of, the latest first."""
        query = select(PLAN).where(PLAN.c.status == PlanStatus.PUBLISHED.value)
        rows = self.session.execute(query.order_by(PLAN.c.revision.desc()))
        return tuple(plan_of(row) for row in rows)

    def placing(self, employee_id: str, session: str) -> tuple[int, str] | None:
        """The latest published plan with somebody in this session, and the duty's name in it."""
        query = (
            select(ASSIGNMENT.c.plan_id, ASSIGNMENT.c.duty_id)
            .join_from(ASSIGNMENT, PLAN, PLAN.c.id == ASSIGNMENT.c.plan_id)
            .where(
                ASSIGNMENT.c.employee_id == employee_id,
                ASSIGNMENT.c.session == session,
                PLAN.c.revision.is_not(None),
            )
            .order_by(PLAN.c.revision.desc())
        )
        row = self.session.execute(query).first()
        return None if row is None else (row.plan_id, row.duty_id)

    def why(self, plan_id: int) -> dict[str, Message]:
        """Why everybody placed is where they are, by duty, to be told to the person."""
        query = select(ASSIGNMENT.c.duty_id, ASSIGNMENT.c.why).where(
            ASSIGNMENT.c.plan_id == plan_id, ASSIGNMENT.c.why.is_not(None)
        )
        rows = self.session.execute(query)
        return {duty_id: Message.model_validate(why) for duty_id, why in rows}

    def problem(self, plan_id: int) -> Problem:
        """The snapshot that the plan was computed from."""
        body = self.session.scalar(select(SNAPSHOT.c.body).where(SNAPSHOT.c.plan_id == plan_id))
        if body is None:
            raise NotFound(f"There is no plan number {plan_id}.")
        return unpacked(_PROBLEM, body)

    def save_result(self, plan_id: int, result: PlanResult) -> None:
        """What a run made of a draft, instead of what an earlier one did. `Conflict` if the plan
        is no draft any more."""
        if not self._change_draft(plan_id, **figures_of(result)):
            raise Conflict(
                f"Plan {plan_id} is published already; its result cannot change.",
                hint="Make a new plan: it follows the published one.",
            )
        for model in (tables.Assignment, tables.Unassigned, tables.Violation):
            self.delete(model, table_of(model).c.plan_id == plan_id)
        query = select(SESSION.c.key, SESSION.c.first_day).where(SESSION.c.plan_id == plan_id)
        first_days = dict(self.session.execute(query).all())
        self.insert(tables.Assignment, assignment_rows(plan_id, result, first_days))
        self.insert(
            tables.Unassigned, (unassigned_row(plan_id, duty) for duty in result.unassigned)
        )
        self.insert(
            tables.Violation,
            (violation_row(plan_id, *each) for each in enumerate(result.violations)),
        )

    def unassigned(self, plan_id: int) -> tuple[Unassigned, ...]:
        """The duties that could not be placed, the longest due first."""
        query = select(UNASSIGNED).where(UNASSIGNED.c.plan_id == plan_id)
        rows = self.session.execute(query.order_by(UNASSIGNED.c.due, UNASSIGNED.c.duty_id))
        return tuple(unassigned_of(row) for row in rows)

    def violations(self, plan_id: int) -> tuple[Violation, ...]:
        """The rules that the plan breaks, in the order in which they were found."""
        query = select(VIOLATION.c.definition).where(VIOLATION.c.plan_id == plan_id)
        definitions = self.session.scalars(query.order_by(VIOLATION.c.number))
        return tuple(Violation.model_validate(definition) for definition in definitions)

    def next_revision(self) -> int:
        """The number that the next published plan gets. Until the end of the transaction nobody
        else publishes, so what is read after this stays true."""
        self.lock(PUBLISHING)
        return (self.session.scalar(select(func.max(PLAN.c.revision))) or 0) + 1

    def publish(
        self,
        plan_id: int,
        *,
        author: str,
        at: datetime,
        follows: int | None = None,
        supersedes: Sequence[int] = (),
    ) -> int:
        """Make the draft the next revision, whose number comes back; the plans that it
        `supersedes` are no longer in force.

        Of several who publish the same revision exactly one wins, the others get `Conflict`:
        `follows`, where given, says which one the publisher saw last.
        """
        revision = self.next_revision()
        if follows is not None and follows != revision - 1:
            raise Conflict(
                f"Somebody else published revision {revision - 1} meanwhile; nothing was changed.",
                hint="Look at the published plan, then publish again.",
            )
        if not self._change_draft(
            plan_id,
            status=PlanStatus.PUBLISHED.value,
            revision=revision,
            published_at=at,
            published_by=author,
        ):
            raise Conflict(f"Plan {plan_id} is no draft any more; nothing was changed.")
        if supersedes:
            over = change(PLAN).where(PLAN.c.id.in_(supersedes))
            self.session.execute(over.values(status=PlanStatus.SUPERSEDED.value))
        return revision

    def _change_draft(self, plan_id: int, **values: Any) -> bool:
        """Whether there was such a draft to change."""
        draft = change(PLAN).where(PLAN.c.id == plan_id, PLAN.c.status == PlanStatus.DRAFT.value)
        return self.update(draft.values(**values))
