"""Work on pages in several processes: what Sphinx has to say of a page is said as if one had done it all.

See ``corridors.forks`` for how the work is shared out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging import LogRecord
from typing import Any, Final, TypeVar

from sphinx.util import logging

from corridors import forks

Result = TypeVar("Result")

#: So few pages are done before other processes are under way.
FEW: Final = 3
_LOGGER = logging.getLogger(__name__)
_SAID: Final = "said"


def worth(docnames: Sequence[str], jobs: int) -> bool:
    """Whether so many pages are to be shared out."""
    return len(docnames) > FEW and forks.shared(len(docnames), jobs)


@contextmanager
def naming(docname: str) -> Iterator[None]:
    """An error meanwhile says at which page it came up."""
    try:
        yield
    except Exception as error:
        error.add_note(f"at the page {docname}")
        raise


@contextmanager
def sharing(
    work: Callable[[str], Result],
    docnames: Sequence[str],
    *,
    jobs: int,
    weigh: Callable[[str], float],
    heed: Callable[[], None],
    finish: Callable[[], Any] = lambda: None,
) -> Iterator[tuple[Iterator[Result], list[Any]]]:
    """Do ``work`` for each page in other processes; gives the results in the order of ``docnames``.

    Warnings of a page, also of one that ends with an error, are given out before its result. The list
    beside the results gets what each process returned of ``finish``.
    """
    with forks.working(
        lambda docname: _noted(work, docname), docnames, jobs=jobs, weigh=weigh, heed=heed, finish=finish
    ) as answers:
        yield _said(answers), answers.last


def _noted(work: Callable[[str], Result], docname: str) -> tuple[list[LogRecord], Result]:
    """In another process: the result, with what would have been said."""
    with logging.pending_logging() as held:
        try:
            result = work(docname)
        except Exception as error:
            setattr(error, _SAID, _sendable(held.clear()))
            raise
        return _sendable(held.clear()), result


def _sendable(records: list[LogRecord]) -> list[LogRecord]:
    logging.convert_serializable(records)
    return records


def _said(answers: forks.Work[tuple[list[LogRecord], Result]]) -> Iterator[Result]:
    try:
        for records, result in answers:
            _say(records)
            yield result
    except Exception as error:
        _say(vars(error).pop(_SAID, []))
        raise


def _say(records: list[LogRecord]) -> None:
    for record in records:
        _LOGGER.handle(record)
