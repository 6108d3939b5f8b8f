"""Fresh data from the live sources: fetch, keep, parse, check, compare, and only then, when told to, write.

One module a source in :mod:`corridors.refresh.sources`; each turns what a provider answers into rows of one
of our tables. Everything else is the same for all:

    fetch      polite requests (:mod:`~corridors.refresh.fetch`)
    keep       the raw answer with its hash and date (:mod:`~corridors.refresh.store`)
    parse      rows of our schema (the source's module)
    check      is it plausible? (:mod:`~corridors.refresh.plausible`)
    compare    with the data that we have (:mod:`~corridors.refresh.compare`)
    prepare    a whole data package, sealed and checked (:mod:`~corridors.refresh.candidate`)
    exchange   the two folders, in one step (:mod:`~corridors.refresh.vintage`)

Until the exchange nothing of ``data/`` is touched, and the exchange is one system call: whoever is
interrupted, killed, offline or out of disk keeps the data that were there. The package knows the catalog
and the ground floor only; which numbers and verdicts a refresh would move is told by a callable that is
handed in.
"""
