"""The sample company: any size, always the same for the same seed, and good to import."""

from __future__ import annotations

import csv
import hashlib
import time
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path

import pytest

from scheduler.domain.calendar import DAY, DateRange, Period
from scheduler.domain.errors import BadInput
from scheduler.domain.people import Scope
from scheduler.domain.programme import Channel, generate_sessions
from scheduler.exchange.absences.file import (
    guess_absence_mapping,
    guess_blackout_mapping,
    read_absences,
    read_blackouts,
)
from scheduler.exchange.centres import guess_centre_mapping, read_centres
from scheduler.exchange.exceptions.reading import (
    NamesOnRecord,
    RecordKind,
    guess_record_mapping,
    read_records,
)
from scheduler.exchange.roster.entries import RosterDefaults
from scheduler.exchange.roster.reading import guess_mapping, read_roster
from scheduler.exchange.sheets.reading import read_table
from scheduler.exchange.sheets.sheet import Sheet
from scheduler.presets import preset
from scheduler.sample import Company, make_company, write_company

START = date(2027, 1, 4)


@cache
def company(employees: int = 1_000, centres: int = 1, seed: int = 1) -> Company:
    """A company that several tests look at."""
    return make_company(employees, centres, seed, START)


def digests(folder: Path) -> dict[str, str]:
    """A hash of every file."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


class TestSeeds:
    def test_the_same_seed_makes_the_same_bytes(self, tmp_path: Path) -> None:
        for name in "ab":
            write_company(make_company(300, 2, 7, START), tmp_path / name)
        assert digests(tmp_path / "a") == digests(tmp_path / "b")

    def test_the_bytes_are_the_same_on_every_machine_and_python(self, tmp_path: Path) -> None:
        """A change here changes every company that anybody made: say so in the changelog."""
        write_company(make_company(300, 2, 7, START), tmp_path)
        found = digests(tmp_path)
        assert found["roster.csv"].startswith("d6669a11c1389a1d")
        assert found["exemptions.csv"].startswith("123e3499eb187700")
        assert found["mentors.csv"].startswith("b7fb49d345311e35")

    def test_what_came_later_left_what_was_there_as_it_was(self, tmp_path: Path) -> None:
        """Everything has a stream of its own: clearances are a column more, and no name changed."""
        write_company(make_company(300, 2, 7, START), tmp_path)
        with (tmp_path / "roster.csv").open(encoding="utf-8", newline="") as file:
            rows = [row[:-1] for row in csv.reader(file)]
        with (tmp_path / "before.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        assert digests(tmp_path)["before.csv"].startswith("cb6a955220451e9c")

    def test_another_seed_makes_another_company(self) -> None:
        assert company(50).employees != company(50, seed=2).employees


class TestFiles:
    @pytest.mark.parametrize(("employees", "centres"), [(1, 1), (2, 3), (40, 1), (1_000, 12)])
    def test_are_read_back_without_a_blemish(
        self, employees: int, centres: int, tmp_path: Path
    ) -> None:
        made = company(employees, centres)
        write_company(made, tmp_path)

        def sheet(name: str) -> Sheet:
            return read_table(tmp_path / name, filename=name, limit_bytes=10**7)

        roster = sheet("roster.csv")
        people = read_roster(
            roster, guess_mapping(roster.headers), known={}, defaults=RosterDefaults()
        )
        assert people.blemishes == ()
        assert people.employees == made.employees
        assert people.stand_ins == made.stand_ins
        centre_sheet = sheet("centres.csv")
        centre_reading = read_centres(centre_sheet, guess_centre_mapping(centre_sheet.headers))
        assert (centre_reading.centres, centre_reading.blemishes) == (made.centres, ())
        blackouts = sheet("blackouts.csv")
        blackout_reading = read_blackouts(
            blackouts,
            guess_blackout_mapping(blackouts.headers),
            teams={p.team for p in made.employees if p.team},
            departments={p.department for p in made.employees if p.department},
        )
        assert (blackout_reading.blackouts, blackout_reading.blemishes) == (made.blackouts, ())
        absences = sheet("absences.csv")
        away = read_absences(
            absences,
            guess_absence_mapping(absences.headers),
            known={p.id for p in made.employees},
        )
        assert (away.absences, away.wishes) == (made.absences, made.wishes)
        assert (away.blemishes, away.notes) == ((), ())
        directory = NamesOnRecord(
            people={p.id for p in made.employees},
            centres={centre.key: centre.name for centre in made.centres},
        )
        for kind, values in (
            (RecordKind.EXEMPTIONS, made.exemptions),
            (RecordKind.PAIRINGS, made.pairings),
            (RecordKind.MENTORS, made.mentors),
        ):
            if not values:
                assert not (tmp_path / f"{kind}.csv").exists()
                continue
            records = sheet(f"{kind}.csv")
            mapping = guess_record_mapping(kind, records.headers)
            assert set(mapping) == set(records.headers)
            record_reading = read_records(kind, records, mapping, directory)
            assert (record_reading.values, record_reading.blemishes) == (values, ())
        summary = tomllib.loads((tmp_path / "company.toml").read_text("utf-8"))
        assert summary == {
            "name": "Sample Company",
            "employees": employees,
            "centres": centres,
            "seed": 1,
            "start": START,
            "session_seats": made.session_seats,
        }


class TestPeople:
    def test_are_as_many_as_asked_for(self) -> None:
        assert {n: len(company(n).employees) for n in (1, 2, 3, 12, 13, 14, 300)} == {
            n: n for n in (1, 2, 3, 12, 13, 14, 300)
        }

    def test_have_one_chief_and_executives_leading_departments(self) -> None:
        people = company().employees
        assert [p.title for p in people if p.level == 1] == ["Chief Executive"]
        executives = [p for p in people if p.executive]
        assert len(executives) == 11
        assert {p.level for p in executives} == {1, 2}
        assert len({p.department for p in executives}) == 11

    def test_work_in_departments_of_very_different_size(self) -> None:
        sizes = Counter(p.department for p in company().employees)
        assert sizes["Operations"] == 299
        assert sizes["Legal"] == 20

    def test_work_in_teams_of_about_nine(self) -> None:
        sizes = Counter(p.team for p in company(5_000).employees)
        leading = {team for team in sizes if team and "leads" in team}
        working = [size for team, size in sizes.items() if team not in leading]
        assert 8 < sum(working) / len(working) < 10
        assert max(sizes.values()) <= 12

    def test_are_led_inside_their_department(self) -> None:
        people = {p.id: p for p in company(5_000).employees}
        led = [p for p in people.values() if p.level > 2]
        assert all(people[p.manager_id or ""].department == p.department for p in led)
        assert max(p.level for p in led) <= 7

    def test_work_part_time_in_places_of_several_countries_and_speak_their_languages(self) -> None:
        people = company().employees
        part_time = sum(p.pattern.share < 1 for p in people) / len(people)
        assert 0.1 < part_time < 0.18
        assert {p.place.country for p in people} >= {"DE", "AT", "NO", "SK", "IT", "GB", "US"}
        assert {"de", "en"} <= {language for p in people for language in p.languages}

    def test_can_all_serve_on_two_days_in_a_row(self) -> None:
        patterns = {p.pattern for p in company().employees}
        assert all({0, 1} <= p.weekdays or {2, 3} <= p.weekdays for p in patterns)

    def test_come_and_go(self) -> None:
        people = company().employees
        assert 5 < sum(p.hire_date > START for p in people) < 40
        assert 10 < sum(p.leave_date is not None for p in people) < 60
        assert all(not p.executive or p.leave_date is None for p in people)

    def test_have_mail_addresses_of_their_own(self) -> None:
        addresses = [p.email for p in company(5_000).employees]
        assert len(set(addresses)) == 5_000
        assert all(a is not None and a.isascii() and " " not in a for a in addresses)


class TestDays:
    def test_of_absence_are_holidays_mostly_in_summer_and_a_few_long_leaves(self) -> None:
        made = company()
        assert 1.2 < len(made.absences) / len(made.employees) < 2.5
        months = Counter(a.days.first.month for a in made.absences)
        assert months[7] + months[8] > months[1] + months[2] + months[3] + months[5]
        assert 4 <= sum(len(a.days) > 100 for a in made.absences) <= 30

    def test_wished_for_come_from_a_fifth_of_the_people(self) -> None:
        made = company()
        share = len({wish.employee_id for wish in made.wishes}) / len(made.employees)
        assert 0.15 < share < 0.25
        assert len({wish.kind for wish in made.wishes}) == 2

    def test_of_blackouts_concern_the_company_departments_and_a_team(self) -> None:
        made = company()
        assert {b.scope for b in made.blackouts} == set(Scope)
        units = {(Scope.COMPANY, "")}
        units |= {(Scope.TEAM, p.team or "") for p in made.employees}
        units |= {(Scope.DEPARTMENT, p.department or "") for p in made.employees}
        assert {(b.scope, b.name) for b in made.blackouts} <= units

    def test_stand_ins_are_of_the_same_team_and_in_one_pair_each(self) -> None:
        made = company()
        team = {p.id: p.team for p in made.employees}
        assert len(made.stand_ins) > 20
        assert all(team[pair.one] == team[pair.other] for pair in made.stand_ins)
        people = [id for pair in made.stand_ins for id in (pair.one, pair.other)]
        assert len(people) == len(set(people))


class TestExceptions:
    def test_of_training_are_few_and_late(self) -> None:
        people = company(5_000).employees
        unknown = sum(p.cleared_until is None for p in people) / len(people)
        assert 0.01 < unknown < 0.03
        end = Period(months=24).after(START)
        lapsing = [p for p in people if p.cleared_until is not None and p.cleared_until < end]
        assert len(lapsing) == 3
        assert all((end - (p.cleared_until or end)).days < 100 for p in lapsing)

    @pytest.mark.slow
    def test_are_releases_and_accommodations_that_end(self) -> None:
        made = company()
        assert len(made.exemptions) == 10
        assert {(e.release, e.shadowing, e.channels) for e in made.exemptions} == {
            (True, False, ()),
            (False, True, ()),
            (False, False, (Channel.MAIL,)),
        }
        end = Period(months=12).after(START)
        assert all(e.remind and e.remind < e.days.last < end for e in made.exemptions)
        assert len(company(50_000).exemptions) == 20

    def test_are_pairs_at_the_same_centre(self) -> None:
        made = company(1_000, 12)
        centre = {p.id: p.centre for p in made.employees}
        assert len(made.pairings) == 16
        assert all(centre[pair.one] == centre[pair.other] for pair in made.pairings)
        assert {pair.together for pair in made.pairings} == {True, False}

    @pytest.mark.parametrize(("employees", "centres"), [(60, 3), (1_000, 2), (5_000, 4)])
    def test_mentors_are_enough_for_every_week_of_the_customer_experience(
        self, employees: int, centres: int
    ) -> None:
        made = company(employees, centres)
        cew = made.seated(preset("amazon").programmes)[1]
        horizon = DateRange(first=START, last=Period(months=24).after(START) - DAY)
        assert cew.guests_per_mentor is not None
        needed = max(cew.mentor_centres, ceil(cew.seats / cew.guests_per_mentor))
        for session in generate_sessions([cew], made.centres, horizon):
            there = Counter(
                mentor.centre
                for mentor in made.mentors
                if all(mentor.works_on(day) for day in session.days)
            )
            assert all(there[centre.key] >= needed for centre in made.centres)

    def test_of_a_single_centre_there_are_no_mentors_to_wait_for(self) -> None:
        assert company(40).mentors == ()


class TestCentres:
    def test_have_the_places_names_and_keys_people_expect(self) -> None:
        centres = company(40, 12).centres
        assert [c.name for c in centres[:2]] == ["Berlin", "Regensburg"]
        assert [(c.name, c.key) for c in centres[-2:]] == [
            ("Berlin 2", "berlin-2"),
            ("Regensburg 2", "regensburg-2"),
        ]

    def test_a_single_one_is_nobodys_only_centre(self) -> None:
        assert {p.centre for p in company().employees} == {None}

    def test_several_share_the_teams_evenly_each_team_at_one(self) -> None:
        made = company(5_000, 4)
        by_team: dict[str | None, set[str | None]] = {}
        for p in made.employees:
            by_team.setdefault(p.team, set()).add(p.centre)
        assert all(len(centres) == 1 for centres in by_team.values())
        load = Counter(p.centre for p in made.employees)
        assert set(load) == {c.key for c in made.centres}
        assert max(load.values()) < 1.1 * min(load.values())

    @pytest.mark.parametrize(("employees", "centres"), [(1_000, 1), (5_000, 1), (10_000, 4)])
    def test_have_seats_for_everybody_in_two_years_and_few_to_spare(
        self, employees: int, centres: int
    ) -> None:
        made = company(employees, centres)
        two_days = made.seated(preset("amazon").programmes)[0]
        horizon = DateRange(first=START, last=Period(months=24).after(START) - DAY)
        closed = [b.days for b in made.blackouts if b.scope is Scope.COMPANY]
        seats = sum(
            session.seats
            for session in generate_sessions([two_days], made.centres, horizon)
            if not any(day in days for day in session.days for days in closed)
        )
        assert 0.8 < employees / seats <= 0.95

    def test_of_a_small_company_have_two_seats(self) -> None:
        assert company(40).session_seats == {"two_days": 2, "cew": 4}

    def test_small_sessions_do_not_ask_for_more_people_than_seats(self) -> None:
        cew = preset("amazon").programmes[1]
        small, large = (company(n).seated([cew])[0] for n in (40, 5_000))
        assert (cew.seats, cew.least) == (12, 6)
        assert (small.seats, small.least) == (4, 2)
        assert large.seats > cew.seats
        assert large.least == cew.least

    def test_seats_of_other_programmes_stay(self) -> None:
        olark = preset("olark").programmes
        assert company(40).seated(olark) == olark


class TestSizes:
    @pytest.mark.parametrize(("employees", "centres"), [(0, 1), (1_500_001, 1), (5, 0), (5, 1_001)])
    def test_beyond_the_limits_are_an_error(self, employees: int, centres: int) -> None:
        with pytest.raises(BadInput, match="A sample company has"):
            make_company(employees, centres, 1, START)

    @pytest.mark.slow
    def test_of_tens_of_thousands_take_seconds(self) -> None:
        begin = time.process_time()
        made = make_company(20_000, 4, 1, START)
        assert time.process_time() - begin < 10  # about 1.2 s; slow machines have their time
        assert len(made.employees) == 20_000
