"""The figures as a page in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scheduler.rules import registry
from tests.benchmarks import figures as f
from tests.benchmarks.goals import goals
from tests.benchmarks.names import BenchTask, Side
from tests.benchmarks.plots import PLOTS
from tests.benchmarks.results import BenchRun, Measurement, Results, faults
from tests.benchmarks.talk import SideTrial

HOW = """\
# Benchmarks

`make bench` measures the sizes up to 100,000 people, `make soak` the larger ones; both write this
page, its pictures, and the figures behind them (`benchmarks.json`). Any part of it can be measured
anew: `python -m tests.benchmarks --help`.

## How it is measured

- **Instances** are made from a kind, the number of people, the centres and a seed. *Rollout*: the
  sample company begins with the preset `amazon`; nobody has served; two years. *Steady*: the same
  company in its third cycle. Everybody has served; due dates lie evenly over the two years, those
  of a team within weeks of each other; 3 % are overdue; 95 % of the seats that anybody can take
  are needed. Leave, wishes, blackouts and stand-ins are the sample company's. Every rule is as it
  is by default but one: so that executives bind, so many levels of leaders count as executives,
  and so few of them may be away on one day (`executive_cover.most`), that they need half to nine
  tenths of the dates they may have. The table “What binds” shows what does. A *roster* has real
  people; their leave and wishes are made up as the sample company's are.
- Companies *by centre* (all above 100,000 people) are handed over as one source for each centre,
  which makes its part where it is solved: making it is in the time. The executives of all centres
  share one bound.
- **Sides** run one after another, each in a process of its own, with one thread unless the table
  says otherwise. *HiGHS* gets the whole model as the MPS file that Frontline exports, through
  OR-Tools' MathOpt (whose copy of the model counts as its memory), and stops at a gap below one
  point. The *textbook* model is CP-SAT with one
  Boolean for every person and session.
- **Seconds** are of the wall clock. Reading the instance counts for nobody, building the own model
  for everybody. Peers are stopped at a limit: then the figure is “> x”, and the ratio “≥ y”.
- **Memory** is the largest resident memory of the process and all it starts, from when the
  instance has been read; pages that processes share count for each.
- **Points and bound**: every plan, a peer's too, is turned back into assignments and checked by
  the rules themselves, which never see the compiled model. Optima and bounds of all sides are
  compared. The gap is (points − bound) / points of the soft rules: what unplaceable people cost
  does not make it smaller.
- **Ratios** are only taken between figures of one run on one instance: to HiGHS's proven optimum,
  and to the textbook model's first plan that is as cheap as Frontline's.
