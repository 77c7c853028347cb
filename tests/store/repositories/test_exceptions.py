"""Absences, wishes, exemptions, blackouts, pairs and mentors are on record."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.calendar import WorkPattern
from scheduler.domain.errors import Conflict, NotFound
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
from scheduler.store.mapping.exceptions import (
    ABSENCES,
    BLACKOUTS,
    EXEMPTIONS,
    MENTORS,
    PAIRINGS,
    STAND_INS,
    WISHES,
)
from tests.store.examples import BERLIN, TODAY, days, on_record, person

ANNA, BORIS = person("anna"), person("boris")
MAY, JUNE, JULY = (days(date(2027, month, 1), date(2027, month, 9)) for month in (5, 6, 7))


def absence(who: str, when: object = MAY) -> Absence:
    return Absence.model_validate({"employee_id": who, "days": when})


def test_absences_are_added_once_and_come_by_person_and_date(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.exceptions.add(ABSENCES, [absence("boris"), absence("anna", JULY), absence("anna")])
        unit.exceptions.add(ABSENCES, [absence("anna", JULY)])
    with store.read() as unit:
        assert unit.exceptions.absences() == (
            absence("anna"),
            absence("anna", JULY),
            absence("boris"),
        )
        assert unit.exceptions.absences("boris") == (absence("boris"),)
        assert unit.exceptions.absences("nobody") == ()


def test_absences_of_some_people_are_replaced(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.exceptions.add(ABSENCES, [absence("anna"), absence("boris")])
        unit.exceptions.replace(ABSENCES, ["anna"], [absence("anna", JUNE)])
    with store.read() as unit:
        assert unit.exceptions.absences() == (absence("anna", JUNE), absence("boris"))


def test_absences_of_everybody_are_replaced(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    with store.write() as unit:
        unit.exceptions.add(ABSENCES, [absence("anna"), absence("boris")])
        unit.exceptions.replace(ABSENCES, None, [absence("boris", JUNE)])
        assert unit.exceptions.absences() == (absence("boris", JUNE),)
        unit.exceptions.replace(ABSENCES, [], [])
        assert unit.exceptions.absences() == (absence("boris", JUNE),)


def test_an_absence_is_removed_by_its_number(store: Store) -> None:
    on_record(store, ANNA)
    with store.write() as unit:
        unit.exceptions.add(ABSENCES, [absence("anna", MAY), absence("anna", JUNE)])
        first, second = unit.exceptions.about(ABSENCES, "anna")
        unit.exceptions.remove(ABSENCES, first.id)
        assert unit.exceptions.entries(ABSENCES) == (second,)
    with pytest.raises(NotFound, match="gone"), store.write() as unit:
        unit.exceptions.remove(ABSENCES, first.id)


def test_an_absence_of_somebody_unknown_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.exceptions.add(ABSENCES, [absence("nobody")])
    with store.read() as unit:
        assert unit.exceptions.absences() == ()


def test_wishes_are_kept(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    liked = Wish(employee_id="anna", kind=WishKind.WISHED, days=MAY)
    disliked = Wish(employee_id="anna", kind=WishKind.UNWISHED, days=MAY)
    other = Wish(employee_id="boris", kind=WishKind.WISHED, days=JUNE)
    with store.write() as unit:
        unit.exceptions.add(WISHES, [liked, other])
        unit.exceptions.replace(WISHES, ["anna"], [disliked])
        assert unit.exceptions.wishes() == (disliked, other)
        unit.exceptions.remove(WISHES, unit.exceptions.about(WISHES, "boris")[0].id)
        assert unit.exceptions.wishes() == (disliked,)


def test_exemptions_are_kept(store: Store) -> None:
    on_record(store, ANNA)
    early, late = (
        Exemption(employee_id="anna", category="parental", approver="hr@example.org", days=when)
        for when in (MAY, JULY)
    )
    with store.write() as unit:
        unit.exceptions.add(EXEMPTIONS, [late, early])
        assert unit.exceptions.exemptions() == (early, late)
        unit.exceptions.remove(EXEMPTIONS, unit.exceptions.entries(EXEMPTIONS)[0].id)
        assert unit.exceptions.exemptions() == (late,)
        unit.exceptions.replace(EXEMPTIONS, None, [early])
        assert unit.exceptions.exemptions() == (early,)


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
        unit.exceptions.add(EXEMPTIONS, [MAIL_ONLY])
    with store.read() as unit:
        assert unit.exceptions.exemptions() == (MAIL_ONLY,)


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
        unit.exceptions.add(EXEMPTIONS, [MAIL_ONLY.model_copy(update={"days": today, **change})])
    with store.read() as unit:
        assert unit.people.search(owing="exempt", today=TODAY).total == exempt


def test_what_is_kept_is_changed_under_its_number(store: Store) -> None:
    on_record(store, ANNA)
    longer = MAIL_ONLY.model_copy(update={"days": days(date(2027, 5, 1), date(2027, 8, 1))})
    with store.write() as unit:
        unit.exceptions.add(EXEMPTIONS, [MAIL_ONLY])
        (entry,) = unit.exceptions.entries(EXEMPTIONS)
        unit.exceptions.change(EXEMPTIONS, entry.id, longer)
        assert unit.exceptions.entry(EXEMPTIONS, entry.id) == longer
        unit.exceptions.remove(EXEMPTIONS, entry.id)
        with pytest.raises(NotFound, match="gone"):
            unit.exceptions.entry(EXEMPTIONS, entry.id)
        with pytest.raises(NotFound, match="gone"):
            unit.exceptions.change(EXEMPTIONS, entry.id, longer)


def test_a_change_into_what_is_there_already_is_a_conflict(store: Store) -> None:
    on_record(store, ANNA, BORIS, person("cem"))
    with store.write() as unit:
        unit.exceptions.add(
            STAND_INS, [StandIns(one="anna", other="boris"), StandIns(one="anna", other="cem")]
        )
        _, second = unit.exceptions.entries(STAND_INS)
    with pytest.raises(Conflict), store.write() as unit:
        unit.exceptions.change(STAND_INS, second.id, StandIns(one="anna", other="boris"))


def test_blackouts_are_kept_by_date(store: Store) -> None:
    company = Blackout(scope=Scope.COMPANY, days=JULY)
    team = Blackout(scope=Scope.TEAM, name="Payments", days=MAY)
    with store.write() as unit:
        unit.exceptions.add(BLACKOUTS, [company, team])
        unit.exceptions.add(BLACKOUTS, [company])
        assert unit.exceptions.blackouts() == (team, company)
        unit.exceptions.remove(BLACKOUTS, unit.exceptions.entries(BLACKOUTS)[0].id)
        assert unit.exceptions.blackouts() == (company,)
        unit.exceptions.replace(BLACKOUTS, None, [team])
        assert unit.exceptions.blackouts() == (team,)


def test_stand_ins_are_replaced_as_a_whole(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    one_way, other_way = StandIns(one="anna", other="boris"), StandIns(one="boris", other="anna")
    with store.write() as unit:
        unit.exceptions.replace(STAND_INS, None, [one_way, one_way])
        assert unit.exceptions.stand_ins() == (one_way,)
        unit.exceptions.replace(STAND_INS, None, [other_way])
        assert unit.exceptions.stand_ins() == (other_way,)


def test_a_stand_in_is_added_once_and_removed_by_its_number(store: Store) -> None:
    on_record(store, ANNA, BORIS)
    pair = StandIns(one="anna", other="boris")
    with store.write() as unit:
        unit.exceptions.add(STAND_INS, [pair])
        unit.exceptions.add(STAND_INS, [pair])
        (entry,) = unit.exceptions.entries(STAND_INS)
        assert entry.value == pair
        unit.exceptions.remove(STAND_INS, entry.id)
        assert unit.exceptions.stand_ins() == ()


def test_pairings_are_kept(store: Store) -> None:
    on_record(store, ANNA, BORIS, person("cem"))
    together = Pairing(one="anna", other="boris", together=True)
    apart = Pairing(one="anna", other="cem", together=False)
    with store.write() as unit:
        unit.exceptions.add(PAIRINGS, [apart, together])
        assert unit.exceptions.pairings() == (together, apart)
        unit.exceptions.remove(PAIRINGS, unit.exceptions.entries(PAIRINGS)[0].id)
        assert unit.exceptions.pairings() == (apart,)
        unit.exceptions.replace(PAIRINGS, None, [together])
        assert unit.exceptions.pairings() == (together,)


def test_a_pairing_with_somebody_unknown_is_refused(store: Store) -> None:
    on_record(store, ANNA)
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.exceptions.add(PAIRINGS, [Pairing(one="anna", other="nobody", together=True)])


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
        unit.exceptions.add(MENTORS, [mia, ben])
        assert unit.exceptions.mentors() == (ben, mia)
        unit.exceptions.remove(MENTORS, unit.exceptions.entries(MENTORS)[0].id)
        assert unit.exceptions.mentors() == (mia,)
        unit.exceptions.replace(MENTORS, None, [ben])
        assert unit.exceptions.mentors() == (ben,)


def test_a_mentor_of_no_centre_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="not on record"), store.write() as unit:
        unit.exceptions.add(MENTORS, [Mentor(id="mia", name="Mia", centre="nowhere")])
