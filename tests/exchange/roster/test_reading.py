"""Rosters: every field in every way people write it, and every mistake with its line."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.calendar import FULL_TIME, Place
from scheduler.domain.errors import BadInput
from scheduler.domain.people import StandIns
from scheduler.exchange.countries import read_subdivision
from scheduler.exchange.roster.difference import FieldChange, difference
from scheduler.exchange.roster.entries import RosterDefaults
from scheduler.exchange.roster.fields import FIELDS
from scheduler.exchange.roster.reading import RosterReading, guess_mapping, read_roster
from tests.exchange.tables_from_outside import BERLIN, ROSTERS, person, roster, table, workbook

HEAD = "id,name,hire date"


def column(header: str, *cells: str) -> RosterReading:
    """A roster of good people with one more column."""
    rows = [f"{n};Person {n};2020-01-01;{cell}" for n, cell in enumerate(cells, 1)]
    return roster("\n".join([f"id;name;hire date;{header}", *rows]) + "\n")


def problems(reading: RosterReading) -> list[tuple[int | None, str | None, str]]:
    """What is wrong: line, column, problem."""
    return [(b.line, b.column, b.problem) for b in reading.blemishes]


def notes(reading: RosterReading) -> list[str]:
    """What is unusual, in words."""
    return [str(note) for note in reading.notes]


class TestHeaders:
    @pytest.mark.parametrize(
        ("headers", "fields"),
        [
            (
                "employee_id first_name last_name hire_date",
                "employee_id first_name last_name hire_date",
            ),
            (
                "emp_no,Vorname,Nachname,Eintrittsdatum",
                "employee_id first_name last_name hire_date",
            ),
            ("Personalnummer;Name;Eintritt;Abteilung", "employee_id name hire_date department"),
            (
                "Personnel Number;Full Name;Start date;Reports to",
                "employee_id name hire_date manager_id",
            ),
            ("EmployeeID;FullName;hireDate;managerId", "employee_id name hire_date manager_id"),
            ("E-Mail;Country;Time Zone;Work pattern", "email country timezone pattern"),
            (
                "Stand-in;Last served on;Last Programme;Team",
                "stand_in last_served last_programme team",
            ),
            (
                "Austrittsdatum;Vorgesetzte/r;Bundesland;Land",
                "leave_date manager_id subdivision country",
            ),
            ("Prénom;Nom;Date d’embauche;Société", "first_name last_name hire_date"),
            ("Id;Name;Training valid until", "employee_id name cleared_until"),
            ("Id;Name;Data-protection until", "employee_id name cleared_until"),
        ],
    )
    def test_are_guessed(self, headers: str, fields: str) -> None:
        split = (
            headers.replace(",", ";").split(";")
            if ";" in headers or "," in headers
            else headers.split()
        )
        assert set(guess_mapping(split)) == set(fields.split())

    def test_are_guessed_once_each(self) -> None:
        assert guess_mapping(["manager", "manager_id"]) == {"manager_id": "manager_id"}

    def test_with_no_fitting_name_are_left_alone(self) -> None:
        assert guess_mapping(["department_manager_id", "job_id", "", "--"]) == {}

    def test_are_corrected_by_a_mapping(self) -> None:
        reading = roster(
            "code,who,since\n7,Ada,2020-01-01\n",
            mapping={"employee_id": "code", "name": "WHO", "hire_date": "since"},
        )
        assert [p.name for p in reading.employees] == ["Ada"]

    def test_that_are_not_used_are_said(self) -> None:
        assert notes(roster(f"{HEAD},salary\n1,Ada,2020-01-01,5\n")) == [
            "Columns that are not used: salary."
        ]

    def test_of_needed_fields_are_missed_all_at_once(self) -> None:
        with pytest.raises(BadInput) as caught:
            roster("colour,size\nred,5\n")
        assert "no column for: Employee id, Full name, Hire date. Found: “colour”, “size”." in str(
            caught.value
        )
        assert len(caught.value.blemishes) == 3

    def test_of_names_are_missed(self) -> None:
        with pytest.raises(BadInput, match="no column for: Full name"):
            roster("id,hire date\n1,2020-01-01\n")

    def test_unknown_in_a_mapping_are_an_error_with_a_suggestion(self) -> None:
        with pytest.raises(BadInput) as caught:
            roster(f"{HEAD}\n1,Ada,2020-01-01\n", mapping={"hire_dat": "id", "name": "nam"})
        header, field = caught.value.blemishes
        assert "no field of this name (“hire_dat”). Did you mean “hire_date”?" in str(field)
        assert "employee_id, name, first_name" in field.hint
        assert "no column of this name (“nam”). Did you mean “name”?" in str(header)
        assert "Known are: id, name, hire date." in header.hint

    def test_that_are_there_twice_cannot_be_mapped(self) -> None:
        with pytest.raises(BadInput, match="more than once: columns 1 and 4"):
            roster(f"{HEAD},id\n1,Ada,2020-01-01,2\n")

    def test_every_field_has_words_for_the_page(self) -> None:
        assert all(field.title and field.help.endswith(".") for field in FIELDS)
        assert len({field.key for field in FIELDS}) == len(FIELDS)


class TestGoodRows:
    def test_say_everything_about_a_person(self) -> None:
        reading = roster(
            "Personalnummer;Vorname;Nachname;E-Mail;Abteilung;Team;Stelle;Vorgesetzter;Land;"
            "Bundesland;Ort;Arbeitstage;Sprachen;Eintritt;Austritt;Servicezentrum;Stellvertreter;"
            "zuletzt im Service;letztes Programm;Datenschutzschulung gültig bis\n"
            "1;Jürgen;Groß;j@example.org;Vertrieb;Nord;Leiter;;Deutschland;Bayern;Regensburg;"
            "Mo,Di,Mi;Deutsch, en;01.02.2019;31.12.2027;Berlin;2;05.06.2024;cew;30.06.2027\n"
            "2;Bo;Å;;;;;1;;;;;;1.2.2020;;;;;;\n"
        )
        assert reading.blemishes == ()
        one, two = reading.employees
        assert one.model_dump(exclude={"place", "pattern"}) == {
            "id": "1",
            "name": "Jürgen Groß",
            "email": "j@example.org",
            "department": "Vertrieb",
            "team": "Nord",
            "title": "Leiter",
            "manager_id": None,
            "level": 1,
            "executive": True,
            "languages": ("de", "en"),
            "hire_date": date(2019, 2, 1),
            "leave_date": date(2027, 12, 31),
            "centre": "berlin",
            "cleared_until": date(2027, 6, 30),
        }
        assert one.place == Place(
            city="Regensburg", country="DE", subdivision="BY", timezone="Europe/Berlin"
        )
        assert one.pattern.weekdays == {0, 1, 2}
        assert (two.level, two.manager_id, two.pattern, two.place) == (2, "1", FULL_TIME, BERLIN)
        assert reading.stand_ins == (StandIns(one="1", other="2"),)
        (record,) = reading.records
        assert (record.employee_id, record.days, record.programme) == (
            "1",
            (date(2024, 6, 5),),
            "cew",
        )
        assert reading.rows == 2
        assert reading.named == {"1", "2"}

    def test_keep_names_as_they_are_but_for_white_space(self) -> None:
        reading = roster(f'{HEAD}\n1,"  O’Brien,\n Zoë \u200d x ",2020-01-01\n2,@home,2020-01-01\n')
        assert [p.name for p in reading.employees] == ["O’Brien, Zoë \u200d x", "@home"]

    def test_prefer_the_full_name_and_fall_back_to_the_parts(self) -> None:
        reading = roster(
            "id,full name,first name,last name,hire date\n"
            "1,Ada King,Augusta,Byron,2020-01-01\n2,,Bo,,2020-01-01\n"
        )
        assert [p.name for p in reading.employees] == ["Ada King", "Bo"]

    def test_make_teams_of_direct_reports_where_no_team_is_named(self) -> None:
        reading = roster(f"{HEAD},manager\n1,Ada,2020-01-01,\n2,Bo,2020-01-01,1\n")
        assert [p.team for p in reading.employees] == [None, "1"]

    def test_leave_people_without_a_team_where_teams_are_named(self) -> None:
        reading = roster(f"{HEAD},manager,team\n1,Ada,2020-01-01,,x\n2,Bo,2020-01-01,1,\n")
        assert [p.team for p in reading.employees] == ["x", None]

    def test_find_managers_by_mail_address_and_by_name(self) -> None:
        reading = roster(
            f"{HEAD},mail,reports to\n1,Ada,2020-01-01,Ada@x.org,\n"
            "2,Bo,2020-01-01,,ada@X.org\n3,Cy,2020-01-01,,bo\n"
        )
        assert [p.manager_id for p in reading.employees] == [None, "1", "2"]

    def test_know_the_level_of_everybody_and_who_is_an_executive(self) -> None:
        reading = roster(
            f"{HEAD},manager\n1,A,2020-01-01,\n2,B,2020-01-01,1\n3,C,2020-01-01,2\n4,D,2020-01-01,1\n"
        )
        assert [(p.level, p.executive) for p in reading.employees] == [
            (1, True),
            (2, True),
            (3, False),
            (2, False),
        ]

    def test_of_a_workbook_are_the_same(self) -> None:
        reading = roster(workbook([["id", "name", "hire date"], [1, "Ada", date(2020, 1, 2)]]))
        assert [(p.id, p.hire_date) for p in reading.employees] == [("1", date(2020, 1, 2))]


class TestPlaces:
    @pytest.mark.parametrize(
        ("country", "code"),
        [
            ("DE", "DE"), ("de", "DE"), ("DEU", "DE"), ("276", "DE"), ("Germany", "DE"),
            ("Deutschland", "DE"), ("Allemagne", "DE"), ("ドイツ", "DE"), ("Tyskland", "DE"),
            ("United States of America", "US"), ("USA", "US"), ("U.S.A.", "US"), ("UK", "GB"),
            ("United Kingdom", "GB"), ("Österreich", "AT"), ("Slovensko", "SK"),
            ("Czech Republic", "CZ"), ("Kosovo", "XK"), ("Côte d’Ivoire", "CI"),
        ],
    )  # fmt: skip
    def test_have_a_country_by_any_name(self, country: str, code: str) -> None:
        reading = column("country", country)
        assert [p.place.country for p in reading.employees] == [code]

    @pytest.mark.parametrize("country", ["Atlantis", "EU", "SU", "XX", "Kongo"])
    def test_have_no_country_that_is_none_or_several(self, country: str) -> None:
        assert problems(column("country", country)) == [
            (2, "country", "a country that is not known")
        ]

    def test_suggest_the_country_meant(self) -> None:
        (blemish,) = column("country", "Germny").blemishes
        assert "Did you mean “Germany”?" in blemish.hint

    @pytest.mark.parametrize(
        ("country", "city", "zone"),
        [
            ("DE", "Hof", "Europe/Berlin"),
            ("NO", "", "Europe/Oslo"),
            ("ES", "Barcelona", "Europe/Madrid"),
            ("US", "Los Angeles", "America/Los_Angeles"),
            ("US", "Seattle", "America/Los_Angeles"),
            ("BR", "São Paulo", "America/Sao_Paulo"),
            ("XK", "", "Europe/Belgrade"),
        ],
    )
    def test_tell_their_time_zone(self, country: str, city: str, zone: str) -> None:
        reading = roster(f"{HEAD},country,city\n1,A,2020-01-01,{country},{city}\n")
        assert reading.employees[0].place.timezone == zone
        assert notes(reading) == []

    def test_tell_their_time_zone_by_their_state(self) -> None:
        reading = roster(f"{HEAD},country,state\n1,A,2020-01-01,US,Texas\n2,A,2020-01-01,US,CA\n")
        assert [p.place.subdivision for p in reading.employees] == ["TX", "CA"]
        assert reading.employees[1].place.timezone == "America/Los_Angeles"
        assert len(notes(reading)) == 1  # Texas has two

    def test_whose_time_zone_cannot_be_told_say_so(self) -> None:
        reading = roster(f"{HEAD},country,city\n1,A,2020-01-01,US,Southlake\n")
        assert reading.employees[0].place.timezone == "America/New_York"
        assert notes(reading) == [
            "People whose time zone cannot be told from country and city, and was assumed: 1."
        ]

    def test_prefer_the_companys_time_zone_in_its_own_country(self) -> None:
        home = Place(country="US", timezone="America/Chicago")
        reading = roster(
            f"{HEAD},country\n1,A,2020-01-01,US\n", defaults=RosterDefaults(place=home)
        )
        assert reading.employees[0].place.timezone == "America/Chicago"

    def test_without_a_country_are_where_the_company_is(self) -> None:
        reading = roster(f"{HEAD},country,city\n1,A,2020-01-01,,\n2,B,2020-01-01,,Hof\n")
        assert [p.place.city for p in reading.employees] == ["Berlin", "Hof"]
        assert reading.employees[1].place.country == "DE"
        assert notes(reading) == ["People without a country, placed where the company is: 2."]

    @pytest.mark.parametrize(
        ("zone", "name"),
        [
            ("europe/oslo", "Europe/Oslo"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Europe/Bratislava", "Europe/Bratislava"),
        ],
    )
    def test_may_name_their_time_zone(self, zone: str, name: str) -> None:
        assert column("time zone", zone).employees[0].place.timezone == name

    @pytest.mark.parametrize("zone", ["Europe/Berln", "../../etc/passwd", "CEST+1"])
    def test_have_no_time_zone_that_is_none(self, zone: str) -> None:
        assert problems(column("time zone", zone)) == [
            (2, "time zone", "a time zone that is not known")
        ]

    def test_suggest_the_time_zone_meant(self) -> None:
        (blemish,) = column("time zone", "Europe/Berln").blemishes
        assert "Did you mean “Europe/Berlin”?" in blemish.hint

    @pytest.mark.parametrize("region", ["BY", "by", "DE-BY", "de-by", "Bayern"])
    def test_have_a_subdivision_by_code_or_name(self, region: str) -> None:
        reading = roster(f"{HEAD},country,region\n1,A,2020-01-01,DE,{region}\n")
        assert reading.employees[0].place.subdivision == "BY"

    def test_have_no_subdivision_that_is_none(self) -> None:
        reading = roster(f"{HEAD},country,region\n1,A,2020-01-01,DE,Bayrn\n")
        assert problems(reading) == [(2, "region", "DE has no such subdivision")]

    @pytest.mark.parametrize(
        ("country", "region", "kept"),
        [("SG", "01", "01"), ("AQ", "x-y", "X-Y"), ("AQ", "Queen Maud Land", "Queen Maud Land")],
    )
    def test_keep_a_subdivision_that_no_holiday_depends_on(
        self, country: str, region: str, kept: str
    ) -> None:
        reading = roster(f"{HEAD},country,region\n1,A,2020-01-01,{country},{region}\n")
        assert reading.employees[0].place.subdivision == kept

    def test_keep_a_subdivision_of_a_country_without_any_calendar(self) -> None:
        assert read_subdivision("a1", "ZZ") == "A1"


class TestWeekdays:
    @pytest.mark.parametrize(
        ("text", "weekdays"),
        [
            ("Mon-Fri", {0, 1, 2, 3, 4}),
            ("Mon – Wed", {0, 1, 2}),
            ("Mo,Di,Mi", {0, 1, 2}),
            ("Mo. Di. Do.", {0, 1, 3}),
            ("Montag/Freitag", {0, 4}),
            ("lun mar jeu", {0, 1, 3}),
            ("ma di wo", {0, 1, 2}),
            ("po, ut, so", {0, 1, 5}),
            ("Sun-Thu", {6, 0, 1, 2, 3}),
            ("Tuesday", {1}),
            ("1111100", {0, 1, 2, 3, 4}),
            ("11001", {0, 1, 4}),
            ("full-time", {0, 1, 2, 3, 4}),
            ("Vollzeit", {0, 1, 2, 3, 4}),
            ("100%", {0, 1, 2, 3, 4}),
            ("1.0", {0, 1, 2, 3, 4}),
            ("", {0, 1, 2, 3, 4}),
        ],
    )
    def test_are_understood(self, text: str, weekdays: set[int]) -> None:
        reading = column("Arbeitstage", text)
        assert [p.pattern.weekdays for p in reading.employees] == [weekdays]

    @pytest.mark.parametrize("text", ["60%", "60 %", "0.6", "0,5", "24h", "Teilzeit", "part-time"])
    def test_are_asked_for_where_only_a_share_is_given(self, text: str) -> None:
        (blemish,) = column("Arbeitstage", text).blemishes
        assert blemish.problem == "this does not say which weekdays are worked"
        assert "like Mon-Wed" in blemish.hint

    @pytest.mark.parametrize(
        "text", ["0000000", "always", "Mon-Tue-Wed-x", "111110", "-", "Mon,Di"]
    )
    def test_that_are_none_are_an_error(self, text: str) -> None:
        (blemish,) = column("Arbeitstage", text).blemishes
        assert blemish.problem in ("no weekday is worked", "these are not weekdays")


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "2020-03-04", "2020-3-4", "2020/03/04", "2020.03.04", "04.03.2020", "4.3.2020",
            "4. 3. 2020", "2020-03-04T00:00:00Z", "2020-03-04 00:00:00.000",
            "2020-03-04T01:00+02:00",
        ],
    )  # fmt: skip
    def test_that_can_only_mean_one_day(self, text: str) -> None:
        assert [p.hire_date for p in roster(f"{HEAD}\n1,A,{text}\n").employees] == [
            date(2020, 3, 4)
        ]

    @pytest.mark.parametrize(
        ("other", "day"),
        [
            ("13/01/2020", date(2020, 4, 3)),
            ("01/13/2020", date(2020, 3, 4)),
            ("31-12-2020", date(2020, 4, 3)),
        ],
    )
    def test_are_decided_by_the_whole_column(self, other: str, day: date) -> None:
        reading = roster(f"{HEAD}\n1,A,03/04/2020\n2,B,{other}\n")
        assert reading.employees[0].hire_date == day

    def test_of_a_column_that_cannot_tell_are_an_error_that_says_how_to_mend_it(self) -> None:
        reading = roster(f"{HEAD}\n1,A,2020-01-01\n2,B,03/04/2020\n3,C,05/06/2020\n")
        assert [p.id for p in reading.employees] == ["1"]
        (blemish,) = reading.blemishes
        assert (blemish.line, blemish.value) == (3, "03/04/2020")
        assert "day or the month comes first" in blemish.problem
        assert "YYYY-MM-DD" in blemish.hint

    def test_of_a_column_that_cannot_tell_follow_the_other_columns(self) -> None:
        reading = roster(f"{HEAD},leave date\n1,A,03/04/2020,31/12/2026\n")
        assert reading.employees[0].hire_date == date(2020, 4, 3)

    def test_that_mix_both_ways_are_an_error_naming_one_line_of_each(self) -> None:
        reading = roster(f"{HEAD},leave date\n1,A,13/01/2020,\n2,B,01/13/2020,31/12/2026\n")
        (blemish,) = reading.blemishes
        assert (blemish.line, blemish.column) == (2, "hire date")
        assert "as on line 3 (“01/13/2020”), with the month" in blemish.problem

    def test_with_one_slip_among_many_blame_only_the_slip(self) -> None:
        rows = "".join(f"{n},A,{n + 10}/01/2020\n" for n in range(3, 20))
        reading = roster(f"{HEAD}\n{rows}99,B,01/31/2020\n")
        assert problems(reading) == [(19, "hire date", "there is no such day")]
        american = "".join(f"{n},A,01/{n + 10}/2020\n" for n in range(3, 20))
        assert problems(roster(f"{HEAD}\n{american}99,B,31/01/2020\n"))[0][0] == 19

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("2021-02-29", "there is no such day"),
            ("31.04.2021", "there is no such day"),
            ("0000-01-01", "there is no such day"),
            ("1066-10-14", "the year 1066 cannot be right"),
            ("2999-01-01", "the year 2999 cannot be right"),
            ("soon", "this is not a date"),
            ("01.02.20", "this is not a date"),
            ("43831", "this is not a date"),
            ("\u0662\u0660\u0662\u0660-01-01", "this is not a date"),
        ],
    )
    def test_that_are_impossible(self, text: str, problem: str) -> None:
        assert problems(roster(f"{HEAD}\n1,A,{text}\n")) == [(2, "hire date", problem)]

    @pytest.mark.parametrize("text", ["9999-12-31", "31.12.9999", "12/31/9999", "9999-01-01 00:00"])
    def test_far_ahead_mean_that_nobody_leaves(self, text: str) -> None:
        reading = roster(f"{HEAD},leave date\n1,A,2020-01-01,{text}\n")
        assert [p.leave_date for p in reading.employees] == [None]

    def test_of_a_training_are_read_and_stay_where_the_roster_has_none(self) -> None:
        head = f"{HEAD},training valid until\n"
        first = roster(
            f"{head}1,A,2020-01-01,2027-06-30\n2,B,2020-01-01,\n3,C,2020-01-01,9999-12-31"
        )
        cleared = [p.cleared_until for p in first.employees]
        assert cleared == [date(2027, 6, 30), None, date(2199, 12, 31)]
        again = roster(f"{HEAD}\n1,Anna,2020-01-01\n", known=first.employees)
        assert [p.cleared_until for p in again.employees] == [date(2027, 6, 30)]
        bad = roster(f"{head}1,A,2020-01-01,soon\n")
        assert problems(bad) == [(2, "training valid until", "this is not a date")]

    def test_of_leaving_may_be_the_first_day(self) -> None:
        reading = roster(f"{HEAD},leave date\n1,A,2020-01-02,2020-01-02\n")
        assert [p.leave_date for p in reading.employees] == [date(2020, 1, 2)]

    def test_of_leaving_before_being_hired(self) -> None:
        reading = roster(f"{HEAD},leave date\n1,A,2020-01-02,2020-01-01\n")
        assert problems(reading) == [
            (2, "leave date", "the person leaves before being hired on 2020-01-02")
        ]


class TestBadRows:
    def test_are_all_reported_with_line_column_value_and_hint(self) -> None:
        reading = roster(
            f"{HEAD},email,country,manager\n"
            ",Ada,2020-01-01,,,\n"
            "2,,2020-01-01,,,\n"
            "3,Cy,,,,\n"
            "4,Di,2020-01-01,not one,Narnia,77\n"
            "5,Ed,2020-01-01,,DE,\n"
        )
        assert problems(reading) == [
            (2, "id", "the employee id is missing"),
            (3, "name", "the name is missing"),
            (4, "hire date", "the hire date is missing"),
            (5, "email", "this is not a mail address"),
            (5, "country", "a country that is not known"),
            (5, "manager", "the manager is not in the roster"),
        ]
        assert [p.id for p in reading.employees] == ["5"]
        assert all(b.hint for b in reading.blemishes)
        assert reading.blemishes[-1].value == "77"

    def test_with_the_same_id_name_each_others_lines(self) -> None:
        reading = roster(f"{HEAD}\n7,A,2020-01-01\n8,B,2020-01-01\n7,C,2020-01-01\n")
        assert problems(reading) == [
            (2, "id", "the same employee id is on lines 2 and 4"),
            (4, "id", "the same employee id is on lines 2 and 4"),
        ]
        assert [p.id for p in reading.employees] == ["8"]

    def test_with_the_same_id_many_times_name_the_first_lines(self) -> None:
        rows = "7,A,2020-01-01\n" * 9
        assert "lines 2, 3, 4, 5, 6 and 4 more" in problems(roster(f"{HEAD}\n{rows}"))[0][2]

    def test_that_manage_themselves_are_named_in_order(self) -> None:
        reading = roster(
            f"{HEAD},manager\n1,A,2020-01-01,2\n2,B,2020-01-01,3\n3,C,2020-01-01,1\n"
            "4,D,2020-01-01,4\n5,E,2020-01-01,1\n"
        )
        assert problems(reading) == [
            (2, "manager", "people who manage themselves: 1 → 2 → 3 → 1"),
            (3, "manager", "people who manage themselves: 1 → 2 → 3 → 1"),
            (4, "manager", "people who manage themselves: 1 → 2 → 3 → 1"),
            (5, "manager", "people who manage themselves: 4 → 4"),
        ]
        assert [(p.id, p.manager_id) for p in reading.employees] == [("5", None)]

    def test_of_a_long_ring_are_named_shortly(self) -> None:
        rows = "".join(f"{n},A,2020-01-01,{(n + 1) % 20}\n" for n in range(20))
        assert problems(roster(f"{HEAD},manager\n{rows}"))[0][2].endswith("8 → 9 → …")

    def test_with_a_ring_through_people_on_record(self) -> None:
        known = [person("1", manager_id="2"), person("2")]
        reading = roster(f"{HEAD},manager\n2,B,2020-01-01,1\n", known=known)
        assert problems(reading) == [(2, "manager", "people who manage themselves: 1 → 2 → 1")]

    def test_with_a_ring_that_closes_through_a_bad_row(self) -> None:
        """The bad row would have cut the ring; what is on record closes it."""
        known = [person("1", manager_id="2"), person("2")]
        reading = roster(f"{HEAD},manager\n1,A,never,\n2,B,2020-01-01,1\n", known=known)
        assert [line for line, _, _ in problems(reading)] == [2, 3]
        assert reading.employees == ()

    def test_leave_people_without_the_manager_they_named(self) -> None:
        reading = roster(f"{HEAD},manager\n1,A,never,\n2,B,2020-01-01,1\n")
        assert [(p.id, p.manager_id) for p in reading.employees] == [("2", None)]
        assert notes(reading) == [
            "People whose manager’s row has mistakes, taken without a manager: 1."
        ]

    def test_leave_people_the_manager_who_is_on_record(self) -> None:
        reading = roster(f"{HEAD},manager\n1,A,never,\n2,B,2020-01-01,1\n", known=[person("1")])
        assert [(p.id, p.manager_id, p.level) for p in reading.employees] == [("2", "1", 2)]

    @pytest.mark.parametrize("id", ["a#b", "a/b", "a\\b", "..", "x" * 65])
    def test_with_an_id_that_cannot_be_one(self, id: str) -> None:
        ((line, column, _),) = problems(roster(f"{HEAD}\n{id},A,2020-01-01\n"))
        assert (line, column) == (2, "id")

    def test_with_a_name_that_is_too_long(self) -> None:
        reading = roster(
            f"id,first name,last name,hire date\n1,{'x' * 150},{'y' * 80},2020-01-01\n"
        )
        (blemish,) = reading.blemishes
        assert blemish.problem == "the name is too long: 231 characters, at most 200"
        assert blemish.value is not None
        assert len(blemish.value) == 80

    def test_with_other_text_that_is_too_long(self) -> None:
        assert problems(column("department", "x" * 201)) == [
            (2, "department", "too long: 201 characters, at most 200 can be kept")
        ]

    def test_with_a_formula_name_the_cell(self) -> None:
        reading = roster(f'{HEAD}\n"=A1",=1+1,"=TODAY()"\n')
        assert problems(reading) == [
            (2, "id", "a formula in cell A2"),
            (2, "name", "a formula in cell B2"),
            (2, "hire date", "a formula in cell C2"),
        ]

    def test_with_a_formula_in_a_column_nobody_reads_are_good(self) -> None:
        assert roster(f"{HEAD},salary\n1,A,2020-01-01,=1+1\n").blemishes == ()

    def test_with_a_formula_for_a_manager_are_blamed_once(self) -> None:
        assert problems(column("manager", "=A1")) == [(2, "manager", "a formula in cell D2")]

    def test_with_the_error_of_a_formula(self) -> None:
        assert problems(column("team", "#REF!")) == [
            (2, "team", "a formula that failed left its error here")
        ]

    def test_with_control_characters(self) -> None:
        (blemish,) = column("team", "a\x07b").blemishes
        assert (blemish.problem, blemish.value) == ("an invisible control character", "a·b")

    @pytest.mark.parametrize("text", ["a b@x.org", "a@b@c", "Ada <a@x.org>", "a@", "x" * 255])
    def test_with_no_mail_address(self, text: str) -> None:
        assert [column for _, column, _ in problems(column("email", text))] == ["email"]

    def test_with_a_language_nobody_knows(self) -> None:
        (blemish,) = column("languages", "German, Klingonese").blemishes
        assert blemish.problem == "a language that is not known"

    def test_of_the_table_itself_are_among_them(self) -> None:
        reading = roster(f"{HEAD}\n1,A\n2,B,2020-01-01\n3,C,never\n")
        assert [line for line, _, _ in problems(reading)] == [2, 4]
        assert reading.rows == 3

    @given(
        st.lists(st.text(st.sampled_from("12ab,=\0é\n/.-"), max_size=12), min_size=6, max_size=18)
    )
    def test_never_stop_the_reading(self, cells: list[str]) -> None:
        sheet = table("id,name,hire date,manager,country,pattern\n1,A,2020-01-01,,,\n")
        rows = [(n, cells[n : n + 6]) for n in range(0, len(cells) - 5, 6)]
        sheet = type(sheet)(filename="x", headers=sheet.headers, rows=rows)
        reading = read_roster(
            sheet, guess_mapping(sheet.headers), known={}, defaults=RosterDefaults()
        )
        assert len(reading.employees) + len({b.line for b in reading.blemishes}) >= len(rows)


class TestStandIns:
    def test_are_pairs_however_many_name_them(self) -> None:
        reading = column("deputy", "2", "1", "2")
        assert reading.stand_ins == (StandIns(one="1", other="2"), StandIns(one="2", other="3"))
        assert "stand_in" in reading.mapped

    def test_must_exist_and_be_somebody_else(self) -> None:
        assert problems(column("deputy", "1", "9")) == [
            (2, "deputy", "somebody cannot stand in for themselves"),
            (3, "deputy", "the stand-in is not in the roster"),
        ]

    def test_whose_row_is_bad_are_left_out(self) -> None:
        reading = roster(f"{HEAD},deputy\n1,A,2020-01-01,2\n2,B,never,\n")
        assert reading.stand_ins == ()


class TestCentresAndProgrammes:
    DEFAULTS = RosterDefaults(
        centres={"berlin-2": "Berlin Süd"}, programmes={"two_days": "Two customer days"}
    )

    @pytest.mark.parametrize("text", ["berlin-2", "Berlin 2", "berlin süd"])
    def test_are_known_by_key_or_name(self, text: str) -> None:
        reading = roster(f"{HEAD},centre\n1,A,2020-01-01,{text}\n", defaults=self.DEFAULTS)
        assert [p.centre for p in reading.employees] == ["berlin-2"]

    def test_that_are_unknown_are_an_error(self) -> None:
        reading = roster(f"{HEAD},centre\n1,A,2020-01-01,Berlim 2\n", defaults=self.DEFAULTS)
        (blemish,) = reading.blemishes
        assert blemish.problem == "there is no centre of this name"
        assert blemish.hint == "Did you mean “berlin-2”? Known are: berlin-2."

    @pytest.mark.parametrize(
        ("text", "key"), [("Berlin", "berlin"), ("São Paulo", "sao-paulo"), ("a_1", "a_1")]
    )
    def test_get_a_key_where_nobody_said_which_there_are(self, text: str, key: str) -> None:
        assert column("centre", text).employees[0].centre == key

    def test_of_which_no_key_can_be_made(self) -> None:
        assert problems(column("centre", "東京")) == [(2, "centre", "this cannot be a centre")]

    def test_say_in_which_programme_somebody_served(self) -> None:
        reading = roster(
            f"{HEAD},last served,last programme\n1,A,2020-01-01,2024-05-06,Two Customer Days\n"
            "2,B,2020-01-01,2024-05-06,\n3,C,2020-01-01,,two_days\n",
            defaults=self.DEFAULTS,
        )
        assert [(r.employee_id, r.programme) for r in reading.records] == [
            ("1", "two_days"),
            ("2", ""),
        ]


class TestOddities:
    def test_are_counted_and_no_mistakes(self) -> None:
        reading = roster(
            f"{HEAD},manager,department,email\n1,A,2021-01-01,,x,SKING\n"
            "2,B,2020-01-01,1,,sking\n3,C,2022-01-01,1,x,c@x.org\n"
        )
        assert reading.blemishes == ()
        assert [p.email for p in reading.employees] == ["SKING", "sking", "c@x.org"]
        assert notes(reading) == [
            "People hired before their manager: 1.",
            "People without a department: 1.",
            "E-mail addresses without a domain: 1.",
            "E-mail addresses shared by several people: 1.",
        ]


class TestImportingAgain:
    def test_shows_what_would_change_and_keeps_what_the_file_does_not_say(self) -> None:
        known = [
            person("1", name="Ada", email="ada@x.org", centre="berlin", languages=("de",)),
            person("2", name="Bo", leave_date=date(2030, 1, 1), manager_id="1", team="1"),
            person("3", name="Cy"),
        ]
        reading = roster(
            f"{HEAD},city,country\n1,Ada King,2020-01-01,Oslo,NO\n4,Di,2020-01-01,Oslo,NO\n",
            known=known,
        )
        found = difference({p.id: p for p in known}, reading)
        assert [p.id for p in found.added] == ["4"]
        assert found.gone == ("2", "3")
        assert (
            found.changed
            == (
                FieldChange("1", "name", "Ada", "Ada King"),
                FieldChange("1", "city", "", "Oslo"),
                FieldChange("1", "country", "", "NO"),
                FieldChange("1", "timezone", "UTC", "Europe/Oslo"),
                FieldChange("1", "executive", "no", "yes"),
            )
            or found.changed_people == 1
        )
        ada = reading.employees[0]
        assert (ada.email, ada.centre, ada.languages) == ("ada@x.org", "berlin", ("de",))

    def test_counts_what_stays(self) -> None:
        known = [person("1", name="A", place=BERLIN)]
        reading = roster(f"{HEAD}\n1,A,2020-01-01\n", known=known)
        found = difference({p.id: p for p in known}, reading)
        assert (found.unchanged, found.changed, found.added, found.gone) == (1, (), (), ())

    def test_says_values_as_people_read_them(self) -> None:
        known = [person("1", name="A", languages=("de", "en"), place=BERLIN)]
        reading = roster(
            f"{HEAD},languages,weekdays,manager\n1,A,2020-01-01,,Mon Tue,2\n2,B,2020-01-01,,,\n",
            known=known,
        )
        assert set(difference({p.id: p for p in known}, reading).changed) == {
            FieldChange("1", "languages", "de, en", ""),
            FieldChange("1", "pattern", "Mon Tue Wed Thu Fri", "Mon Tue"),
            FieldChange("1", "manager_id", "", "2"),
            FieldChange("1", "team", "", "2"),
            FieldChange("1", "level", "1", "2"),
        }

    def test_counts_people_rather_than_fields(self) -> None:
        known = [person("1", name="A"), person("2", name="B", title="x")]
        reading = roster(f"{HEAD},title\n1,A2,2020-01-02,\n2,B,2020-01-01,y\n", known=known)
        found = difference({p.id: p for p in known}, reading)
        assert found.changed_people == 2

    def test_reading_bad_rows_does_not_make_people_gone(self) -> None:
        known = [person("1")]
        reading = roster(f"{HEAD}\n1,A,never\n2,B,2020-01-01\n", known=known)
        assert difference({"1": known[0]}, reading).gone == ()

    def test_keeps_managers_teams_and_leave_dates_where_the_file_has_no_such_columns(self) -> None:
        known = [
            person("1"),
            person("2", manager_id="1", team="1", leave_date=date(2030, 1, 1)),
            person("3", manager_id="1", team="Nord"),
        ]
        reading = roster(f"{HEAD}\n2,B,2020-01-01\n3,C,2020-01-01\n", known=known)
        assert [(p.manager_id, p.team, p.leave_date, p.level) for p in reading.employees] == [
            ("1", "1", date(2030, 1, 1), 2),
            ("1", "Nord", None, 2),
        ]

    def test_follows_a_new_manager_with_the_team_of_that_manager(self) -> None:
        known = [person("1"), person("2"), person("3", manager_id="1", team="1")]
        reading = roster(f"{HEAD},manager\n3,C,2020-01-01,2\n", known=known)
        assert reading.employees[0].team == "2"


real = pytest.mark.skipif(
    not ROSTERS.is_dir(), reason=f"the rosters are not beside the checkout: {ROSTERS}"
)


@real
class TestRealRosters:
    def test_oracle_hr(self) -> None:
        reading = roster((ROSTERS / "oracle_hr" / "employees.csv").read_bytes())
        assert reading.blemishes == ()
        assert len(reading.employees) == 107
        assert notes(reading) == [
            "Columns that are not used: job_id, department_manager_id.",
            "People hired before their manager: 37.",
            "People without a department: 1.",
            "People without a country, placed where the company is: 1.",
            "People whose time zone cannot be told from country and city, and was assumed: 5.",
            "E-mail addresses without a domain: 107.",
        ]
        king = reading.employees[0]
        assert (king.name, king.level, king.executive, king.email) == (
            "Steven King",
            1,
            True,
            "SKING",
        )
        assert king.place == Place(city="Seattle", country="US", timezone="America/Los_Angeles")
        assert max(p.level for p in reading.employees) == 4
        assert sum(p.executive for p in reading.employees) == 15

    def test_test_db_in_a_second_or_two(self) -> None:
        content = (ROSTERS / "test_db" / "employees.csv.gz").read_bytes()
        begin = time.process_time()
        reading = roster(content)
        assert time.process_time() - begin < 10  # about 0.6 s; slow machines have their time
        assert reading.blemishes == ()
        assert len(reading.employees) == 10_009
        assert sum(p.leave_date is None for p in reading.employees) == 8_073
        assert sum(p.manager_id is None for p in reading.employees) == 9
