"""Work shared out among forked processes: each goes on from what is in memory, and nothing is loaded twice.

A process takes one task at a time, the heaviest first, and hands back what the task returns. What a task
changes in memory stays in its process; what it is to leave behind it must return, or write to disk.

Where a system cannot fork, with one processor, for a single task, or while a second thread runs (whose locks
a forked process would inherit for ever), everything is done here, in the given order.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import struct
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Final, NamedTuple, NoReturn, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Given = TypeVar("Given", covariant=True)

#: How long the main process waits before it looks again whether it is to stop, in seconds.
_LOOK: Final = 0.2
#: How the number of a task stands in the pipe from which all processes take theirs; read whole or not at all.
_NUMBER: Final = struct.Struct("i")
#: Numbers that a pipe holds on every system before anybody reads it; more tasks than that are not shared out.
_MOST: Final = 4096 // _NUMBER.size


class WorkerLost(Exception):
    """A process ended without a word: killed, or out of memory."""


class Work(Protocol[Given]):
    """Work under way: gives the result of each task, in the order of the tasks, as soon as it is there."""

    last: list[Any]
    """What each process said at its end; whole when the last result has been given."""

    def __iter__(self) -> Iterator[Given]: ...


class _Elsewhere(Exception):
    """The traceback of an error in another process, shown as its cause."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class _Answer(NamedTuple):
    """What a process says of a task, or with the number -1 at its end: a result, or error and traceback."""

    number: int
    result: Any = None
    error: BaseException | None = None
    trace: str = ""


def processors() -> int:
    """How many processors this process may use, at least one."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def shared(tasks: int, jobs: int) -> bool:
    """Whether so many tasks would be shared out among processes here."""
    possible = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return possible and jobs > 1 and 1 < tasks <= _MOST


@contextmanager
def working(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    weigh: Callable[[Task], float] = lambda _: 0,
    heed: Callable[[], None] = lambda: None,
    finish: Callable[[], Any] = lambda: None,
) -> Iterator[Work[Result]]:
    """Let up to ``jobs`` processes do ``work`` for each of ``tasks``, and ``finish`` when there is no more.

    The heaviest by ``weigh`` are begun first. ``heed`` is called while there is nothing to do but wait, and
    may raise. An error in a task is raised where its result would stand; WorkerLost if a process has died.
    When the block is left, no process is left.
    """
    if not shared(len(tasks), jobs):
        yield _Alone(work, tasks, finish)
        return
    order = sorted(range(len(tasks)), key=lambda number: -weigh(tasks[number]))
    team = _Team(heed, len(tasks))
    try:
        team.begin(work, tasks, order, finish, min(jobs, len(tasks)))
        yield team
    finally:
        team.end()


class _Alone:
    """All tasks are done in this process, when the result is asked for."""

    def __init__(self, work: Callable[[Any], Any], tasks: Sequence[Any], finish: Callable[[], Any]) -> None:
        self._work, self._tasks, self._finish = work, tasks, finish
        self.last: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        for task in self._tasks:
            yield self._work(task)
        self.last.append(self._finish())


class _Team:
    """Processes at work on the same tasks."""

    def __init__(self, heed: Callable[[], None], count: int) -> None:
        self._heed = heed
        self._count = count
        self._workers: dict[Connection, Any] = {}
        self._answers: dict[int, _Answer] = {}
        self.last: list[Any] = []

    def begin(
        self,
        work: Callable[[Any], Any],
        tasks: Sequence[Any],
        order: Sequence[int],
        finish: Callable[[], Any],
        size: int,
    ) -> None:
        waiting, fill = os.pipe()
        os.write(fill, b"".join(map(_NUMBER.pack, order)))
        os.close(fill)
        context: Any = multiprocessing.get_context("fork")
        # A search for what is used no more would write all over the memory, which then is shared no longer.
        gc.freeze()
        try:
            for _ in range(size):
                listening, telling = context.Pipe(duplex=False)
                held = [*self._workers, listening]
                worker = context.Process(
                    target=_work, args=(work, tasks, finish, waiting, telling, held), daemon=True
                )
                worker.start()
                telling.close()
                self._workers[listening] = worker
        finally:
            gc.unfreeze()
            os.close(waiting)

    def __iter__(self) -> Iterator[Any]:
        for number in range(self._count):
            while number not in self._answers:
                self._listen()
            yield _result(self._answers.pop(number))
        while self._workers:
            self._listen()

    def _listen(self) -> None:
        """Take in what has been said."""
        self._heed()
        for pipe in wait(list(self._workers), _LOOK):
            assert isinstance(pipe, Connection)
            try:
                answer: _Answer = pipe.recv()
            except EOFError as error:
                self._workers[pipe].join()
                code = self._workers[pipe].exitcode
                raise WorkerLost(f"a process that shared the work has died ({_cause(code)})") from error
            if answer.number >= 0:
                self._answers[answer.number] = answer
            else:
                self._workers.pop(pipe).join()
                self.last.append(_result(answer))

    def end(self) -> None:
        """Stop what still works."""
        for worker in self._workers.values():
            worker.kill()
        for pipe, worker in self._workers.items():
            worker.join()
            pipe.close()
        self._workers.clear()


def _result(answer: _Answer) -> Any:
    if answer.error is not None:
        raise answer.error from _Elsewhere(answer.trace)
    return answer.result


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit status {code}"


def _work(
    work: Callable[[Any], Any],
    tasks: Sequence[Any],
    finish: Callable[[], Any],
    waiting: int,
    telling: Connection,
    held: Sequence[Connection],
) -> NoReturn:
    """In the forked process: do tasks until none is left, or nobody listens any more."""
    code = 1
    try:
        gc.freeze()
        for pipe in held:  # with these open it would not be seen that the main process has gone
            pipe.close()
        while number := os.read(waiting, _NUMBER.size):
            (chosen,) = _NUMBER.unpack(number)
            _tell(telling, _answer(chosen, work, tasks[chosen]))
        _tell(telling, _answer(-1, finish))
        code = 0
    finally:
        os._exit(code)  # without a word: what is open here belongs to the main process


def _answer(number: int, work: Callable[..., Any], *task: Any) -> _Answer:
    try:
        return _Answer(number, work(*task))
    except BaseException as error:
        return _Answer(number, None, error, traceback.format_exc())


def _tell(telling: Connection, answer: _Answer) -> None:
    try:
        telling.send(answer)
    except OSError:
        raise
    except Exception as unsent:  # what cannot be sent from one process to another
        error = answer.error or unsent
        words = RuntimeError(f"{type(error).__name__}: {error}")
        telling.send(_Answer(answer.number, None, words, answer.trace or traceback.format_exc()))
