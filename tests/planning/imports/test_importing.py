"""Imports: all or nothing, the difference first, and nothing of the past lost."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.errors import BadInput
from scheduler.domain.people import StandIns, WishKind
from scheduler.store import Store
from tests.planning.office import (
    CENTRES,
    ON_SQLITE,
    ROSTER,
    START,
    import_absences,
    import_blackouts,
    import_centres,
    import_roster,
    open_office,
)

pytestmark = ON_SQLITE

BROKEN = """employee id,name,hire date,manager id
a,Ann,2020-01-01,
b,Bob,2020-13-01,a
c,,2020-01-01,a
"""


def _names(store: Store) -> dict[str, str]:
    with store.read() as unit:
        return {person.id: person.name for person in unit.people.employees()}


def _levels(store: Store) -> dict[str, tuple[int, bool]]:
    with store.read() as unit:
        return {p.id: (p.level, p.executive) for p in unit.people.employees()}


def test_one_bad_row_and_nothing_is_taken(store: Store) -> None:
    with pytest.raises(BadInput, match=r"roster.csv was not imported: 2 things") as caught:
        import_roster(store, BROKEN)
    assert [blemish.line for blemish in caught.value.blemishes] == [3, 4]
    assert _names(store) == {}
    with store.read() as unit:
        assert unit.audit.count() == 0


def test_the_good_rows_when_asked(store: Store) -> None:
    report = import_roster(store, BROKEN, good_rows_only=True)
    assert report.applied
    assert len(report.blemishes) == 2
    assert _names(store) == {"a": "Ann"}


def test_a_dry_run_shows_everything_and_changes_nothing(store: Store) -> None:
    report = import_roster(store, BROKEN, dry_run=True)
    assert not report.applied
    assert len(report.blemishes) == 2
    assert [person.id for person in report.difference.added] == ["a"]
    assert _names(store) == {}


def test_importing_the_same_again_changes_nothing(store: Store) -> None:
    open_office(store)
    before = _names(store)
    change = import_roster(store, ROSTER).difference
    assert (change.added, change.changed, change.gone, change.unchanged) == ((), (), (), 9)
    assert _names(store) == before


def test_importing_again_shows_the_difference_and_takes_it(store: Store) -> None:
    open_office(store)
    text = ROSTER.replace("Dee Seller", "Dee Married").replace(
        "w2,Hal Worker,lead2,Works,works,2016-03-01,,NZ,auckland\n",
        "new,Jo New,lead2,Works,works,2026-10-01,,NZ,auckland\n",
    )
    change = import_roster(store, text, dry_run=True).difference
    assert [(c.employee_id, c.field, c.old, c.new) for c in change.changed] == [
        ("s1", "name", "Dee Seller", "Dee Married")
    ]
    assert [person.id for person in change.added] == ["new"]
    assert change.gone == ("w2",)
    import_roster(store, text)
    names = _names(store)
    assert (names["s1"], names["new"]) == ("Dee Married", "Jo New")
    assert names["w2"] == "Hal Worker", "who is not in the file stays on record"


def test_history_survives_every_import(store: Store) -> None:
    served = "id,name,hire date,last served\na,Ann,2020-01-01,2025-03-04\n"
    import_roster(store, served)
    import_roster(store, "id,name,hire date\na,Ann Other,2020-01-01\n")
    import_roster(store, served)
    import_roster(store, served.replace("2025-03-04", "2026-03-04"))
    with store.read() as unit:
        days = [record.days for record in unit.ledger.records("a")]
    assert days == [(date(2025, 3, 4),), (date(2026, 3, 4),)]


def test_a_service_on_record_moves_the_window(store: Store) -> None:
    open_office(store)
    header, first, *_ = ROSTER.splitlines()
    import_roster(store, f"{header},last served\n{first},2026-06-01\n")
    with store.read() as unit:
        rows = {row.id: row for row in unit.people.search(today=START).rows}
    assert rows["boss"].due == date(2028, 6, 1)
    assert rows["boss"].last_served == date(2026, 6, 1)
    assert rows["s1"].due == date(2028, 12, 31)


def test_one_new_manager_moves_a_whole_branch(store: Store) -> None:
    """Levels are worked out over everybody on record, not only over the people of the file."""
    open_office(store)
    before = _levels(store)
    assert (before["boss"], before["lead2"], before["w1"]) == ((1, True), (2, True), (3, False))
    header = ROSTER.splitlines()[0]
    import_roster(store, f"{header}\nlead2,Cy Lead,lead1,Works,works,2012-01-01,,NZ,auckland\n")
    after = _levels(store)
    assert (after["lead2"], after["w1"]) == ((3, False), (4, False))
    assert after["lead1"] == before["lead1"]


def test_stand_ins_of_people_the_file_does_not_name_stay(store: Store) -> None:
    header = "id,name,hire date,stand in\n"
    rows = {name: f"{name},{name.title()},2020-01-01," for name in ("ann", "bob", "cem", "dan")}
    import_roster(
        store,
        header + "\n".join([rows["ann"] + "bob", rows["bob"], rows["cem"] + "dan", rows["dan"]]),
    )
    import_roster(store, header + rows["ann"])
    with store.read() as unit:
        assert unit.exceptions.stand_ins() == (StandIns(one="cem", other="dan"),)
    import_roster(store, "id,name,hire date\ncem,Cem,2020-01-01\n")
    with store.read() as unit:
        assert unit.exceptions.stand_ins(), "a file without such a column says nothing of stand-ins"


def test_absences_and_wishes_replace_those_of_whoever_is_named(store: Store) -> None:
    open_office(store)
    header = "employee id,first,last,kind\n"
    import_absences(
        store,
        header + "s1,2027-01-04,2027-01-08,absent\ns2,2027-02-01,2027-02-05,absent\n"
        "s1,2027-03-01,2027-03-31,wished\n",
    )
    report = import_absences(store, header + "s1,2027-05-03,2027-05-07,absent\n")
    assert report.applied
    with store.read() as unit:
        absences, wishes = unit.exceptions.absences(), unit.exceptions.wishes()
    assert {(a.employee_id, a.days.first) for a in absences} == {
        ("s1", date(2027, 5, 3)),
        ("s2", date(2027, 2, 1)),
    }
    assert [(w.employee_id, w.kind) for w in wishes] == [("s1", WishKind.WISHED)]


def test_a_long_leave_stops_the_clock_at_once(store: Store) -> None:
    open_office(store)
    import_absences(store, "employee id,first,last\ns1,2027-01-01,2027-06-30\n")
    with store.read() as unit:
        rows = {row.id: row.due for row in unit.people.search(today=START).rows}
    assert rows["s1"] == date(2029, 6, 30)
    assert rows["s2"] == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("importer", "text", "line"),
    [
        (import_absences, "employee id,first,last\nnobody,2027-01-01,2027-01-02\n", 2),
        (import_absences, "employee id,first,last\ns1,2027-01-01,2027-01-02\ns1,2027-01-09,x\n", 3),
        (import_blackouts, "scope,name,first,last\nteam,nowhere,2027-01-01,2027-01-02\n", 2),
        (import_centres, CENTRES + "Rome,Rome,IT,,Mars/Olympus,5\n", 4),
    ],
)
def test_bad_rows_of_the_other_files_stop_them_too(
    store: Store, importer: object, text: str, line: int
) -> None:
    open_office(store)
    with pytest.raises(BadInput) as caught:
        importer(store, text)  # type: ignore[operator]
    assert [blemish.line for blemish in caught.value.blemishes] == [line]
    dry = importer(store, text, dry_run=True)  # type: ignore[operator]
    assert (dry.applied, len(dry.blemishes)) == (False, 1)
    assert importer(store, text, good_rows_only=True).applied  # type: ignore[operator]


def test_a_blackout_is_on_record_once(store: Store) -> None:
    open_office(store)
    text = (
        "scope,name,first,last\nteam,sales,2027-01-04,2027-01-08\ncompany,,2027-12-24,2027-12-31\n"
    )
    import_blackouts(store, text)
    import_blackouts(store, text)
    with store.read() as unit:
        assert len(unit.exceptions.blackouts()) == 2


def test_a_centre_is_changed_by_its_key(store: Store) -> None:
    open_office(store)
    import_centres(store, CENTRES.replace("Europe/Berlin,20", "Europe/Berlin,7"))
    with store.read() as unit:
        assert {c.key: c.seats for c in unit.catalogue.centres()} == {"berlin": 7, "auckland": 20}


def test_every_import_is_on_the_audit_log(store: Store) -> None:
    open_office(store)
    import_absences(store, "employee id,first,last\ns1,2027-01-01,2027-01-02\n")
    with store.read() as unit:
        entries = unit.audit.entries()
    assert [(entry.action, entry.subject) for entry in entries[:3]] == [
        ("imported absences", "absences.csv"),
        ("imported roster", "roster.csv"),
        ("imported centres", "centres.csv"),
    ]
    assert entries[1].details == {"added": 9, "changed": 0}
