"""What changed rules would mean: tried on the published plan, and in a plan beside it."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler import planning
from scheduler.domain.errors import BadInput, NotPublishable
from scheduler.domain.people import Wish, WishKind
from scheduler.domain.plan import SolveStatus
from scheduler.domain.problem import Mode, RuleSetting
from scheduler.rules import registry
from scheduler.store import Store
from scheduler.store.mapping.exceptions import WISHES
from scheduler.verify import verify
from tests.planning.office import (
    AT,
    HR,
    ON_SQLITE,
    YEARS,
    compute,
    open_office,
    planned,
    published,
)
from tests.processes import AMPLE

pytestmark = ON_SQLITE
TODAY = AT.date()


def setting(key: str, mode: Mode | None = None, **params: object) -> RuleSetting:
    """A rule set otherwise than by default."""
    default = registry()[key].default_setting()
    update = {"mode": mode or default.mode, "params": default.params | params}
    return default.model_copy(update=update)


def so_set(store: Store, changed: RuleSetting) -> tuple[RuleSetting, ...]:
    """The rules as they are saved, but for one."""
    with store.read() as unit:
        saved = unit.catalogue.rules().settings
    return (*(each for each in saved if each.key != changed.key), changed)


def saved_version(store: Store) -> int:
    """The version of the rules that hold."""
    with store.read() as unit:
        return unit.catalogue.rules().version


def without_anybody_in(month: date) -> RuleSetting:
    """A hard even load that wants nobody in one month."""
    pause = {"first": month.isoformat(), "last": month.replace(day=28).isoformat()}
    return setting("level_load", Mode.HARD, pauses=[pause], tolerance=10.0)


def busy_month(store: Store, plan_id: int) -> date:
    """A month in which somebody begins."""
    with store.read() as unit:
        problem, plan = unit.plans.problem(plan_id), unit.plans.assignments(plan_id)
    return min(problem.session[each.session].first_day for each in plan).replace(day=1)


def test_trying_tells_what_the_published_plan_would_break_and_saves_nothing(store: Store) -> None:
    open_office(store)
    plan_id = published(store)
    changed = without_anybody_in(busy_month(store, plan_id))
    before = saved_version(store)
    trial = planning.try_rules(store, so_set(store, changed), today=TODAY)
    (rule,) = trial.rules
    assert (trial.plan.id, rule.key, trial.hard > 0) == (plan_id, "level_load", True)
    with store.read() as unit:
        problem, plan = unit.plans.problem(plan_id), unit.plans.assignments(plan_id)
    assert saved_version(store) == before
    expected = verify(problem.model_copy(update={"rules": so_set(store, changed)}), plan).hard
    assert rule.hard == expected
    assert trial.people == len({who for each in expected for who in each.employee_ids})


def test_a_rule_as_it_is_breaks_nothing(store: Store) -> None:
    open_office(store)
    published(store)
    same = registry()["team_floor"].default_setting()
    assert planning.try_rules(store, so_set(store, same), today=TODAY).rules == ()


def test_another_weight_is_points_and_no_breach(store: Store) -> None:
    open_office(store)
    with store.write() as unit:
        never = Wish(employee_id="s1", kind=WishKind.UNWISHED, days=YEARS)
        unit.exceptions.add(WISHES, [never])
    published(store)
    dearer = setting("preferences").model_copy(update={"weight": 30})
    trial = planning.try_rules(store, so_set(store, dearer), today=TODAY)
    (rule,) = trial.rules
    assert (rule.points_before, rule.points_after, trial.points) == (10, 30, 20)
    assert (rule.broken, rule.mended) == ((), 0)


def test_what_is_over_is_not_told(store: Store) -> None:
    open_office(store)
    plan_id = published(store)
    changed = without_anybody_in(busy_month(store, plan_id))
    trial = planning.try_rules(store, so_set(store, changed), today=date(2030, 1, 1))
    assert trial.hard == 0


def test_what_a_rule_does_not_take_is_refused(store: Store) -> None:
    open_office(store)
    with pytest.raises(BadInput, match="Nothing is published yet"):
        planning.try_rules(store, [setting("spacing", days=9)], today=TODAY)
    published(store)
    with pytest.raises(BadInput, match="do not take this"):
        planning.try_rules(store, [setting("spacing", days=-1)], today=TODAY)


def what_if(store: Store, changed: RuleSetting) -> int:
    """A computed plan beside the published one."""
    plan_id, _run = planning.draft_what_if(
        store, so_set(store, changed), actor=HR, at=AT, time_limit=AMPLE
    )
    assert compute(store)
    return plan_id


def test_a_what_if_keeps_its_rules_and_is_compared(store: Store) -> None:
    open_office(store)
    before = published(store)
    version = saved_version(store)
    changed = without_anybody_in(busy_month(store, before))
    plan_id = what_if(store, changed)
    beside = planning.compare_plans(store, plan_id)
    assert (beside.published.id, beside.other.id, beside.what_if) == (before, plan_id, True)
    assert beside.other.solve_status is SolveStatus.OPTIMAL
    assert beside.before.hard == 0
    assert beside.kept.hard > 0
    assert beside.after.hard == 0
    assert beside.moved > 0
    assert beside.after.months.keys().isdisjoint([(changed_month(changed))])
    assert sum(beside.after.months.values()) == beside.after.placed
    assert saved_version(store) == version


def changed_month(changed: RuleSetting) -> tuple[int, int]:
    """The month of its pause."""
    first = date.fromisoformat(changed.params["pauses"][0]["first"])
    return first.year, first.month


def test_a_what_if_is_not_published_until_its_rules_are_saved(store: Store) -> None:
    open_office(store)
    changed = without_anybody_in(busy_month(store, published(store)))
    plan_id = what_if(store, changed)
    with pytest.raises(NotPublishable, match="rules were never saved"):
        planning.publish(store, plan_id, actor=HR, at=AT)
    version = saved_version(store)
    assert planning.adopt_rules(store, plan_id, actor=HR, at=AT) == version + 1
    with store.read() as unit:
        book = unit.catalogue.rules()
    assert changed in book.settings
    assert book.note == f"As tried in plan {plan_id}."
    fresh = planned(store)
    assert not planning.compare_plans(store, fresh).what_if
    assert planning.publish(store, fresh, actor=HR, at=AT) == 2


def test_an_ordinary_draft_is_no_what_if_even_after_the_rules_changed(store: Store) -> None:
    open_office(store)
    published(store)
    fresh = planned(store)
    planning.change_rules(
        store,
        so_set(store, setting("spacing", days=9)),
        expected_version=saved_version(store),
        actor=HR,
        at=AT,
    )
    assert not planning.compare_plans(store, fresh).what_if
    assert planning.publish(store, fresh, actor=HR, at=AT) == 2
