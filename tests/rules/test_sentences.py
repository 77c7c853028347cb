"""Whatever rules say of themselves and of plans has the right form for none, one and many."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest
from annotated_types import Ge

from scheduler.domain.problem import Mode, Problem, RuleSetting
from scheduler.explain import Explainer, Explanations, ForPlanner
from scheduler.rules import Rule, registry
from scheduler.solving.engine import solve
from scheduler.verify import verify
from tests.grammar import miscounted
from tests.worlds import a_random_world, assignments_of

AMOUNTS = (0, 1, 2)
WORLDS = range(60)


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("It costs 1 points.", ["1 points"]),
        ("It costs 1 point, and 2 points.", []),
        ("2 point in 11 points", ["2 point"]),
        ("at most 1 of them are away", ["1 of them are"]),
        ("on 2027-01-1 days", []),
        ("0 person", ["0 person"]),
    ],
)
def test_a_wrong_form_is_noticed(sentence: str, wrong: list[str]) -> None:
    assert miscounted(sentence) == wrong


def _least(rule: type[Rule], name: str) -> int | None:
    """The least value of a parameter that is a whole number; None for any other."""
    field = rule.Params.model_fields[name]
    if field.annotation not in (int, int | None):
        return None
    return max((int(str(each.ge)) for each in field.metadata if isinstance(each, Ge)), default=0)


def _settings(rule: type[Rule]) -> Iterator[RuleSetting]:
    """A rule hard and soft with every parameter that is a whole number at none, one and many."""
    every = {name: _least(rule, name) for name in rule.Params.model_fields}
    names = {name: least for name, least in every.items() if least is not None}
    modes = (Mode.HARD,) if rule.always_on else (Mode.HARD, Mode.SOFT)
    for mode, weight, amounts in product(modes, (1, 2), product(AMOUNTS, repeat=len(names))):
        params = dict(zip(names, amounts, strict=True))
        if all(params[name] >= least for name, least in names.items()):
            setting = rule.default_setting()
            changes = {"mode": mode, "weight": weight, "params": setting.params | params}
            yield setting.model_copy(update=changes)


@pytest.mark.parametrize("key", registry())
def test_a_rule_says_its_parameters_in_the_right_form(key: str) -> None:
    rule = registry()[key]
    sentences = [str(rule(setting).sentence()) for setting in _settings(rule)]
    assert sentences
    assert [wrong for sentence in sentences for wrong in miscounted(sentence)] == []


def _drawn(problem: Problem, seed: int) -> list[int]:
    chance = random.Random(seed)
    return [chance.randrange(-1, len(problem.sessions)) for _ in problem.duties]


def test_violations_count_right() -> None:
    sentences = {
        str(violation.text)
        for seed in WORLDS
        for problem in (a_random_world(seed),)
        for plan in (assignments_of(problem, _drawn(problem, seed)),)
        for violation in verify(problem, plan).violations
    }
    assert any(" 1 " in sentence for sentence in sentences)
    assert [sentence for sentence in sentences if miscounted(sentence)] == []


def test_explanations_count_right() -> None:
    sentences: set[str] = set()
    for seed in WORLDS[:20]:
        problem = a_random_world(seed)
        result = solve(problem)
        explainer = Explainer(problem, result)
        dates = Explanations(problem, result.assignments)
        for duty in problem.duties:
            words = ForPlanner(dates.of(duty.id), problem)
            sentences.update(
                str(said) for each in words.explanation.dates for said in words.of(each)
            )
        sentences.update(map(str, explainer.why().values()))
        sentences.update(
            str(block.text) for each in explainer.unassigned() for block in each.blocks
        )
    assert any(" 1 " in sentence for sentence in sentences)
    assert [sentence for sentence in sentences if miscounted(sentence)] == []
