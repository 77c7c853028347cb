"""The company as files that the importers read: roster, absences, centres, exceptions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from scheduler.sample.company import Company

ROSTER = (
    "employee_id", "name", "email", "department", "team", "title", "manager_id", "stand_in",
    "city", "subdivision", "country", "timezone", "pattern", "languages", "hire_date",
    "leave_date", "centre", "cleared_until",
)  # fmt: skip
CENTRES = (
    "key", "name", "address", "city", "subdivision", "country", "timezone", "pattern", "opens",
    "closes", "seats", "languages",
)  # fmt: skip

EXEMPTIONS = (
    "employee_id", "category", "approver", "first", "last", "channels", "shadowing", "remind",
)  # fmt: skip
MENTORS = ("id", "name", "centre", "pattern", "away", "most", "rest")

Cells = tuple[object, ...]


def write_company(company: Company, folder: Path) -> tuple[Path, ...]:
    """Write the company into `folder`, made if need be; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _write(folder / "roster.csv", ROSTER, _roster(company)),
        _write(folder / "absences.csv", ("employee_id", "first", "last", "kind"), _away(company)),
        _write(folder / "blackouts.csv", ("scope", "name", "first", "last"), _blackouts(company)),
        _write(folder / "centres.csv", CENTRES, _centres(company)),
    ]
    for name, headers, rows in (
        ("exemptions", EXEMPTIONS, _exemptions(company)),
        ("pairings", ("one", "other", "together"), _pairings(company)),
        ("mentors", MENTORS, _mentors(company)),
    ):
        if rows:  # a file of headers alone is a mistake to every importer
            written.append(_write(folder / f"{name}.csv", headers, rows))
    summary = folder / "company.toml"
    summary.write_text(_summary(company), "utf-8", newline="\n")
    return (*written, summary)


def _write(path: Path, headers: Iterable[str], rows: Iterable[Cells]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
    return path


def _roster(company: Company) -> Iterator[Cells]:
    stand_in = {pair.one: pair.other for pair in company.stand_ins}
    for person in company.employees:
        yield (
            person.id,
            person.name,
            person.email,
            person.department,
            person.team,
            person.title,
            person.manager_id,
            stand_in.get(person.id),
            person.place.city,
            person.place.subdivision,
            person.place.country,
            person.place.timezone,
            person.pattern,
            ", ".join(person.languages),
            person.hire_date,
            person.leave_date,
            person.centre,
            person.cleared_until,
        )


def _away(company: Company) -> Iterator[Cells]:
    for absence in company.absences:
        yield absence.employee_id, absence.days.first, absence.days.last, "absent"
    for wish in company.wishes:
        yield wish.employee_id, wish.days.first, wish.days.last, wish.kind


def _blackouts(company: Company) -> Iterator[Cells]:
    for blackout in company.blackouts:
        yield blackout.scope, blackout.name, blackout.days.first, blackout.days.last


def _centres(company: Company) -> Iterator[Cells]:
    for centre in company.centres:
        yield (
            centre.key,
            centre.name,
            centre.address,
            centre.place.city,
            centre.place.subdivision,
            centre.place.country,
            centre.place.timezone,
            centre.pattern,
            f"{centre.opens:%H:%M}",
            f"{centre.closes:%H:%M}",
            centre.seats,
            ", ".join(centre.languages),
        )


def _exemptions(company: Company) -> list[Cells]:
    return [
        (
            exemption.employee_id,
            exemption.category,
            exemption.approver,
            exemption.days.first,
            exemption.days.last,
            ", ".join(exemption.channels),
            "yes" if exemption.shadowing else "no",
            exemption.remind,
        )
        for exemption in company.exemptions
    ]


def _pairings(company: Company) -> list[Cells]:
    return [
        (pair.one, pair.other, "together" if pair.together else "apart")
        for pair in company.pairings
    ]


def _mentors(company: Company) -> list[Cells]:
    return [
        (
            mentor.id,
            mentor.name,
            mentor.centre,
            mentor.pattern,
            "; ".join(f"{days.first}..{days.last}" for days in mentor.away),
            mentor.most,
            mentor.rest,
        )
        for mentor in company.mentors
    ]


def _summary(company: Company) -> str:
    lines = [
        f'name = "{company.name}"',
        f"employees = {len(company.employees)}",
        f"centres = {len(company.centres)}",
        f"seed = {company.seed}",
        f"start = {company.start}",
        "",
        "# Seats of one session, by programme.",
        "[session_seats]",
        *(f"{key} = {seats}" for key, seats in company.session_seats.items()),
    ]
    return "\n".join(lines) + "\n"
