"""Real people from roster files: DIR/NAME/employees.csv, also in gzip.

Rosters know of no leave and no wishes; those are made as the sample company's are. Everybody
serves at one centre, with so many seats that 95 % of them are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from scheduler.domain.errors import BadInput
from scheduler.domain.people import Employee, with_levels
from scheduler.domain.problem import Problem
from scheduler.domain.programme import generate_sessions
from scheduler.exchange.roster.entries import RosterDefaults
from scheduler.exchange.roster.reading import guess_mapping, read_roster
from scheduler.exchange.sheets.reading import read_table
from scheduler.presets import DEFAULT_PRESET, preset
from scheduler.sample import Company, make_company
from scheduler.sample.days import make_absences, make_wishes
from tests.benchmarks.instances import Spec, cover_for, dates_of, problem_of
from tests.benchmarks.names import InstanceKind
from tests.benchmarks.steady import HORIZON, START, seated

LARGEST_FILE = 50 * 1024 * 1024


def find(folder: Path) -> list[Path]:
    """The rosters below `folder`. Raises `BadInput` if there are none."""
    rosters = sorted(folder.glob("*/employees.csv*"))
    if not rosters:
        raise BadInput(
            f"There is no roster below {folder}.", hint="Expected: NAME/employees.csv or .csv.gz."
        )
    return rosters


def instances(
    folder: Path, kinds: tuple[InstanceKind, ...], seeds: tuple[int, ...]
) -> Iterator[tuple[Spec, Path]]:
    """One instance for every roster below `folder`, kind and seed."""
    for path in find(folder):
        count = len(_people(path))
        for kind in kinds:
            for seed in seeds:
                yield Spec(kind, count, seed=seed, name=path.parent.name), path


def make(wanted: Spec, path: Path) -> Problem:
    """The two years of those who work there when the horizon begins."""
    people = with_levels(_people(path), 1)
    sample = make_company(len(people), 1, wanted.seed, START)
    company = Company(
        name=wanted.name,
        seed=wanted.seed,
        start=START,
        employees=people,
        centres=sample.centres,
        absences=tuple(make_absences(people, START, Random(f"{wanted.seed}/absences"))),
        blackouts=sample.blackouts,
        wishes=tuple(make_wishes(people, START, Random(f"{wanted.seed}/wishes"))),
        stand_ins=(),
        session_seats=sample.session_seats,
    )
    programmes = preset(DEFAULT_PRESET).programmes
    dates = dates_of(generate_sessions(programmes, company.centres, HORIZON))
    return seated(problem_of(wanted.kind, company, cover_for(people, dates)))


def _people(path: Path) -> tuple[Employee, ...]:
    sheet = read_table(path, filename=path.name, limit_bytes=LARGEST_FILE)
    place = make_company(1, 1, 1, START).centres[0].place
    defaults = RosterDefaults(executive_level=1, place=place)
    reading = read_roster(sheet, guess_mapping(sheet.headers), known={}, defaults=defaults)
    return tuple(person for person in reading.employees if person.employed_on(START))
