"""What makes people of the company an exception: training that ends, accommodations, pairs; and
the mentors of the centres. Each has a stream of its own, so that nothing else changes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import ceil
from random import Random

from scheduler.domain.calendar import FULL_TIME, DateRange, WorkPattern
from scheduler.domain.people import Employee, Exemption, Mentor, Pairing
from scheduler.domain.programme import Channel, ServiceCentre
from scheduler.sample.people import made_up_name

TWO_YEARS = 730
TRAINED_FOR = 1095
"""Days for which training in data protection is valid."""
NOT_RECORDED = 0.02
"""Share of people of whose training nobody has a record."""
MOST_LAPSING = 3
"""So few people's training ends within two years: enough to see one, too few to matter."""
PEOPLE_PER_EXEMPTION = 100
MOST_EXEMPTIONS = 20
PEOPLE_PER_PAIRING = 60
MOST_PAIRINGS = 40
GUESTS_PER_MENTOR = 4
SPARE = 1.7
"""So many times the mentors are there that the largest session needs: some are on holiday."""
FEWEST_SPARE = 3
FOUR_DAYS = WorkPattern(weekdays=frozenset(range(4)))


def make_clearances(people: int, start: date, random: Random) -> list[date | None]:
    """Until when the training of each is valid; of nearly all for more than two years."""
    clearances = [
        None
        if random.random() < NOT_RECORDED
        else start + timedelta(days=random.randint(TWO_YEARS + 1, TWO_YEARS + TRAINED_FOR))
        for _ in range(people)
    ]
    for number in random.sample(range(people), min(MOST_LAPSING, people // 100)):
        clearances[number] = start + timedelta(days=random.randint(TWO_YEARS - 90, TWO_YEARS - 30))
    return clearances


def make_exemptions(
    employees: Sequence[Employee], start: date, random: Random
) -> tuple[Exemption, ...]:
    """Some releases for months, some people who serve by mail alone, or beside somebody else for
    a while. All of them can serve within two years."""
    count = min(MOST_EXEMPTIONS, len(employees) // PEOPLE_PER_EXEMPTION)
    chosen = sorted(random.sample(range(len(employees)), count))
    approver = f"{employees[0].name}, {employees[0].title}"
    kinds = (
        ("care leave", (), False),
        ("hearing", (Channel.MAIL,), False),
        ("phased return", (), True),
    )
    exemptions = []
    for n, number in enumerate(chosen):
        category, channels, shadowing = kinds[n % len(kinds)]
        first = start + timedelta(days=random.randint(-60, 120))
        last = first + timedelta(days=random.randint(60, 240))
        exemptions.append(
            Exemption(
                employee_id=employees[number].id,
                category=category,
                approver=approver,
                days=DateRange(first=first, last=last),
                channels=channels,
                shadowing=shadowing,
                remind=last - timedelta(days=28),
            )
        )
    return tuple(exemptions)


def make_pairings(employees: Sequence[Employee], random: Random) -> tuple[Pairing, ...]:
    """Pairs who serve at the same centre, most of whom would like to do so together."""
    by_centre: dict[str | None, list[str]] = {}
    for person in employees:
        by_centre.setdefault(person.centre, []).append(person.id)
    count = min(MOST_PAIRINGS, len(employees) // PEOPLE_PER_PAIRING)
    pairs = set()
    for n in range(count):
        members = list(by_centre.values())[n % len(by_centre)]
        if len(members) > 1:
            one, other = sorted(random.sample(members, 2))
            pairs.add((one, other))
    return tuple(
        Pairing(one=one, other=other, together=random.random() < 0.7)
        for one, other in sorted(pairs)
    )


def make_mentors(
    centres: Iterable[ServiceCentre], seats: int, start: date, random: Random
) -> Iterator[Mentor]:
    """Mentors of every centre, enough for sessions of so many seats every month."""
    for centre in centres:
        for number in range(1, ceil(SPARE * seats / GUESTS_PER_MENTOR) + FEWEST_SPARE + 1):
            # They take turns, so that most of them are there at any time.
            summer = date(start.year, 7, 1) + timedelta(days=14 * (number % 4))
            holiday = DateRange(first=summer, last=summer + timedelta(days=13))
            yield Mentor(
                id=f"{centre.key}-m{number}",
                name=made_up_name(centre.place.country or "elsewhere", random),
                centre=centre.key,
                pattern=FOUR_DAYS if random.random() < 0.2 else FULL_TIME,
                away=(holiday,),
                most=random.choice((2, 2, 3)),
                rest=random.choice((0, 0, 1)),
            )
