"""The whole bench: instance after instance, side after side, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scheduler.domain.problem import Problem
from scheduler.model.compiling import compile_problem
from tests.benchmarks import instances, processes, rosters
from tests.benchmarks.binding import WARY, binding
from tests.benchmarks.instances import Spec
from tests.benchmarks.judging import PlanVerdict, disagreements, judge
from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.results import Measurement
from tests.benchmarks.talk import (
    WRITTEN,
    Request,
    SessionIndices,
    SideAnswer,
    problems,
    read_problem,
    write_problem,
)

STOP_AT = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds after which the stop button is pressed."""
LIMITS = (2.0, 5.0)
"""Seconds that a plan is given."""
ILL = tuple(float(n) for n in range(1, 6))
"""So many people fall ill, one at a time."""
ASKED = tuple(float(n) for n in range(1, 11))
"""Of so many people it is asked why, one at a time."""
TURNED = tuple(float(n) for n in range(1, 6))
"""So many rules are tried the other way round, one at a time."""
IN_PARTS = (BenchTask.SOLVE, BenchTask.CLUSTER)
"""What can be measured of a company that is handed over as one source for each centre."""
WORKERS = (1.0, 2.0)
"""So many workers a cluster has."""
MOMENTS = {
    BenchTask.CLUSTER: WORKERS,
    BenchTask.STOP: STOP_AT,
    BenchTask.LIMITS: LIMITS,
    BenchTask.REPLAN: ILL,
    BenchTask.WHY: ASKED,
    BenchTask.TRY: TURNED,
}


@dataclass(frozen=True)
class Options:
    """What to measure. Seconds are limits; peers are asked up to `peers_up_to` people; a side
    that holds more than `most_memory` bytes is ended (0: never)."""

    sizes: tuple[tuple[int, int], ...]
    kinds: tuple[InstanceKind, ...] = tuple(InstanceKind)
    seeds: tuple[int, ...] = (1,)
    sides: tuple[Side, ...] = tuple(Side)
    tasks: tuple[BenchTask, ...] = (BenchTask.SOLVE,)
    seconds: float = 60.0
    peer_seconds: float = 600.0
    peers_up_to: int = 10_000
    gap: float = 0.0
    threads: int = 1
    textbook_threads: int = 1
    processes: int = 1
    split: bool = False
    rosters: Path | None = None
    most_memory: int = 0


@dataclass(frozen=True)
class Step:
    """One process to come: whose instance, and what is asked of it."""

    spec: Spec
    roster: Path | None
    requests: tuple[Request, ...]


def steps(options: Options) -> list[Step]:
    """Everything to measure, the small instances first."""
    made_up = [
        (instances.spec(kind, people, centres, seed, options.split), None)
        for people, centres in options.sizes
        for kind in options.kinds
        for seed in options.seeds
    ]
    rostered: Iterable[tuple[Spec, Path]] = ()
    if options.rosters is not None:
        rostered = rosters.instances(options.rosters, options.kinds, options.seeds)
    return [
        Step(spec, roster, tuple(_requests(options, spec)))
        for spec, roster in [*made_up, *rostered]
    ]


def _requests(options: Options, spec: Spec) -> Iterator[Request]:
    for side in options.sides:
        if side is Side.FRONTLINE:
            for task in options.tasks:
                if not spec.split or task in IN_PARTS:
                    yield _request(options, spec, side, task)
        elif (
            BenchTask.SOLVE in options.tasks
            and not spec.split
            and spec.people <= options.peers_up_to
        ):
            yield _request(options, spec, side, BenchTask.SOLVE)


def _request(options: Options, spec: Spec, side: Side, task: BenchTask) -> Request:
    return Request(
        side=side,
        task=task,
        kind=spec.kind,
        people=spec.people,
        centres=spec.centres,
        seed=spec.seed,
        split=spec.split,
        name=spec.name,
        seconds=options.seconds if side is Side.FRONTLINE else options.peer_seconds,
        gap=options.gap if side is Side.FRONTLINE else 0.0,
        threads=options.textbook_threads if side is Side.TEXTBOOK else options.threads,
        processes=options.processes if side is Side.FRONTLINE else 1,
        moments=MOMENTS.get(task, ()),
    )


def measure(
    options: Options,
    run: str,
    keep: Callable[[Measurement], None],
    tell: Callable[[str, float], None] = lambda what, seconds: None,
) -> None:
    """Measure everything; `keep` gets every row at once, and again if it turns out that two
    sides disagree. `tell` hears what is going on, and for how many seconds."""
    for step in steps(options):
        with TemporaryDirectory(prefix="frontline-bench-") as name:
            _Instance(step, Path(name), options, run, keep, tell).measure()


