"""The whole path, with every side as a real process, on a tiny company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheduler.model.compiled import CompiledModel
from scheduler.model.compiling import compile_problem
from scheduler.model.language import GroupBound
from tests.benchmarks import measuring, memory, processes, side
from tests.benchmarks.binding import Binding, binding
from tests.benchmarks.instances import make, spec
from tests.benchmarks.measuring import Options, measure, steps
from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.processes import Outcome
from tests.benchmarks.results import Measurement
from tests.benchmarks.talk import Request, SideAnswer, write_problem
from tests.benchmarks.textbook import Textbook
from tests.worlds import a_person, a_session, a_world, only

TINY = Options(sizes=((60, 1),), kinds=(InstanceKind.STEADY,), seconds=20, peer_seconds=60)


def _measured(options: Options) -> list[Measurement]:
    rows: list[Measurement] = []
    measure(options, "first", rows.append)
    return rows


@pytest.mark.slow
def test_all_sides_find_the_same_optimum_in_processes_of_their_own() -> None:
    rows = _measured(TINY)
    assert [row.request.side for row in rows] == list(Side)
    assert [row.wrong for row in rows] == [()] * 3
    assert {row.answer.status for row in rows} == {"optimal"}
    assert len({(row.answer.cost, row.placed) for row in rows}) == 1
    assert {row.gap for row in rows} == {0}
    for row in rows:
        assert row.duties > 50
        # A few people cannot fill every group that has a least size.
        assert row.placed > 0.8 * row.duties
        assert 0 < row.answer.seconds < 60
        assert row.answer.memory > 20_000_000
    ours, _, textbook = rows
    for row in (ours, textbook):
        assert row.answer.first is not None
        assert row.answer.first <= row.answer.seconds
    assert {"seats", "team_floor", "executive_cover", "deputies"} <= ours.binding.keys()
    assert ours.binding["seats"][0] > 0


Change = Callable[[Outcome], Outcome]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """All sides answer in this process: quicker, where processes are not what is tested. Our
    answers can be changed."""

    def ours(change: Change) -> None:
        def run(folder: Path, request: Request, **options: object) -> Outcome:
            outcome = Outcome(*side.answered(folder, request))
            planned = request.side is Side.FRONTLINE and request.task is BenchTask.SOLVE
            return change(outcome) if planned else outcome

        monkeypatch.setattr(processes, "run", run)

    monkeypatch.setattr(memory, "forget_peak", lambda: None)
    ours(lambda outcome: outcome)
    return ours


AGAINST_HIGHS = replace(TINY, sides=(Side.FRONTLINE, Side.HIGHS))


def test_an_answer_that_breaks_the_rules_is_shouted(here: Callable[[Change], None]) -> None:
    here(lambda right: Outcome(right.answer, [np.zeros_like(each) for each in right.choices]))
    ours, highs = _measured(AGAINST_HIGHS)
    assert any("hard rules broken" in text for text in ours.wrong)
    assert highs.wrong == ()


def test_a_false_optimum_is_shouted_against_highs(here: Callable[[Change], None]) -> None:
    """The plan is legal, but somebody who could serve is left out, and it is called optimal."""
    model = compile_problem(make(spec(InstanceKind.STEADY, 60)))

    def one_left_out(outcome: Outcome) -> Outcome:
        choice = outcome.choices[0].copy()
        choice[np.flatnonzero(choice >= 0)[-1]] = -1
        cost = model.judge(choice).cost
        return Outcome(outcome.answer.model_copy(update={"cost": cost, "bound": cost}), [choice])

    here(one_left_out)
    rows = _measured(AGAINST_HIGHS)
    assert [row.wrong for row in rows[:2]] == [(), ()]  # alone, each is believable
    last = {row.key: row for row in rows}
    assert len(last) == 2
    for row in last.values():
        assert any("calls" in text and "highs" in text for text in row.wrong)


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_the_other_tasks_are_measured() -> None:
    tasks = (
        BenchTask.STOP,
        BenchTask.LIMITS,
        BenchTask.AGAIN,
        BenchTask.REPLAN,
        BenchTask.WHY,
        BenchTask.TRY,
    )
    options = Options(
        sizes=((40, 1),),
        kinds=(InstanceKind.STEADY,),
        sides=(Side.FRONTLINE,),
        tasks=tasks,
        seconds=10,
    )
    rows = _measured(options)
    assert [row.request.task for row in rows] == list(tasks)
    assert [row.wrong for row in rows] == [()] * 6
    stops, limits, again, replans, whys, tries = (row.answer for row in rows)
    assert [trial.moment for trial in stops.trials] == list(measuring.STOP_AT)
    assert [trial.moment for trial in limits.trials] == list(measuring.LIMITS)
    assert all(trial.proven and trial.overrun == 0 for trial in limits.trials)
    assert again.notes == {"different": 0}
    assert all(trial.overrun is not None and trial.cost for trial in replans.trials)
    assert [trial.moment for trial in whys.trials] == list(measuring.ASKED)
    assert any(trial.placed for trial in whys.trials)  # some date is not possible
    assert [trial.moment for trial in tries.trials] == list(measuring.TURNED)
    assert all(trial.overrun is not None for trial in (*whys.trials, *tries.trials))


def _request(**changes: object) -> Request:
    fields = {"side": Side.FRONTLINE, "kind": InstanceKind.STEADY, "people": 60, "seconds": 60}
    return Request.model_validate(fields | changes)


def test_a_side_that_dies_says_why(tmp_path: Path) -> None:
    outcome = processes.run(tmp_path, _request())  # there is no instance
    assert outcome.failed
    assert "FileNotFoundError" in outcome.complaint


def test_a_side_that_wants_too_much_memory_is_ended(tmp_path: Path) -> None:
    if not memory.of_machine():
        pytest.skip("the system does not say how much memory a process holds")
    write_problem(tmp_path, make(spec(InstanceKind.STEADY, 60)))
    outcome = processes.run(tmp_path, _request(side=Side.TEXTBOOK), most_memory=1)
    assert outcome.answer.status == processes.OUT_OF_MEMORY
    assert outcome.answer.memory > 1
    assert not outcome.failed


def test_a_side_that_outstays_its_limit_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "READING", 0.0)
    write_problem(tmp_path, make(spec(InstanceKind.STEADY, 60)))
    outcome = processes.run(tmp_path, _request(side=Side.TEXTBOOK, seconds=0.1))
    assert (outcome.answer.status, outcome.answer.seconds) == (processes.TIMED_OUT, 0.1)


def test_peers_are_asked_about_small_companies_only_and_never_about_split_ones() -> None:
    options = Options(sizes=((100, 1), (1000, 1)), kinds=(InstanceKind.STEADY,), peers_up_to=100)
    assert [len(step.requests) for step in steps(options)] == [3, 1]
    split = Options(sizes=((100, 2),), kinds=(InstanceKind.STEADY,), split=True)
    ((request,),) = (step.requests for step in steps(split))
    assert (request.side, request.split) == (Side.FRONTLINE, True)


def test_of_a_company_in_parts_only_what_can_be_is_measured() -> None:
    wanted = (BenchTask.STOP, BenchTask.CLUSTER)
    split = Options(sizes=((100, 2),), kinds=(InstanceKind.STEADY,), split=True, tasks=wanted)
    ((request,),) = (step.requests for step in steps(split))
    assert (request.side, request.task) == (Side.FRONTLINE, BenchTask.CLUSTER)


def test_a_bound_holds_somebody_back_where_they_would_rather_be() -> None:
    people = [a_person("ann"), a_person("bob")]
    world = a_world(
        people,
        [a_session(0, seats=1), a_session(35, seats=1)],
        rules=only("seats", "due_date"),
    )
    model = compile_problem(world)
    full = binding(model, np.array([0, 1]))["seats"]
    assert full == Binding(full=2, holding=1)  # the first would rather serve later: early costs
    assert binding(model, np.array([0, -1]))["seats"].full == 1


def _textbook_optimum(model: CompiledModel) -> int:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    assert solver.solve(Textbook(model).cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def _three_at_two_sessions(points: int | None, lower: int, switch: bool) -> CompiledModel:
    """Three duties; the first session costs nothing, the second 10, nowhere 100. The bound is on
    the second session."""
    model = CompiledModel(3, 2, np.full(3, 100, np.int64))
    model.price("dear", np.array([[0, 10]] * 3))
    everybody = np.arange(3)
    model.bound(
        GroupBound(
            "floor",
            duties=everybody,
            groups=np.zeros(3, np.int64),
            sessions=np.array([1]),
            slots=np.array([0]),
            upper=np.array([[3]]),
            lower=np.array([[lower]]),
            switch=switch,
            points=points,
        )
    )
    return model


@pytest.mark.parametrize(
    ("points", "lower", "switch", "cost"),
    [
        (None, 2, False, 20),  # two have to go there
        (None, 2, True, 0),  # or nobody at all
        (4, 2, False, 8),  # or the two who are missing are paid for
    ],
)
def test_the_textbook_knows_lower_bounds_and_switches(
    points: int | None, lower: int, switch: bool, cost: int
) -> None:
    assert _textbook_optimum(_three_at_two_sessions(points, lower, switch)) == cost


def test_the_textbook_pays_for_those_whom_nobody_can_be_chosen_for() -> None:
    model = _three_at_two_sessions(4, 2, switch=False)
    model.forbid("closed", np.array([[False, True]] * 3))
    assert _textbook_optimum(model) == 8 == model.judge(np.zeros(3, np.int64)).cost


def test_a_trace_is_thinned_to_its_end() -> None:
    trace = tuple((float(n), 1000 - n) for n in range(1000))
    thin = measuring._thinned(SideAnswer(status="optimal", seconds=1, trace=trace))  # noqa: SLF001
    assert len(thin.trace) <= 100
    assert thin.trace[-1] == trace[-1]


@pytest.mark.usefixtures("here")
def test_a_company_is_solved_by_centre_and_judged_as_a_whole() -> None:
    options = replace(TINY, sizes=((120, 2),), split=True, seconds=5)
    (row,) = _measured(options)
    assert row.request.split
    assert row.wrong == ()  # the executives of both centres together keep their rule, too
    assert row.answer.cost is not None
    assert row.duties > 100
    assert row.placed > 0.8 * row.duties
    assert row.sessions == 2 * 221
