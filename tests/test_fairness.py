"""Fairness: figures by hand, findings that chance hardly explains, and the laws of the score."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from scheduler.domain.ledger import Duty
from scheduler.domain.people import Employee, Wish, WishKind
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem
from scheduler.fairness import Fairness, Group, Grouping, Measure, fairness
from scheduler.fairness.texts import finding
from tests.solving.companies import a_company
from tests.worlds import a_duty, a_person, a_session, a_world, assignments_of, days, only

PLAIN, FRIDAY, LATER = 0, 1, 2
"""Places of the sessions below: Monday and Tuesday, Thursday and Friday, and Monday and Tuesday,
29 days after the due date of those tests that are about lateness."""
SESSIONS = (a_session(0, seats=9000), a_session(10, seats=9000), a_session(42, seats=9000))


def people(**departments: int) -> list[Employee]:
    """So many people of each department, none of whom has a rank."""
    return [
        a_person(f"{name}-{n}", department=name, level=4)
        for name, count in departments.items()
        for n in range(count)
    ]


def world(staff: Sequence[Employee], duties: Sequence[Duty] | None = None, **more: Any) -> Problem:
    """Everybody owes one service; Fridays are unpopular."""
    return a_world(staff, SESSIONS, duties, rules=only("fair_dates"), **more)


def judged(problem: Problem, *choice: int) -> Fairness:
    """The plan in which duty n goes to session `choice[n]`, −1 for none."""
    return fairness(problem, assignments_of(problem, choice))


def of(found: Fairness, key: str | None, kind: Grouping = Grouping.DEPARTMENT) -> Group:
    """One group."""
    return next(group for group in found.groups[kind] if group.key == key)


def tally(group: Group, measure: Measure) -> tuple[int, int, float]:
    """Its cases, of how many, and how many are expected."""
    found = group.tallies[measure]
    return found.hits, found.of, found.expected


def wish(who: str, kind: WishKind, *on: int) -> Wish:
    """What somebody wished on numbered days."""
    return Wish(employee_id=who, kind=kind, days=days(*on))


class TestFigures:
    def test_unpopular_dates_are_counted_by_service_and_by_day(self) -> None:
        found = judged(world(people(sales=5, works=15)), *[FRIDAY] * 4, *[PLAIN] * 16)
        assert tally(of(found, "sales"), Measure.UNPOPULAR) == (4, 5, 1.0)
        assert tally(of(found, "works"), Measure.UNPOPULAR) == (0, 15, 3.0)
        sales = of(found, "sales")
        assert (sales.unpopular_days, sales.days, sales.mean_days) == (4, 10, 2.0)
        assert (found.everybody.unpopular_days, found.everybody.days) == (4, 40)

    def test_what_is_unpopular_is_what_the_rule_says(self) -> None:
        problem = world(people(sales=5))
        mondays = problem.model_copy(update={"rules": only("fair_dates", weekdays=[0, 1])})
        found = judged(mondays, PLAIN, FRIDAY, FRIDAY, FRIDAY, FRIDAY)
        assert tally(found.everybody, Measure.UNPOPULAR) == (1, 5, 1.0)
        assert found.everybody.unpopular_days == 2

    def test_lateness_is_counted_in_begun_weeks_and_averaged_over_all_services(self) -> None:
        staff = people(sales=5, works=5)
        duties = [a_duty(person.id, due=14) for person in staff]
        found = judged(world(staff, duties), *[FRIDAY] * 4, LATER, *[FRIDAY] * 4, -1)
        sales, works = of(found, "sales"), of(found, "works")
        assert tally(sales, Measure.LATE) == (1, 5, 5 / 9)
        assert (sales.weeks_late, sales.mean_weeks_late) == (5, 1.0)  # 29 days
        assert tally(works, Measure.LATE) == (0, 4, 4 / 9)
        assert tally(works, Measure.UNPLACED) == (1, 5, 0.5)

    def test_wishes_count_where_somebody_wished_and_has_a_date(self) -> None:
        staff = people(sales=6, works=5)
        wishes = [wish(f"sales-{n}", WishKind.WISHED, 10) for n in range(6)]
        wishes += [wish("works-0", WishKind.WISHED, 300), wish("works-1", WishKind.WISHED, -9, -1)]
        problem = world(staff, wishes=tuple(wishes))
        found = judged(problem, FRIDAY, FRIDAY, PLAIN, PLAIN, PLAIN, -1, *[PLAIN] * 5)
        assert tally(of(found, "sales"), Measure.MISSED) == (3, 5, 3.0)
        assert tally(of(found, "works"), Measure.MISSED) == (0, 0, 0.0)

    def test_unwished_dates_count_where_somebody_named_some(self) -> None:
        staff = people(sales=5, works=5)
        wishes = tuple(wish(f"sales-{n}", WishKind.UNWISHED, 0, 1) for n in range(5))
        found = judged(world(staff, wishes=wishes), PLAIN, *[FRIDAY] * 4, *[PLAIN] * 5)
        assert tally(of(found, "sales"), Measure.IMPOSED) == (1, 5, 1.0)
        assert tally(of(found, "works"), Measure.IMPOSED) == (0, 0, 0.0)

    def test_the_burden_of_each_is_in_points(self) -> None:
        staff = people(sales=5)
        wishes = (wish("sales-1", WishKind.UNWISHED, 0), wish("sales-2", WishKind.WISHED, 10))
        duties = [a_duty(person.id, due=14 if n == 3 else 60) for n, person in enumerate(staff)]
        problem = world(staff, duties, wishes=wishes)
        one_by_one = [
            judged(problem, *(session if m == n else -1 for m in range(5))).everybody.burden
            for n, session in enumerate((FRIDAY, PLAIN, PLAIN, LATER, PLAIN))
        ]
        assert one_by_one == [1, 3, 1, 2, 0]

    def test_a_rank_and_a_band_of_levels_are_groups_too(self) -> None:
        staff = [
            a_person(f"p{n}", level=level, executive=level < 3)
            for n, level in enumerate([1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 7, 8, 9])
        ]
        found = judged(world(staff), *[FRIDAY] * 5, *[PLAIN] * 10)
        sizes = {
            str(group.title): (group.people, group.unpopular_days)
            for kind in (Grouping.LEVEL, Grouping.RANK)
            for group in found.groups[kind]
        }
        assert sizes == {
            "levels 1 and 2": (5, 5),
            "level 4": (5, 0),
            "level 6 and below": (5, 0),
            "executives": (5, 5),
            "all others": (10, 0),
        }

    def test_a_plan_of_nothing_has_no_findings(self) -> None:
        found = fairness(world([]), ())
        assert (found.everybody.people, found.findings, found.score) == (0, (), 100)


class TestSmallGroups:
    def titles(self, **departments: int) -> dict[str, int]:
        staff = people(**departments)
        found = judged(world(staff), *[PLAIN] * len(staff))
        return {str(group.title): group.people for group in found.groups[Grouping.DEPARTMENT]}

    def test_are_joined(self) -> None:
        assert self.titles(sales=5, board=4, law=2) == {"sales": 5, "small groups": 6}

    def test_take_the_next_smallest_in_where_they_are_too_few_together(self) -> None:
        found = self.titles(sales=9, works=6, board=4)
        assert found == {"sales": 9, "works and small groups": 10}

    def test_are_called_by_the_names_of_those_that_are_large_enough(self) -> None:
        found = self.titles(sales=9, works=5, board=4)
        assert found == {"sales": 9, "works and small groups": 9}

    def test_may_be_everybody(self) -> None:
        assert self.titles(sales=6, board=1) == {"everybody": 7}

    def test_people_and_not_duties_make_them_large(self) -> None:
        staff = people(sales=5, board=1)
        duties = [a_duty(p.id) for p in staff] + [a_duty("board-0", number=n) for n in range(2, 9)]
        found = judged(world(staff, duties), *[PLAIN] * len(duties))
        assert [group.people for group in found.groups[Grouping.DEPARTMENT]] == [6]

    def test_wishes_of_so_few_are_not_told(self) -> None:
        wishes = tuple(wish(f"sales-{n}", WishKind.WISHED, 10) for n in range(4))
        more = (*wishes, wish("sales-4", WishKind.WISHED, 10))
        for mine, mentionable in ((wishes, False), (more, True)):
            found = judged(world(people(sales=9, works=9), wishes=mine), *[FRIDAY] * 18)
            assert of(found, "sales").mentionable(Measure.MISSED) is mentionable
            assert of(found, "sales").mentionable(Measure.LATE)

    def test_wishes_are_those_of_people_and_not_of_services(self) -> None:
        staff = people(sales=9, works=9)
        duties = [a_duty(p.id) for p in staff] + [a_duty("sales-0", number=n) for n in range(2, 9)]
        problem = world(staff, duties, wishes=(wish("sales-0", WishKind.WISHED, 10),))
        sales = of(judged(problem, *[FRIDAY] * 25), "sales")
        assert tally(sales, Measure.MISSED) == (0, 8, 0.0)
        assert not sales.mentionable(Measure.MISSED)

    def test_wishes_of_so_few_are_no_finding(self) -> None:
        """All four of a department miss theirs, all hundreds of others have theirs."""
        staff = people(sales=400, works=40)
        wishers = [*(f"sales-{n}" for n in range(400)), *(f"works-{n}" for n in range(4))]
        wishes = tuple(wish(who, WishKind.WISHED, 10) for who in wishers)
        found = judged(world(staff, wishes=wishes), *[FRIDAY] * 400, *[PLAIN] * 40)
        assert [each.measure for each in found.findings] == [Measure.UNPOPULAR]


class TestFindings:
    def test_say_who_how_often_and_what_is_expected(self) -> None:
        plan = [FRIDAY] * 31 + [PLAIN] * 49 + [FRIDAY] * 59 + [PLAIN] * 261
        found = judged(world(people(sales=80, works=320)), *plan)
        assert [str(each.text) for each in found.findings] == [
            "Unpopular dates fall to sales more often than to others: 31 of 80 services, "
            "18 expected."
        ]

    @pytest.mark.parametrize("more", [True, False])
    @pytest.mark.parametrize(
        ("measure", "words"),
        [
            (Measure.UNPOPULAR, "Unpopular dates fall to"),
            (Measure.MISSED, "Wishes of sales are missed"),
            (Measure.IMPOSED, "Unwished dates fall to"),
            (Measure.LATE, "The services of sales are late"),
            (Measure.UNPLACED, "Duties of sales stay without a date"),
        ],
    )
    def test_say_of_every_measure_whether_it_is_more_or_less(
        self, measure: Measure, words: str, more: bool
    ) -> None:
        said = str(finding(measure, more, "sales", 3, 9, 1.5))
        assert said.startswith(words)
        assert ("more often than" in said, "less often than" in said) == (more, not more)

    def test_tell_of_favour_after_disfavour(self) -> None:
        """Three departments, so each is asked about."""
        plan = [FRIDAY] * 40 + [PLAIN] * 40 + [PLAIN] * 80 + [FRIDAY] * 20 + [PLAIN] * 60
        found = judged(world(people(hit=80, spared=80, usual=80)), *plan)
        assert [(each.group.key, each.more) for each in found.findings] == [
            ("hit", True),
            ("spared", False),
        ]

    def test_have_the_probability_of_fishers_test_corrected_for_all_questions(self) -> None:
        """By hand: all five of sales and none of ten others serve on a Friday. That has the
        probability 1 / (15 over 5) = 1 / 3003; doubled; and it is the only question."""
        found = judged(world(people(sales=5, works=10)), *[FRIDAY] * 5, *[PLAIN] * 10)
        assert [each.chance for each in found.findings] == [pytest.approx(2 / 3003)]

    def test_ask_more_of_a_difference_the_more_is_asked(self) -> None:
        """Holm's correction of three: the two extreme departments are mirrored, and so alike."""
        plan = [FRIDAY] * 5 + [PLAIN] * 10
        two = judged(world(people(a=5, b=10)), *plan)
        three = judged(world(people(a=5, b=5, c=5)), *plan)
        assert three.findings[0].chance == pytest.approx(3 * two.findings[0].chance)

    def test_about_late_and_missing_dates_and_wishes(self) -> None:
        staff = people(hit=40, works=200)
        duties = [a_duty(person.id, due=14) for person in staff]
        wishes = tuple(wish(p.id, WishKind.WISHED, 10) for p in staff)
        unwished = tuple(wish(p.id, WishKind.UNWISHED, 42) for p in staff)
        problem = world(staff, duties, wishes=wishes + unwished)
        late = judged(problem, *[LATER] * 40, *[FRIDAY] * 200)
        missing = judged(problem, *[-1] * 40, *[FRIDAY] * 200)
        measures = {each.measure for each in late.findings if each.more}
        assert measures == {Measure.LATE, Measure.MISSED, Measure.IMPOSED}
        assert [each.measure for each in missing.findings] == [Measure.UNPLACED]
        assert str(missing.findings[0].text).startswith("Duties of hit stay without a date more")

    def test_are_rare_in_plans_that_favour_nobody(self) -> None:
        """One in twenty is allowed: of 100 more than 12 would come about once in 700 times."""
        problem = world(people(a=120, b=60, c=30, d=15, e=7))
        chance = random.Random(4)
        found = [
            judged(problem, *chance.choices([PLAIN, FRIDAY, -1], [6, 3, 1], k=232)).findings
            for _ in range(100)
        ]
        assert sum(map(bool, found)) <= 12

    def test_of_a_sample_company_are_those_that_were_planted(self) -> None:
        problem = a_company(600, 2)
        rules = only("fair_dates", weekdays=[0])
        problem = problem.model_copy(update={"rules": rules})
        popular = [s for s in problem.sessions if s.days[0].weekday() != 0]
        chance = random.Random(1)
        fair = {duty.id: chance.choice(problem.sessions).key for duty in problem.duties}
        spared = {
            duty.id: chance.choice(popular).key
            for duty in problem.duties
            if problem.employee[duty.employee_id].department == "Technology"
        }
        assert fairness(problem, _assigned(problem, fair)).findings == ()
        found = fairness(problem, _assigned(problem, fair | spared)).findings
        planted = ("Technology", Measure.UNPOPULAR, False)
        departments = [each for each in found if each.group.kind is Grouping.DEPARTMENT]
        assert [(each.group.key, each.measure, each.more) for each in departments] == [planted]


