"""The engine on clusters of one worker and of two: the same proven plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.clusters import on_clusters
from tests.benchmarks.instances import make, spec
from tests.benchmarks.names import BenchTask, InstanceKind, Side
from tests.benchmarks.talk import TRIED, Request, write_problem


@pytest.mark.slow
@pytest.mark.parametrize("split", [False, True])
def test_a_cluster_of_each_size_is_started_and_asked(split: bool, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    request = Request(
        side=Side.FRONTLINE,
        task=BenchTask.CLUSTER,
        kind=InstanceKind.ROLLOUT,
        people=60,
        centres=2,
        split=split,
        seconds=60,
        moments=(1.0, 2.0),
    )
    problem = make(spec(InstanceKind.ROLLOUT, 60, 2))
    if not split:
        write_problem(tmp_path, problem)
    answer, choices = on_clusters(request, tmp_path)
    assert (answer.status, choices) == (TRIED, [])
    one, two = answer.trials
    assert (one.moment, two.moment) == (1, 2)
    assert one.cost == two.cost
    assert one.placed == two.placed
    assert split or one.placed == len(problem.duties)
    assert one.proven
    assert two.proven
    assert not one.broken + two.broken
