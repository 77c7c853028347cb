"""The whole company: put together from its structure, people, centres and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil
from random import Random

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.errors import BadInput
from scheduler.domain.people import (
    Absence,
    Blackout,
    Employee,
    Exemption,
    Mentor,
    Pairing,
    Scope,
    StandIns,
    Wish,
    with_levels,
)
from scheduler.domain.programme import Programme, ServiceCentre, generate_sessions
from scheduler.presets import DEFAULT_PRESET, preset
from scheduler.sample.days import make_absences, make_blackouts, make_stand_ins, make_wishes
from scheduler.sample.exceptions import (
    make_clearances,
    make_exemptions,
    make_mentors,
    make_pairings,
)
from scheduler.sample.people import Site, make_people, sites
from scheduler.sample.structure import BOARD, Structure, build

EXECUTIVE_LEVEL = 2
LARGEST = 1_500_000
MOST_CENTRES = 1_000
TWO_YEARS = Period(months=24)
FULLEST = 0.95
"""Share of the seats of two years that the company fills, at most."""
FEWEST_SEATS = 2


@dataclass(frozen=True)
class Company:
    """A company that nobody works at. `session_seats` are seats for each programme of the default
    preset, with which two years have room for everybody and little more."""

    name: str
    seed: int
    start: date
    employees: tuple[Employee, ...]
    centres: tuple[ServiceCentre, ...]
    absences: tuple[Absence, ...]
    blackouts: tuple[Blackout, ...]
    wishes: tuple[Wish, ...]
    stand_ins: tuple[StandIns, ...]
    session_seats: dict[str, int]
    exemptions: tuple[Exemption, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    mentors: tuple[Mentor, ...] = ()

    def seated(self, programmes: Iterable[Programme]) -> tuple[Programme, ...]:
        """The programmes with the seats this company needs, and as many people asked for as
        fit in."""
        return tuple(_seated(programme, self.session_seats) for programme in programmes)


def _seated(programme: Programme, seats: Mapping[str, int]) -> Programme:
    wanted = seats.get(programme.key, programme.seats)
    least = max(1, programme.least * wanted // programme.seats)
    return programme.model_copy(update={"seats": wanted, "least": min(programme.least, least)})


def make_company(employees: int, centres: int, seed: int, start: date) -> Company:
    """A company of `employees` people (1 to 1,500,000) with `centres` service centres, whose
    programme begins on `start`. With several centres every team belongs to one. Raises
    `BadInput` for other sizes."""
    _check_size(employees, centres)
    structure = build(employees, _random(seed, "structure"))
    centre_sites = _centre_sites(centres)
    team_centres = _team_centres(structure, list(centre_sites), _random(seed, "centres"))
    team_sites = _team_sites(structure, team_centres, centre_sites, _random(seed, "sites"))
    people = with_levels(
        make_people(
            structure,
            team_sites,
            team_centres if centres > 1 else {},
            start,
            make_clearances(len(structure.positions), start, _random(seed, "clearances")),
            _random(seed, "people"),
        ),
        EXECUTIVE_LEVEL,
    )
    blackouts = make_blackouts(structure, start)
    load = Counter(team_centres[position.team] for position in structure.positions)
    seats = _session_seats(
        [_centre(*pair) for pair in centre_sites.items()], load, blackouts, start
    )
    made_centres = tuple(_centre(*pair, seats=sum(seats.values())) for pair in centre_sites.items())
    return Company(
        name="Sample Company",
        seed=seed,
        start=start,
        employees=people,
        centres=made_centres,
        absences=tuple(make_absences(people, start, _random(seed, "absences"))),
        blackouts=blackouts,
        wishes=tuple(make_wishes(people, start, _random(seed, "wishes"))),
        stand_ins=make_stand_ins(structure, people, _random(seed, "stand-ins")),
        session_seats=seats,
        exemptions=make_exemptions(people, start, _random(seed, "exemptions")),
        pairings=make_pairings(people, _random(seed, "pairings")),
        mentors=_mentors(made_centres, max(seats.values()), start, seed),
    )


def _check_size(employees: int, centres: int) -> None:
    if not 1 <= employees <= LARGEST:
        raise BadInput(f"A sample company has 1 to {LARGEST:,} people, not {employees:,}.")
    if not 1 <= centres <= MOST_CENTRES:
        raise BadInput(f"A sample company has 1 to {MOST_CENTRES:,} centres, not {centres:,}.")


def _mentors(
    centres: Sequence[ServiceCentre], seats: int, start: date, seed: int
) -> tuple[Mentor, ...]:
    """The week wants mentors of two centres: those of a single one could never accompany it."""
    if len(centres) == 1:
        return ()
    return tuple(make_mentors(centres, seats, start, _random(seed, "mentors")))


def _random(seed: int, what: str) -> Random:
    """A stream of its own for each part, so that changing one leaves the others as they were."""
    return Random(f"{seed}/{what}")


def _centre_sites(centres: int) -> dict[str, Site]:
    """The site of each centre by key; places get a second centre when all have one."""
    able = sorted((s for s in sites() if s.centre is not None), key=lambda s: s.centre or 0)
    sites_by_key = {}
    for n in range(centres):
        site = able[n % len(able)]
        number = n // len(able) + 1
        sites_by_key[site.place.city.casefold() + (f"-{number}" if number > 1 else "")] = site
    return sites_by_key


def _centre(key: str, site: Site, seats: int | None = None) -> ServiceCentre:
    _, _, number = key.partition("-")
    return ServiceCentre(
        key=key,
        name=f"{site.place.city} {number}".strip(),
        place=site.place,
        address=site.address,
        seats=seats,
        languages=site.languages,
    )


def _team_centres(structure: Structure, keys: Sequence[str], random: Random) -> dict[str, str]:
    """A centre for every team, such that all centres have about the same number of people."""
    teams = list(structure.teams)
    random.shuffle(teams)
    return {team: keys[n % len(keys)] for n, team in enumerate(teams)}


def _team_sites(
    structure: Structure, centres: dict[str, str], centre_sites: dict[str, Site], random: Random
) -> dict[str, Site]:
    """Where every team works: most in the place of their centre, the board at headquarters."""
    weights = list(accumulate(site.weight for site in sites()))
    return {
        team: sites()[0]
        if team == BOARD
        else centre_sites[centres[team]]
        if random.random() < 0.5
        else random.choices(sites(), cum_weights=weights)[0]
        for team in structure.teams
    }


def _session_seats(
    centres: Sequence[ServiceCentre],
    load: Counter[str],
    blackouts: Iterable[Blackout],
    start: date,
) -> dict[str, int]:
    """Seats of a session, so that each centre has room for its people in two years."""
    programmes = preset(DEFAULT_PRESET).programmes
    closed = tuple(b.days for b in blackouts if b.scope is Scope.COMPANY)
    open_centres = [centre.model_copy(update={"closed": closed}) for centre in centres]
    horizon = DateRange(first=start, last=TWO_YEARS.after(start) - DAY)
    sessions = Counter(
        session.centre for session in generate_sessions(programmes[:1], open_centres, horizon)
    )
    needed = (load[key] / (sessions[key] * FULLEST) for key in load)
    seats = max(FEWEST_SEATS, *(ceil(n) for n in needed))
    return {programme.key: seats * n for n, programme in enumerate(programmes, 1)}
