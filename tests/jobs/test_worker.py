"""Workers: one row after another is claimed, done, and written once, whatever kind it is of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread, current_thread

import pytest

from scheduler.domain.errors import Busy, Conflict, FrontlineError
from scheduler.domain.run import RunState
from scheduler.jobs.job import JobKind, JobSignals
from scheduler.jobs.worker import MOST_ATTEMPTS, JobWorker
from scheduler.store import Store, UnitOfWork
from tests.jobs.letters import LETTER, Letters, look, queue, rows
from tests.planning.office import AT, Clock
from tests.processes import PATIENCE, until

LEASE = timedelta(minutes=1)
AFTER = AT + LEASE + timedelta(seconds=1)
"""When the lease of whoever fell silent at `AT` has run out."""


@pytest.fixture
def letters(store: Store) -> Iterator[Store]:
    """A store with a table of letters beside its own."""
    LETTER.create(store.engine)
    yield store
    LETTER.drop(store.engine)


def _worker(store: Store, name: str = "worker", **options: float) -> JobWorker:
    """A worker with signs of life in quick succession."""
    usual = {"beat": 0.01, "idle": 0.01}
    return JobWorker(store, name, Clock(), LEASE, **usual | options)


def _ending(worker: JobWorker, kinds: Sequence[JobKind], over: Callable[[], object]) -> None:
    """Let a worker do jobs until `over`."""
    leave = Event()
    thread = Thread(target=worker.work, args=(kinds, leave))
    thread.start()
    try:
        until(over)
    finally:
        leave.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def _dies(store: Store, name: str, number: int) -> None:
    """A worker claims a letter at `AT` and is never heard of again."""
    with store.write() as unit:
        assert rows(unit).take(name, at=AT - 2 * LEASE, lease=LEASE, only=number) == number


def test_every_job_is_done_and_written_once(letters: Store) -> None:
    first, second = queue(letters), queue(letters)
    _ending(_worker(letters), [Letters()], lambda: look(letters, second).state == "done")
    for number in (first, second):
        letter = look(letters, number)
        assert (letter.state, letter.sent, letter.attempt) == ("done", "Dear Ann", 1)
        assert letter.finished_at is not None
        assert letter.worker == "worker"


def test_kinds_take_turns(letters: Store) -> None:
    order: list[str] = []

    def writes(name: str) -> Letters:
        return Letters(lambda signals: order.append(name) or name)  # type: ignore[func-returns-value]

    numbers = [queue(letters) for _ in range(4)]
    kinds = [writes("ink"), writes("chalk")]
    _ending(_worker(letters), kinds, lambda: look(letters, numbers[-1]).state == "done")
    assert order == ["ink", "chalk"] * 2


def test_a_job_of_a_dead_worker_is_done_by_the_next(letters: Store) -> None:
    number = queue(letters)
    _dies(letters, "killed", number)
    assert look(letters, number).attempt == 1
    _ending(_worker(letters), [Letters()], lambda: look(letters, number).state == "done")
    letter = look(letters, number)
    assert (letter.attempt, letter.worker, letter.sent) == (2, "worker", "Dear Ann")


def test_a_job_that_takes_every_worker_with_it_is_given_up(letters: Store) -> None:
    number = queue(letters)
    for attempt in range(MOST_ATTEMPTS):
        with letters.write() as unit:
            at = AT - (MOST_ATTEMPTS - attempt) * 2 * LEASE
            assert rows(unit).take(f"dead-{attempt}", at=at, lease=LEASE) == number
    _ending(_worker(letters), [Letters()], lambda: look(letters, number).state == "failed")
    letter = look(letters, number)
    assert letter.sent == ""
    assert letter.error == (
        f"Given up: {MOST_ATTEMPTS} workers ended without a word while sending this letter."
    )


def test_one_try_less_is_still_a_try(letters: Store) -> None:
    number = queue(letters)
    for attempt in range(MOST_ATTEMPTS - 1):
        with letters.write() as unit:
            at = AT - (MOST_ATTEMPTS - attempt) * 2 * LEASE
            rows(unit).take(f"dead-{attempt}", at=at, lease=LEASE)
    _ending(_worker(letters), [Letters()], lambda: look(letters, number).state == "done")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FrontlineError("No stamps.", hint="Buy some."), "No stamps. Buy some."),
        (ZeroDivisionError("a bug"), "The letter was not sent."),
    ],
)
def test_a_job_that_breaks_says_so_and_the_next_one_is_done(
    letters: Store, error: Exception, told: str
) -> None:
    tries = iter([error, None])

    def send(_signals: JobSignals) -> str:
        if (trouble := next(tries)) is not None:
            raise trouble
        return "Dear Bob"

    broken, fine = queue(letters), queue(letters)
    _ending(_worker(letters), [Letters(send)], lambda: look(letters, fine).state == "done")
    assert (look(letters, broken).state, look(letters, broken).error) == ("failed", told)


def test_a_job_gives_signs_of_life_while_it_is_silent(letters: Store) -> None:
    number = queue(letters)

    def send(_signals: JobSignals) -> str:
        until(lambda: look(letters, number).beats > 2)
        return "at last"

    worker, kind = _worker(letters), Letters(send)
    job = worker.claim(kind)
    assert job is not None
    assert worker.perform(kind, job)
    letter = look(letters, number)
    assert letter.sent == "at last"


def test_a_job_hears_that_it_is_to_stop_and_keeps_what_it_has(letters: Store) -> None:
    number = queue(letters)

    def send(signals: JobSignals) -> str:
        with letters.write() as unit:
            rows(unit).ask_to_stop(number)
        until(signals.over)
        assert signals.stopped
        return "in short"

    worker, kind = _worker(letters), Letters(send)
    job = worker.claim(kind, only=number)
    assert job is not None
    assert worker.perform(kind, job)
    assert look(letters, number).sent == "in short"


def test_a_job_stopped_while_it_waits_hears_so_at_once(letters: Store) -> None:
    number = queue(letters)
    with letters.write() as unit:
        rows(unit).ask_to_stop(number)
    worker, kind = _worker(letters, beat=PATIENCE), Letters(lambda signals: f"{signals.stopped}")
    job = worker.claim(kind)
    assert job is not None
    worker.perform(kind, job)
    assert look(letters, number).sent == "True"


def test_a_job_may_be_left_to_another_worker_at_once(letters: Store) -> None:
    number, begun = queue(letters), Event()

    def send(signals: JobSignals) -> str | None:
        begun.set()
        until(signals.over)
        return None if signals.leaving else "too early"

    _ending(_worker(letters, "first"), [Letters(send)], begun.is_set)
    assert (look(letters, number).state, look(letters, number).worker) == ("running", "first")
    with letters.write() as unit:
        later = AT + timedelta(seconds=30)
        assert rows(unit).take("second", at=later, lease=LEASE) == number, "no lease has to run out"


def test_a_job_lost_to_another_worker_is_not_written(letters: Store) -> None:
    number = queue(letters)

    def send(signals: JobSignals) -> str:
        with letters.write() as unit:
            assert rows(unit).take("quick", at=AFTER + LEASE, lease=LEASE) == number
        until(signals.lost.is_set)
        assert signals.over()
        return "too late"

    worker, kind = _worker(letters, "slow"), Letters(send)
    job = worker.claim(kind)
    assert job is not None
    assert not worker.perform(kind, job)
    letter = look(letters, number)
    assert (letter.state, letter.worker, letter.sent) == ("running", "quick", "")


def test_a_job_lost_at_the_very_end_is_not_written(letters: Store) -> None:
    number = queue(letters)

    def send(_signals: JobSignals) -> str:
        with letters.write() as unit:
            rows(unit).take("quick", at=AFTER + LEASE, lease=LEASE)
        return "too late"

    worker, kind = _worker(letters, "slow", beat=PATIENCE), Letters(send)
    job = worker.claim(kind)
    assert job is not None
    assert not worker.perform(kind, job)
    assert look(letters, number).sent == ""


class Moody(Store):
    """A store that is busy just when `busy` says so."""

    busy: Callable[[], bool] = staticmethod(lambda: False)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        if self.busy():
            raise Busy("The database is locked.", hint="Wait.")
        with super().write() as unit:
            yield unit


@pytest.fixture
def moody(letters: Store, database_url: str) -> Iterator[Moody]:
    """The store of the letters once more, busy at times."""
    opened = Moody(database_url)
    yield opened
    opened.close()


def test_a_busy_store_is_asked_again(
    moody: Moody, letters: Store, caplog: pytest.LogCaptureFixture
) -> None:
    number = queue(letters)
    claims = iter([True])
    worker_thread: list[Thread] = []

    def send(_signals: JobSignals) -> str:
        worker_thread.append(current_thread())
        until(lambda: "could not tell its progress" in caplog.text)
        moody.busy = lambda: False
        return "in the end"

    def busy() -> bool:
        """At the first claim, and whenever there is progress to tell."""
        return next(claims, False) or bool(worker_thread)

    moody.busy = busy
    with caplog.at_level(logging.WARNING):
        _ending(_worker(moody), [Letters(send)], lambda: look(letters, number).state == "done")
    assert "the store is busy" in caplog.text
    assert f"letter {number} could not tell its progress" in caplog.text
    assert look(letters, number).sent == "in the end"


def test_what_could_not_be_written_waits_for_another_try(
    moody: Moody, letters: Store, caplog: pytest.LogCaptureFixture
) -> None:
    number = queue(letters)

    def send(_signals: JobSignals) -> str:
        here, refusals = current_thread(), iter([True])
        # Another one gives signs of life meanwhile.
        moody.busy = lambda: current_thread() is here and next(refusals, False)
        return "not now"

    with caplog.at_level(logging.WARNING):
        _ending(_worker(moody), [Letters(send)], lambda: "was dropped" in caplog.text)
    assert (look(letters, number).state, look(letters, number).sent) == ("running", "")


def test_a_failure_that_cannot_be_written_does_not_end_the_worker(
    moody: Moody, letters: Store, caplog: pytest.LogCaptureFixture
) -> None:
    queue(letters)

    def send(_signals: JobSignals) -> str:
        moody.busy = lambda: True
        raise FrontlineError("No stamps.")

    with caplog.at_level(logging.WARNING):
        _ending(
            _worker(moody),
            [Letters(send)],
            lambda: "could not be marked as failed" in caplog.text,
        )


def test_a_worker_writes_nothing_for_a_row_it_does_not_hold(letters: Store) -> None:
    number = queue(letters)
    job = _worker(letters, "first").claim(Letters())
    assert job is not None
    with letters.write() as unit, pytest.raises(Conflict, match=f"Letter {number} is not worker"):
        job.end(unit, "second", AT)
    assert look(letters, number).state == RunState.RUNNING