class _Instance:
    """All sides on one instance."""

    def __init__(
        self,
        step: Step,
        folder: Path,
        options: Options,
        run: str,
        keep: Callable[[Measurement], None],
        tell: Callable[[str, float], None],
    ) -> None:
        self.step, self.folder, self.options = step, folder, options
        self.run, self.keep, self.tell = run, keep, tell
        self.rows: list[Measurement] = []

    def measure(self) -> None:
        """Make the instance, ask everybody, compare the answers."""
        if not self.step.spec.split:
            self._say("making the instance")
            write_problem(self.folder, self._made())
        for request in self.step.requests:
            row = self._row(request)
            self.rows.append(row)
            self.keep(row)
        self._compare()

    def _made(self) -> Problem:
        if self.step.roster is not None:
            return rosters.make(self.step.spec, self.step.roster)
        return instances.make(self.step.spec)

    def _say(self, what: str, seconds: float = 0) -> None:
        self.tell(f"{self.step.spec.key}: {what}", seconds)

    def _row(self, request: Request) -> Measurement:
        if request.side is Side.HIGHS:
            exported = self._ask(request.model_copy(update={"task": BenchTask.EXPORT}))
            if exported.answer.status != WRITTEN:
                return self._failed(request, exported)
        outcome = self._ask(request)
        if outcome.failed:
            return self._failed(request, outcome)
        self._say(f"checking {request.side}")
        answer = _thinned(outcome.answer)
        if request.task not in (BenchTask.SOLVE, BenchTask.AGAIN):
            return Measurement(
                run=self.run, request=request, answer=answer, wrong=tuple(_broken(answer))
            )
        return self._judged(request, answer, outcome.choices)

    def _ask(self, request: Request) -> processes.Outcome:
        return processes.run(
            self.folder,
            request,
            most_memory=self.options.most_memory,
            tick=lambda seconds: self._say(f"{request.side}, {request.task}", seconds),
        )

    def _failed(self, request: Request, outcome: processes.Outcome) -> Measurement:
        """A side without an answer; one that was ended at a limit has done nothing wrong."""
        if not outcome.failed:
            return Measurement(run=self.run, request=request, answer=outcome.answer)
        # The last line of a traceback that is not indented names the error.
        said = [line for line in outcome.complaint.splitlines() if line.strip() == line != ""]
        why = f"failed: {said[-1]}" if said else "failed without a word"
        return Measurement(run=self.run, request=request, answer=outcome.answer, wrong=(why,))

    def _judged(
        self, request: Request, answer: SideAnswer, choices: list[SessionIndices]
    ) -> Measurement:
        verdict = PlanVerdict()
        if choices:
            verdict = judge(problems(request, self.folder), answer, choices)
        different = answer.notes.get("different", 0)
        unlike = (f"{different:,.0f} duties differ between two runs",) if different else ()
        return Measurement(
            run=self.run,
            request=request,
            answer=answer,
            duties=verdict.duties,
            sessions=verdict.sessions,
            placed=verdict.placed,
            soft=verdict.soft,
            binding=self._binding(verdict, request, choices),
            wrong=(*verdict.wrong, *(unlike if answer.status == "optimal" else ())),
        )

    def _binding(
        self, verdict: PlanVerdict, request: Request, choices: list[SessionIndices]
    ) -> dict[str, tuple[int, int]]:
        """Which rules our own plan leans on, where that fits into memory."""
        large = verdict.duties * verdict.sessions > WARY
        if (
            large
            or verdict.wrong
            or not choices
            or request.side is not Side.FRONTLINE
            or request.split
        ):
            return {}
        rules = binding(compile_problem(read_problem(self.folder)), choices[0])
        return {rule: (each.full, each.holding) for rule, each in rules.items()}

    def _compare(self) -> None:
        plans = [row for row in self.rows if row.request.task is BenchTask.SOLVE and not row.wrong]
        differences = tuple(disagreements({row.request.side.value: row.answer for row in plans}))
        if differences:
            for row in plans:
                self.keep(row.model_copy(update={"wrong": differences}))


def _broken(answer: SideAnswer) -> Iterator[str]:
    for trial in answer.trials:
        if trial.broken:
            yield f"after {trial.moment:g} s: {trial.broken} hard rules broken"


def _thinned(answer: SideAnswer, most: int = 100) -> SideAnswer:
    """The answer with at most so many points of its trace, and always the last."""
    step = max(1, -(-len(answer.trace) // most))
    kept = answer.trace[::-1][::step][::-1]
    return answer.model_copy(update={"trace": kept})
