"""Absences, wishes, exemptions, blackouts, stand-ins and the ledger are kept."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import WorkPattern
from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.ledger import ServiceRecord, ServiceStatus
from scheduler.domain.people import (
    Absence,
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
from scheduler.store import Store
from scheduler.store.mapping.exceptions import EXEMPTIONS, STAND_INS
from tests.store.examples import BERLIN, TODAY, days, on_record, person

ANNA, BORIS = person("anna"), person("boris")
MAY, JUNE, JULY = (days(date(2027, month, 1), date(2027, month, 9)) for month in (5, 6, 7))


def absence(who: str, when: object = MAY) -> Absence:
    return Absence.model_validate({"employee_id": who, "days": when})


def test_absences_are_added_once_and_come_by_person_and_date(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.people.add_absences([absence("boris"), absence("anna", JULY), absence("anna")])
        unit.people.add_absences([absence("anna", JULY)])
    with store.read() as unit:
        assert unit.people.absences() == (
            absence("anna"),
            absence("anna", JULY),
            absence("boris"),
        )
        assert unit.people.absences("boris") == (absence("boris"),)
        assert unit.people.absences("nobody") == ()


def test_absences_of_some_people_are_replaced(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.people.add_absences([absence("anna"), absence("boris")])
        unit.people.replace_absences(["anna"], [absence("anna", JUNE)])
    with store.read() as unit:
        assert unit.people.absences() == (absence("anna", JUNE), absence("boris"))


def test_absences_of_everybody_are_replaced(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.people.add_absences([absence("anna"), absence("boris")])
        unit.people.replace_absences(None, [absence("boris", JUNE)])
        assert unit.people.absences() == (absence("boris", JUNE),)
        unit.people.replace_absences([], [])
        assert unit.people.absences() == (absence("boris", JUNE),)


def test_an_absence_is_removed_by_its_number(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        unit.people.add_absences([absence("anna", MAY), absence("anna", JUNE)])
        first, second = unit.people.kept_absences("anna")
        unit.people.remove_absence(first.id)
        assert unit.people.kept_absences() == (second,)
    with pytest.raises(NotFound, match="gone"), store.write() as unit:
        unit.people.remove_absence(first.id)


def test_an_absence_of_somebody_unknown_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.people.add_absences([absence("nobody")])
    with store.read() as unit:
        assert unit.people.absences() == ()


def test_wishes_are_kept(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    liked = Wish(employee_id="anna", kind=WishKind.WISHED, days=MAY)
    disliked = Wish(employee_id="anna", kind=WishKind.UNWISHED, days=MAY)
    other = Wish(employee_id="boris", kind=WishKind.WISHED, days=JUNE)
    with store.write() as unit:
        unit.people.add_wishes([liked, other])
        unit.people.replace_wishes(["anna"], [disliked])
        assert unit.people.wishes() == (disliked, other)
        unit.people.remove_wish(unit.people.kept_wishes("boris")[0].id)
        assert unit.people.wishes() == unit.people.wishes("anna") == (disliked,)


def test_exemptions_are_kept(store: Store) -> None:
    on_record(store, ANNA)
    early, late = (
        Exemption(employee_id="anna", category="parental", approver="hr@example.org", days=when)
        for when in (MAY, JULY)
    )
    with store.write() as unit:
        unit.people.add_exemptions([late, early])
        assert unit.people.exemptions("anna") == (early, late)
        unit.people.remove_exemption(unit.people.kept_exemptions()[0].id)
        assert unit.people.exemptions() == (late,)
        unit.people.replace_exemptions(None, [early])
        assert unit.people.exemptions() == (early,)


MAIL_ONLY = Exemption(
    employee_id="anna",
    category="hearing",
    approver="hr@example.org",
    days=MAY,
    channels=(Channel.MAIL,),
    shadowing=True,
    remind=date(2027, 4, 1),
)


def test_accommodations_are_kept_whole(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        unit.people.add_exemptions([MAIL_ONLY])
    with store.read() as unit:
        assert unit.people.exemptions() == (MAIL_ONLY,)


@pytest.mark.parametrize(
    ("change", "exempt"),
    [
        ({"channels": (), "shadowing": False}, 1),
        ({"channels": ()}, 0),
        ({"shadowing": False}, 0),
    ],
)
def test_only_who_is_released_is_found_as_exempt(
    store: Store, change: dict[str, object], exempt: int
) -> None:
    on_record(store, ANNA)
    today = days(TODAY)
    with store.write() as unit:
        unit.people.add_exemptions([MAIL_ONLY.model_copy(update={"days": today, **change})])
    with store.read() as unit:
        assert unit.people.search(owing="exempt", today=TODAY).total == exempt


def test_what_is_kept_is_changed_under_its_number(store: Store) -> None:
    on_record(store, ANNA)
    longer = MAIL_ONLY.model_copy(update={"days": days(date(2027, 5, 1), date(2027, 8, 1))})
    with store.write() as unit:
        unit.people.add_exemptions([MAIL_ONLY])
        (kept,) = unit.people.kept_exemptions()
        unit.people.change(EXEMPTIONS, kept.id, longer)
        assert unit.people.kept_under(EXEMPTIONS, kept.id) == longer
        unit.people.remove_exemption(kept.id)
        with pytest.raises(NotFound, match="gone"):
            unit.people.kept_under(EXEMPTIONS, kept.id)
        with pytest.raises(NotFound, match="gone"):
            unit.people.change(EXEMPTIONS, kept.id, longer)


def test_a_change_into_what_is_there_already_is_a_conflict(store: Store) -> None:
    on_record(store, ANNA, BORIS, person("cem"))
    with store.write() as unit:
        unit.people.add_stand_ins(
            [StandIns(one="anna", other="boris"), StandIns(one="anna", other="cem")]
        )
        _, second = unit.people.kept_stand_ins()
    with pytest.raises(Conflict), store.write() as unit:
        unit.people.change(STAND_INS, second.id, StandIns(one="anna", other="boris"))


def test_blackouts_are_kept_by_date(store: Store) -> None:
    company = Blackout(scope=Scope.COMPANY, days=JULY)
    team = Blackout(scope=Scope.TEAM, name="Payments", days=MAY)
    with store.write() as unit:
        unit.people.add_blackouts([company, team])
        unit.people.add_blackouts([company])
        assert unit.people.blackouts() == (team, company)
        unit.people.remove_blackout(unit.people.kept_blackouts()[0].id)
        assert unit.people.blackouts() == (company,)
        unit.people.replace_blackouts([team])
        assert unit.people.blackouts() == (team,)


def test_stand_ins_are_replaced_as_a_whole(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    one_way, other_way = StandIns(one="anna", other="boris"), StandIns(one="boris", other="anna")
    with store.write() as unit:
        unit.people.replace_stand_ins([one_way, one_way])
        assert unit.people.stand_ins() == (one_way,)
        unit.people.replace_stand_ins([other_way])
        assert unit.people.stand_ins() == (other_way,)


def test_a_stand_in_is_added_once_and_removed_by_its_number(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    pair = StandIns(one="anna", other="boris")
    with store.write() as unit:
        unit.people.add_stand_ins([pair])
        unit.people.add_stand_ins([pair])
        (kept,) = unit.people.kept_stand_ins()
        assert kept.value == pair
        unit.people.remove_stand_in(kept.id)
        assert unit.people.stand_ins() == ()


def test_pairings_are_kept(store: Store) -> None:
    on_record(store, ANNA, BORIS, person("cem"))
    together = Pairing(one="anna", other="boris", together=True)
    apart = Pairing(one="anna", other="cem", together=False)
    with store.write() as unit:
        unit.people.add_pairings([apart, together])
        assert unit.people.pairings() == (together, apart)
        unit.people.remove_pairing(unit.people.kept_pairings()[0].id)
        assert unit.people.pairings() == (apart,)
        unit.people.replace_pairings([together])
        assert unit.people.pairings() == (together,)


def test_a_pairing_with_somebody_unknown_is_refused(store: Store) -> None:
    on_record(store, ANNA)
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.people.add_pairings([Pairing(one="anna", other="nobody", together=True)])


def test_mentors_are_kept_whole_by_centre(store: Store) -> None:
    mia = Mentor(
        id="mia",
        name="Mia",
        centre="berlin",
        pattern=WorkPattern(weekdays=frozenset({0, 3})),
        away=(MAY, JULY),
        most=1,
        rest=3,
    )
    ben = Mentor(id="ben", name="Ben", centre="berlin")
    with store.write() as unit:
        unit.catalogue.save_centres([BERLIN])
        unit.people.add_mentors([mia, ben])
        assert unit.people.mentors() == (ben, mia)
        unit.people.remove_mentor(unit.people.kept_mentors()[0].id)
        assert unit.people.mentors() == (mia,)
        unit.people.replace_mentors([ben])
        assert unit.people.mentors() == (ben,)


def test_a_mentor_of_no_centre_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.people.add_mentors([Mentor(id="mia", name="Mia", centre="nowhere")])


def test_the_ledger_is_corrected_and_never_shortened(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    first = ServiceRecord(
        employee_id="anna",
        programme="two-days",
        centre="berlin",
        days=(date(2025, 3, 3), date(2025, 3, 4)),
    )
    older = first.model_copy(update={"days": (date(2023, 3, 3),), "centre": ""})
    other = first.model_copy(update={"employee_id": "boris"})
    missed = first.model_copy(update={"status": ServiceStatus.MISSED})
    with store.write() as unit:
        unit.people.add_records([first, other, older])
        unit.people.add_records([missed])
        unit.people.save_employees([ANNA])
    with store.read() as unit:
        assert unit.people.records() == (older, missed, other)
        assert unit.people.records("boris") == (other,)
