"""Work shared out among processes: results in order, nothing lost, nobody left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from corridors import forks

pytestmark = pytest.mark.skipif(os.name != "posix", reason="this system cannot fork")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run beside threads of their own tools; the work here uses none of their locks."""
    monkeypatch.setattr(forks.threading, "active_count", lambda: 1)


def _all(work: Callable[[int], Any], count: int = 6, **how: Any) -> tuple[list[Any], list[Any]]:
    with forks.working(work, range(count), jobs=2, **how) as answers:
        return list(answers), answers.last


def _nobody_left() -> bool:
    return not multiprocessing.active_children()


def test_results_come_in_the_order_of_the_tasks_from_two_processes_that_know_what_was_in_memory() -> None:
    known = object()

    def work(task: int) -> tuple[int, int, bool]:
        time.sleep(0.01 * (6 - task))
        return task, os.getpid(), repr(known) in words

    words = [repr(known)]
    results, last = _all(work, finish=os.getpid)
    assert [task for task, _, _ in results] == [0, 1, 2, 3, 4, 5]
    assert {pid for _, pid, _ in results} == set(last)
    assert len(set(last)) == 2
    assert os.getpid() not in last
    assert all(same for _, _, same in results)
    assert _nobody_left()


def test_the_heaviest_are_begun_first() -> None:
    def work(task: int) -> float:
        begun = time.monotonic()
        time.sleep(0.05)
        return begun

    begun, _ = _all(work, weigh=lambda task: task)
    assert max(begun[4:]) < min(begun[:2])


@pytest.mark.parametrize(("count", "jobs"), [(6, 1), (1, 2)])
def test_one_job_or_one_task_is_done_here(count: int, jobs: int) -> None:
    with forks.working(lambda _: os.getpid(), range(count), jobs=jobs, finish=lambda: "end") as answers:
        assert list(answers) == [os.getpid()] * count
    assert answers.last == ["end"]


def test_nothing_is_forked_beside_a_second_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks.threading, "active_count", lambda: 2)
    assert set(_all(lambda _: os.getpid())[0]) == {os.getpid()}


def test_an_error_comes_up_where_the_result_would_stand_and_ends_the_rest() -> None:
    def work(task: int) -> int:
        if task == 5:
            time.sleep(60)
        if task == 2:
            raise ValueError(f"task {task} is no good")
        return task

    found, start = [], time.monotonic()
    with (
        pytest.raises(ValueError, match="task 2 is no good") as caught,
        forks.working(work, range(6), jobs=2, weigh=lambda task: task) as answers,
    ):
        found.extend(answers)  # ends before it is whole
    assert "in work" in str(caught.value.__cause__)
    assert time.monotonic() - start < 30
    assert _nobody_left()


def test_what_cannot_be_sent_is_said_and_not_waited_for() -> None:
    with pytest.raises(RuntimeError, match="pickle"):
        _all(lambda _: lambda: None)
    assert _nobody_left()


def test_a_process_that_dies_is_named_with_its_signal() -> None:
    def work(task: int) -> None:
        if task == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(forks.WorkerLost, match="SIGKILL"):
        _all(work)
    assert _nobody_left()


def test_whoever_waits_can_stop_it() -> None:
    def heed() -> None:
        if time.monotonic() - start > 0.3:
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _all(lambda _: time.sleep(60), heed=heed)
    assert time.monotonic() - start < 30
    assert _nobody_left()