"""


def page(results: Results, pictures: Iterable[str] = ()) -> str:
    """The whole page: how it is measured, and every figure."""
    return f"{HOW}\n{tables(results, pictures)}"


def tables(results: Results, pictures: Iterable[str] = ()) -> str:
    """Every figure there is."""
    parts = [
        _section("WRONG", "\n".join(f"- {fault}" for fault in faults(results.rows))),
        _section("What is to be reached", _goals(results)),
        _section("Frontline", _plans(results)),
        *(f"![{PLOTS[name].title}]({name})" for name in pictures),
        _section("Others on the same instances", _peers(results)),
        _section("What binds", _binding(results)),
        _section("The stop button", _trials(results, BenchTask.STOP)),
        _section("Time limits", _trials(results, BenchTask.LIMITS)),
        _section("A cluster", _clusters(results)),
        _section("One absence", _replans(results)),
        _section("Looking at a published plan", _looks(results)),
        _section("The same again", _again(results)),
        _section("Runs", _runs(results)),
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _goals(results: Results) -> str:
    said = {True: "yes", False: "**no**", None: "open"}
    rows = [[goal.what, goal.wanted, goal.measured, said[goal.reached]] for goal in goals(results)]
    return f.table(["what", "wanted", "measured (worst)", "reached"], rows)


_SIZE = ["instance", "people", "centres", "seed"]


def _size(row: Measurement) -> list[str]:
    asked = row.request
    return [f.instance(row), f.count(asked.people), f.count(asked.centres), str(asked.seed)]


def _plans(results: Results) -> str:
    rows = [
        [
            *_size(row),
            f"{row.duties:,} × {row.sessions:,}",
            f.status(row),
            f.ended(row),
            f.seconds(row.answer.first),
            f.memory(row.answer.memory),
            f.count(row.duties - row.placed) if row.duties else f.NONE,
            f.count(row.answer.cost),
            f.gap(row.gap),
            f.ratio(f.ratio_to_highs(results, row)),
            f.ratio(f.ratio_to_textbook(results, row)),
            f"{row.request.threads} / {row.request.processes}",
            row.run,
        ]
        for row in results.plans()
    ]
    headings = [
        *_SIZE, "duties × sessions", "ended", "s", "first plan, s", "GB", "unplaced", "points",
        "gap", "HiGHS takes", "textbook takes", "threads / processes", "run",
    ]  # fmt: skip
    return f.table(headings, rows) if rows else ""


def _peers(results: Results) -> str:
    rows = [
        [
            *_size(row),
            f.SIDES[row.request.side],
            str(row.request.threads),
            f.status(row),
            f.ended(row),
            f.seconds(row.answer.first),
            f.memory(row.answer.memory),
            f.count(row.answer.options),
            f.count(row.answer.cost),
            f.gap(row.gap) if row.answer.cost is not None else "no plan",
            row.run,
        ]
        for row in results.rows
        if row.request.side is not Side.FRONTLINE
    ]
    headings = [
        *_SIZE, "side", "threads", "ended", "s", "first plan, s", "GB", "options", "points", "gap",
        "run",
    ]  # fmt: skip
    return f.table(headings, rows) if rows else ""


def _binding(results: Results) -> str:
    bound = results.plans(lambda row: bool(row.binding))
    keys = sorted({key for row in bound for key in row.binding})
    if not keys:
        return ""
    rows = [
        [
            *_size(row),
            *(
                f"{row.binding[key][0]:,} ({row.binding[key][1]:,})"
                if key in row.binding
                else f.NONE
                for key in keys
            ),
        ]
        for row in bound
    ]
    return (
        "Bounds used up in the plan, for each rule; in brackets those that hold somebody back "
        "from a date that would cost fewer points.\n\n"
        + f.table([*_SIZE, *(_title(key) for key in keys)], rows)
    )


def _title(key: str) -> str:
    known = registry()
    return known[key].title if key in known else key


def _tried(results: Results, task: BenchTask) -> list[Measurement]:
    return [row for row in results.rows if row.request.task is task and row.answer.trials]


def _trials(results: Results, task: BenchTask) -> str:
    rows = [
        [
            *_size(row),
            f.seconds(
                max((t.overrun for t in row.answer.trials if t.overrun is not None), default=None)
            ),
            "; ".join(_trial(trial) for trial in row.answer.trials),
            row.run,
        ]
        for row in _tried(results, task)
    ]
    headings = [*_SIZE, "at most, s later", "each: after s, s later, placed", "run"]
    return f.table(headings, rows) if rows else ""


def _trial(trial: SideTrial) -> str:
    later = "had ended" if trial.overrun is None else f.seconds(trial.overrun)
    return f"{trial.moment:g}: {later}, {trial.placed:,}"


def _proven(
    results: Results, task: BenchTask, named: Callable[[SideTrial], list[str]] = lambda trial: []
) -> list[list[str]]:
    """A row for every trial: how long it took, what came out, and whether that is proven."""
    return [
        [
            *_size(row),
            *named(trial),
            f.seconds(trial.overrun),
            f.count(trial.cost),
            "yes" if trial.proven else "no",
            row.run,
        ]
        for row in _tried(results, task)
        for trial in row.answer.trials
    ]


def _clusters(results: Results) -> str:
    rows = _proven(results, BenchTask.CLUSTER, lambda trial: [f"{trial.moment:g}"])
    headings = [*_SIZE, "workers", "s", "points", "proven as near as asked", "run"]
    text = "On Dask clusters of this machine; starting them is not in the time.\n\n"
    return text + f.table(headings, rows) if rows else ""


def _replans(results: Results) -> str:
    rows = _proven(results, BenchTask.REPLAN)
    headings = [*_SIZE, "new plan after, s", "people who change", "fewest, proven", "run"]
    text = "Somebody, drawn by chance, is away on the days of their service.\n\n"
    return text + f.table(headings, rows) if rows else ""


def _looks(results: Results) -> str:
    rows = [
        [
            *_size(row),
            said,
            f.seconds(seconds[0]),
            f.seconds(max(seconds[1:], default=None)),
            row.run,
        ]
        for task, said in ((BenchTask.WHY, "why this date"), (BenchTask.TRY, "other rules tried"))
        for row in _tried(results, task)
        if (seconds := [t.overrun for t in row.answer.trials if t.overrun is not None])
    ]
    headings = [*_SIZE, "asked", "first answer, s", "others at most, s", "run"]
    text = (
        "Until it is said in words why somebody, drawn by chance, serves when they do, date by "
        "date; and what the plan would break were a rule, drawn by chance, soft instead of hard "
        "or hard instead of soft. The plan is at hand, as it is once a server has started.\n\n"
    )
    return text + f.table(headings, rows) if rows else ""


def _again(results: Results) -> str:
    rows = [
        [
            *_size(row),
            f.count(int(row.answer.notes.get("different", 0))),
            "yes" if row.proven else "no",
            row.run,
        ]
        for row in results.rows
        if row.request.task is BenchTask.AGAIN
    ]
    headings = [*_SIZE, "duties with another date", "proven optimal", "run"]
    return f.table(headings, rows) if rows else ""


def _runs(results: Results) -> str:
    return "\n".join(f"- {_run(run)}" for run in results.runs)


def _run(run: BenchRun) -> str:
    machine = run.machine
    return (
        f"**{run.id}** ({run.at:%Y-%m-%d}): `{run.command}`; {machine.processor}, "
        f"{machine.cores} cores, {machine.memory / 1e9:.0f} GB; {machine.system}; "
        f"Python {machine.python}, OR-Tools {machine.ortools}"
    )
