"""Exceptions: added, changed, removed, imported, each with an entry in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from scheduler import planning
from scheduler.domain.calendar import DateRange
from scheduler.domain.errors import BadInput, Conflict, NotFound
from scheduler.domain.people import (
    Blackout,
    Exemption,
    Mentor,
    Pairing,
    Scope,
    StandIns,
    Wish,
    WishKind,
)
from scheduler.domain.programme import Channel
from scheduler.exchange.exceptions.cells import cells_of
from scheduler.exchange.exceptions.reading import RecordKind, guess_record_mapping
from scheduler.store import Store
from scheduler.store.read_models import AuditRow
from tests.planning.office import AT, HR, ON_SQLITE, YEARS, a_sheet, draft, open_office
from tests.store.examples import entries

pytestmark = ON_SQLITE

MAY = DateRange(first=date(2027, 5, 3), last=date(2027, 5, 14))
JUNE = DateRange(first=date(2027, 6, 1), last=date(2027, 6, 30))
CARE = Exemption(employee_id="s1", category="care", approver=HR, days=MAY)
MAIL = CARE.model_copy(
    update={"channels": (Channel.MAIL,), "shadowing": True, "remind": date(2027, 5, 3)}
)
EXAMPLES: dict[RecordKind, tuple[Any, Any]] = {
    RecordKind.EXEMPTIONS: (CARE, MAIL),
    RecordKind.BLACKOUTS: (
        Blackout(scope=Scope.TEAM, name="sales", days=MAY),
        Blackout(scope=Scope.COMPANY, days=MAY),
    ),
    RecordKind.WISHES: (
        Wish(employee_id="s1", kind=WishKind.WISHED, days=MAY),
        Wish(employee_id="s1", kind=WishKind.UNWISHED, days=JUNE),
    ),
    RecordKind.STAND_INS: (StandIns(one="s1", other="s2"), StandIns(one="s2", other="s3")),
    RecordKind.PAIRINGS: (
        Pairing(one="s1", other="s2", together=True),
        Pairing(one="s1", other="s2", together=False),
    ),
    RecordKind.MENTORS: (
        Mentor(id="mia", name="Mia", centre="berlin", away=(MAY, JUNE), most=1, rest=3),
        Mentor(id="mia", name="Mia", centre="auckland"),
    ),
}
AS_HR: dict[str, Any] = {"actor": HR, "at": AT}
KINDS = pytest.mark.parametrize("kind", RecordKind)


@pytest.fixture
def office(store: Store) -> Store:
    """The office of the other tests."""
    open_office(store)
    return store


def last_entry(store: Store) -> AuditRow:
    """The newest entry of the audit log."""
    with store.read() as unit:
        return unit.audit.entries(limit=1)[0]


def values(store: Store, kind: RecordKind) -> list[Any]:
    """Everything of a kind on record."""
    return [entry.value for entry in entries(store, kind)]


def imported(store: Store, kind: RecordKind, records: Sequence[Any], **options: Any) -> Any:
    """Import these records as a file of their cells."""
    rows = [cells_of(record) for record in records]
    lines = [";".join(rows[0]), *(";".join(row.values()).replace("; ", " ") for row in rows)]
    return import_text(store, kind, "\n".join(lines), **options)


def import_text(store: Store, kind: RecordKind, text: str, **options: Any) -> Any:
    """Import a file with the columns guessed."""
    sheet = a_sheet(text + "\n", f"{kind}.csv")
    mapping = guess_record_mapping(kind, sheet.headers)
    return planning.import_exceptions(store, kind, sheet, mapping, **AS_HR | options)


@KINDS
def test_an_entry_is_added_changed_and_removed(office: Store, kind: RecordKind) -> None:
    first, second = EXAMPLES[kind]
    number = planning.add_exception(office, first, **AS_HR)
    assert last_entry(office).action.startswith("added ")
    assert last_entry(office).subject.endswith(f" {number}")
    assert values(office, kind) == [first]
    planning.replace_exception(office, number, second, was=first, **AS_HR)
    assert last_entry(office).action.startswith("changed ")
    assert values(office, kind) == [second]
    planning.remove_exception(office, kind, number, **AS_HR)
    assert last_entry(office).action.startswith("removed ")
    assert last_entry(office).actor == HR
    assert values(office, kind) == []


@KINDS
def test_the_form_of_an_entry_says_the_entry(office: Store, kind: RecordKind) -> None:
    for record in EXAMPLES[kind]:
        assert planning.typed_exception(office, kind, cells_of(record)) == record


@KINDS
def test_the_same_entry_is_not_added_twice(office: Store, kind: RecordKind) -> None:
    first, _ = EXAMPLES[kind]
    planning.add_exception(office, first, **AS_HR)
    with pytest.raises(BadInput, match="already") as caught:
        planning.add_exception(office, first, **AS_HR)
    assert caught.value.blemishes[0].column in cells_of(first)
    assert values(office, kind) == [first]


@KINDS
def test_what_is_gone_is_neither_changed_nor_removed(office: Store, kind: RecordKind) -> None:
    first, second = EXAMPLES[kind]
    with pytest.raises(NotFound, match="gone already"):
        planning.replace_exception(office, 99, first, **AS_HR)
    with pytest.raises(NotFound, match="gone already"):
        planning.remove_exception(office, kind, 99, **AS_HR)
    number = planning.add_exception(office, first, **AS_HR)
    with pytest.raises(Conflict, match="meanwhile"):
        planning.replace_exception(office, number, first, was=second, **AS_HR)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (CARE.model_copy(update={"employee_id": "nobody"}), "employee_id"),
        (CARE.model_copy(update={"approver": ""}), "approver"),
        (CARE.model_copy(update={"remind": date(2028, 1, 1)}), "remind"),
        (Blackout(scope=Scope.TEAM, name="nowhere", days=MAY), "name"),
        (Wish(employee_id="nobody", kind=WishKind.WISHED, days=MAY), "employee_id"),
        (StandIns(one="s1", other="s1"), "other"),
        (Pairing(one="s1", other="nobody", together=True), "other"),
        (Mentor(id="mia", name="Mia", centre="rome"), "centre"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(office: Store, record: Any, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        planning.add_exception(office, record, **AS_HR)
    assert [blemish.column for blemish in caught.value.blemishes] == [field]


def test_a_pair_is_the_same_in_either_order(office: Store) -> None:
    planning.add_exception(office, StandIns(one="s2", other="s1"), **AS_HR)
    assert values(office, RecordKind.STAND_INS) == [StandIns(one="s1", other="s2")]
    with pytest.raises(BadInput, match="already"):
        planning.add_exception(office, StandIns(one="s1", other="s2"), **AS_HR)


def test_nobody_reads_in_the_audit_log_why_somebody_is_exempt(office: Store) -> None:
    planning.add_exception(office, CARE, **AS_HR)
    assert last_entry(office).details["employee_id"] == "s1"
    assert "care" not in last_entry(office).details.values()


def test_exemptions_that_end_soon_or_have_a_reminder_are_told(office: Store) -> None:
    today = date(2027, 5, 10)
    wanted = {
        "over": (date(2027, 1, 1), date(2027, 5, 9), None),
        "ends today": (date(2027, 1, 1), today, None),
        "in time": (date(2027, 1, 1), date(2027, 6, 9), None),
        "later": (date(2027, 1, 1), date(2027, 6, 10), None),
        "reminded": (date(2027, 1, 1), date(2028, 1, 1), today),
        "reminded later": (date(2027, 1, 1), date(2028, 1, 2), date(2027, 5, 11)),
    }
    for category, (first, last, remind) in wanted.items():
        days = DateRange(first=first, last=last)
        told = {"category": category, "days": days, "remind": remind}
        planning.add_exception(office, CARE.model_copy(update=told), **AS_HR)
    found = planning.expiring_exemptions(office, today, 30)
    assert [kept.value.category for kept in found] == ["ends today", "in time", "reminded"]


@KINDS
def test_a_file_is_taken_over_and_again_changes_nothing(office: Store, kind: RecordKind) -> None:
    first, second = EXAMPLES[kind]
    again = {"unchanged": 1, "added": 0, "changed": 0, "removed": 0}
    assert imported(office, kind, [first]).counts == again | {"unchanged": 0, "added": 1}
    assert last_entry(office).action == f"imported {kind}"
    assert imported(office, kind, [first]).counts == again
    assert values(office, kind) == [first]
    dry = imported(office, kind, [second], dry_run=True)
    assert (dry.applied, values(office, kind)) == (False, [first])
    assert imported(office, kind, [second]).counts == dry.counts
    assert second in values(office, kind)


def test_a_file_changes_what_it_names_and_leaves_the_rest(office: Store) -> None:
    kept = Pairing(one="w1", other="w2", together=True)
    old, new = EXAMPLES[RecordKind.PAIRINGS]
    for pair in (kept, old):
        planning.add_exception(office, pair, **AS_HR)
    report = imported(office, RecordKind.PAIRINGS, [new])
    assert report.counts == {"added": 0, "changed": 1, "unchanged": 0, "removed": 0}
    assert values(office, RecordKind.PAIRINGS) == [new, kept]


def test_wishes_of_whom_a_file_names_are_replaced(office: Store) -> None:
    old, new = EXAMPLES[RecordKind.WISHES]
    other = old.model_copy(update={"employee_id": "s2"})
    for wish in (old, other):
        planning.add_exception(office, wish, **AS_HR)
    report = imported(office, RecordKind.WISHES, [new])
    assert report.counts == {"added": 1, "changed": 0, "unchanged": 0, "removed": 1}
    assert values(office, RecordKind.WISHES) == [new, other]


def test_one_bad_row_and_nothing_is_taken(office: Store) -> None:
    text = "one,other\ns1,s2\ns1,nobody\n"
    with pytest.raises(BadInput, match=r"stand-ins.csv was not imported") as caught:
        import_text(office, RecordKind.STAND_INS, text)
    assert [(b.line, b.column) for b in caught.value.blemishes] == [(3, "other")]
    assert values(office, RecordKind.STAND_INS) == []
    assert import_text(office, RecordKind.STAND_INS, text, good_rows_only=True).applied
    assert values(office, RecordKind.STAND_INS) == [StandIns(one="s1", other="s2")]


def test_a_draft_knows_pairs_mentors_and_accommodations(office: Store) -> None:
    pair, _ = EXAMPLES[RecordKind.PAIRINGS]
    gone = Pairing(one="gone", other="s1", together=True)
    mentor, _ = EXAMPLES[RecordKind.MENTORS]
    for record in (pair, gone, mentor, MAIL):
        planning.add_exception(office, record, **AS_HR)
    plan_id, _ = draft(office, YEARS)
    with office.read() as unit:
        problem = unit.plans.problem(plan_id)
    assert problem.pairings == (pair,), "who has left is in no plan"
    assert problem.mentors == (mentor,)
    assert problem.exemptions == (MAIL,)


def test_a_draft_has_a_rota_of_mentors(office: Store) -> None:
    with office.write() as unit:
        mentored = [
            programme.model_copy(update={"guests_per_mentor": programme.seats})
            for programme in unit.catalogue.programmes()
        ]
        unit.catalogue.save_programmes(mentored)
    planning.add_exception(office, Mentor(id="mia", name="Mia", centre="berlin", most=1), **AS_HR)
    plan_id, _ = draft(office, YEARS)
    with office.read() as unit:
        sessions = unit.plans.problem(plan_id).sessions
    accompanied = [session for session in sessions if session.mentors]
    assert {session.mentors for session in accompanied} == {("mia",)}
    assert {session.centre for session in accompanied} == {"berlin"}
    months = [(session.first_day.year, session.first_day.month) for session in accompanied]
    assert len(months) == len(set(months)) == 24
