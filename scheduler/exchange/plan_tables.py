"""A plan as a table: CSV, workbook and JSON with the same columns in the same order.

Names come from a roster anybody may have written, so no cell is ever a formula: a workbook holds
strings only, and in CSV an apostrophe stands before what a spreadsheet would calculate.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass, fields
from datetime import UTC, datetime, time
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem

PARTICIPANT = "participant"
_SEPARATOR = ";"
# The fullwidth forms count too: some spreadsheets read them as their plain ones. Beginning of a
# cell is also what follows a separator, for readers set to another one than the comma.
_CALCULATED = re.compile(r"((?:\A|[;\t\r\n])\s*'*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001


@dataclass(frozen=True)
class PlanLine:
    """One assignment. Days are ISO dates joined by semicolons; `start` and `end` are on the
    centre's clock, joined in the same way where the days differ."""

    employee_id: str
    employee_name: str
    programme: str
    centre: str
    first_day: str
    days: str
    start: str
    end: str
    timezone: str
    role: str = PARTICIPANT
    mentor: str = ""


COLUMNS = tuple(column.name for column in fields(PlanLine))


def plan_lines(rows: Iterable[Assignment], problem: Problem) -> Iterator[PlanLine]:
    """The assignments of a plan as lines, by first day, centre, programme and employee."""
    lines = [_line(assignment, problem) for assignment in rows]
    yield from sorted(lines, key=lambda line: (line.first_day, line.centre, astuple(line)))


def plan_csv(rows: Iterable[Assignment], problem: Problem) -> str:
    """The plan as CSV (RFC 4180)."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(csv_safe, astuple(line)) for line in plan_lines(rows, problem))
    return text.getvalue()


def plan_xlsx(rows: Iterable[Assignment], problem: Problem) -> bytes:
    """The plan as a workbook of one sheet; the same plan makes the same bytes."""
    file = BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    # Dated by its content, so that nothing in it depends on when it was written.
    workbook.set_properties({"created": datetime.combine(problem.horizon.first, time(), UTC)})
    sheet = workbook.add_worksheet("Plan")
    bold = workbook.add_format({"bold": True})
    for column, title in enumerate(COLUMNS):
        sheet.write_string(0, column, title, bold)
    count = 0
    for count, line in enumerate(plan_lines(rows, problem), start=1):
        for column, text in enumerate(astuple(line)):
            sheet.write_string(count, column, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    sheet.set_column(0, len(COLUMNS) - 1, 18)
    workbook.close()
    return file.getvalue()


def plan_json(rows: Iterable[Assignment], problem: Problem) -> str:
    """The plan as a JSON object with its horizon and its assignments, days as a list."""
    return json.dumps(
        {
            "first": problem.horizon.first.isoformat(),
            "last": problem.horizon.last.isoformat(),
            "assignments": [_as_object(line) for line in plan_lines(rows, problem)],
        },
        ensure_ascii=False,
        indent=1,
    )


def csv_safe(text: str) -> str:
    """`text` with an apostrophe before every sign that would make a spreadsheet calculate."""
    return _CALCULATED.sub(r"\1'", text)


def _line(assignment: Assignment, problem: Problem) -> PlanLine:
    session = problem.session[assignment.session]
    return PlanLine(
        employee_id=assignment.employee_id,
        employee_name=problem.employee[assignment.employee_id].name,
        programme=session.programme,
        centre=session.centre,
        first_day=session.first_day.isoformat(),
        days=_SEPARATOR.join(day.isoformat() for day in session.days),
        start=_hours(session.starts),
        end=_hours(session.ends),
        timezone=session.timezone,
    )


def _hours(times: Iterable[time]) -> str:
    """The hour that all days share, or the hour of each day in order."""
    shown = [f"{each:%H:%M}" for each in times]
    return shown[0] if len(set(shown)) == 1 else _SEPARATOR.join(shown)


def _as_object(line: PlanLine) -> dict[str, Any]:
    return asdict(line) | {"days": line.days.split(_SEPARATOR)}