def _assigned(problem: Problem, sessions: dict[str, str]) -> list[Assignment]:
    return [
        Assignment(duty_id=duty, employee_id=problem.duty[duty].employee_id, session=key)
        for duty, key in sessions.items()
    ]


class TestScore:
    def shared(self, *fridays: int, each: int = 20) -> float:
        """The score of departments of `each` people so many of whom serve on a Friday."""
        staff = people(**{f"d{n}": each for n in range(len(fridays))})
        plan = [FRIDAY if n < many else PLAIN for many in fridays for n in range(each)]
        return judged(world(staff), *plan).score

    def test_of_the_same_for_all_is_a_hundred(self) -> None:
        assert self.shared(3, 3, 3) == self.shared(20, 20) == self.shared(0, 0, 0) == 100

    def test_is_one_less_the_gini_coefficient(self) -> None:
        """By hand: means 0.25 and 0.75 of as many people; two drawn by chance differ by 0.25 on
        average, half of which is a quarter of the mean."""
        assert self.shared(5, 15) == pytest.approx(75)
        assert self.shared(0, 12) == pytest.approx(50)

    def test_falls_with_everything_that_is_moved_to_one_department(self) -> None:
        scores = [self.shared(8 - n, 8, 8 + n) for n in range(8)]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == len(scores)

    def test_falls_where_it_is_moved_between_two_above_the_mean(self) -> None:
        assert self.shared(2, 8, 12) > self.shared(2, 7, 13)

    def test_does_not_depend_on_how_much_there_is_to_carry(self) -> None:
        assert self.shared(2, 4) == pytest.approx(self.shared(6, 12))

    def test_depends_on_neither_names_nor_order(self) -> None:
        chance = random.Random(7)
        staff = people(a=30, b=20, c=10)
        plan = chance.choices([PLAIN, FRIDAY, -1], k=60)
        before = judged(world(staff), *plan)
        pairs = list(zip(staff, plan, strict=True))
        chance.shuffle(pairs)
        again = judged(world([person for person, _ in pairs]), *[place for _, place in pairs])
        named = {"a": "z", "b": "y", "c": "x"}
        renamed = [p.model_copy(update={"department": named[p.department or ""]}) for p in staff]
        assert again == before
        assert judged(world(renamed), *plan).score == pytest.approx(before.score)

    def test_is_the_lowest_by_department_level_and_rank(self) -> None:
        staff = [
            a_person(f"p{n}", department="ab"[n % 2], level=3 + n // 10, executive=n < 10)
            for n in range(20)
        ]
        found = judged(world(staff), *[FRIDAY] * 10, *[PLAIN] * 10)
        assert found.scores == {Grouping.DEPARTMENT: 100, Grouping.LEVEL: 50, Grouping.RANK: 50}
        assert found.score == 50

    def test_lies_within_what_a_lot_would_make_where_a_lot_made_it(self) -> None:
        problem = world(people(a=100, b=100, c=100))
        plan = random.Random(3).choices([PLAIN, FRIDAY], k=300)
        found = judged(problem, *plan)
        low, high = found.by_lot
        assert 60 < low < high <= 100
        assert low <= found.score <= 100
        assert judged(problem, *[FRIDAY] * 100, *[PLAIN] * 200).score < 50
