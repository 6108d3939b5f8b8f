"""The command line of the book: ``python -m corridors <command>``."""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path


def _quiet() -> None:
    """Keep back what a library means to change one day: it is not for the reader of the terminal."""
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", PendingDeprecationWarning)


def _book(options: argparse.Namespace) -> int:
    _quiet()
    # Imported here: the other commands need neither Sphinx nor kernels, and this one not always.
    from corridors.build import early
    from corridors.build.layout import Layout

    root = Path(options.root).resolve()
    if options.chapter:
        from corridors.build.book import build_chapter

        build_chapter(root, options.chapter)
    elif options.builder != "html" or not early.up_to_date(Layout(root), print):
        with early.nursery_for(Layout(root)) as begun:
            from corridors.build.book import build_book

            build_book(root, builder=options.builder, jobs=options.jobs, begun=begun)
    return 0


def _epub(options: argparse.Namespace) -> int:
    _quiet()
    from corridors.build.epub import build_epub

    build_epub(Path(options.root).resolve(), jobs=options.jobs)
    return 0


def _pdf(options: argparse.Namespace) -> int:
    _quiet()
    from corridors.typeset.press import make

    make(Path(options.root).resolve(), jobs=options.jobs)
    return 0


def _linkcheck(options: argparse.Namespace) -> int:
    from datetime import date

    from corridors.paths import ROOT
    from corridors.refresh import links

    def said(link: links.Link) -> None:
        print(f"{link.state:>9}  {link.address}", file=sys.stderr)

    return links.run(ROOT, date.today(), only=options.only, said=said)


def _bench(options: argparse.Namespace) -> int:
    from corridors.build.bench import run, table

    bench = run(Path(options.root).resolve(), sizes=options.sizes, stock=not options.alone)
    print(f"\n{table(bench)}")
    return 0


def _released(options: argparse.Namespace, *, edition: bool) -> Path:
    """The site with all that lies beside it, made where it is not up to date."""
    from corridors.build.epub import build_epub
    from corridors.build.release import build_release, companions
    from corridors.typeset import press

    root = Path(options.root).resolve()
    epub = build_epub(root, jobs=options.jobs)
    pdf = press.make(root, jobs=options.jobs) / f"{press.NAME}.pdf"
    files = companions(root, pdf=pdf, epub=epub)
    return build_release(root, files, edition=edition, jobs=options.jobs)


def _edition(options: argparse.Namespace) -> int:
    _quiet()
    from corridors.build import edition

    root = Path(options.root).resolve()
    if options.check:
        faults = edition.altered(root / edition.FOLDER / options.check)
        print("\n".join(faults) or f"Edition {options.check} is as it was published.")
        return int(bool(faults))
    edition.publish(root, _released(options, edition=True))
    return 0


def _changes(options: argparse.Namespace) -> int:
    from corridors.publish.edition_changes import EditionError, compare, read_state, summary

    root = Path(options.root).resolve()
    now = root / "_build" / "html" / "_data" / "edition.json"
    paths = [root / "editions" / f"{name}.json" if name else now for name in (options.before, options.after)]
    try:
        before, after = map(read_state, paths)
    except EditionError as error:
        print(error, file=sys.stderr)
        return 1
    print(summary(compare(before, after)))
    return 0


def _offline(options: argparse.Namespace) -> int:
    _quiet()
    from corridors.build.offline import build_offline

    build_offline(Path(options.root).resolve(), _released(options, edition=False))
    return 0


def _bench_pages(options: argparse.Namespace) -> int:
    from corridors.build.bench_pages import bench

    print(bench(Path(options.root).resolve()))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from corridors.build.verify import COMMANDS, run, table

    formats = options.only or list(COMMANDS)
    found = run(Path(options.root).resolve(), formats=formats, quick=options.quick, keep=options.keep)
    print(table(found))
    return 0 if found.identical else 1


def _boxes(options: argparse.Namespace) -> int:
    import tempfile

    from corridors.build import box_trial
    from corridors.paths import PACKAGE

    folder = Path(options.root).resolve() / "_build" / "html" / "_boxes"
    known = sorted(path.stem for path in folder.glob("*.zip"))
    unknown = sorted(set(options.names) - set(known))
    if unknown or not known:
        what = f"no box of {', '.join(unknown)}" if unknown else "no boxes"
        print(f"{folder}: {what}; build the book with 'make book'", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="boxes-") as empty:
        chosen = options.names or known
        folders = [box_trial.unpack(folder / f"{name}.zip", Path(empty, name)) for name in chosen]
        trials = box_trial.try_boxes(folders, PACKAGE, options.jobs)
    for trial in trials:
        words = trial.said.strip().splitlines()[-1:] if trial.status == 0 else trial.said.strip().splitlines()
        print("\n".join(words))
    return max(trial.status for trial in trials)


def _notebooks(options: argparse.Namespace) -> int:
    from corridors.build.notebooks import FOLDER, write

    root = Path(options.root).resolve()
    folder = Path(options.folder).resolve() if options.folder else root / FOLDER
    print(f"{len(write(root, folder))} notebooks, without results, in {folder}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from corridors.build.serve import serve

    return serve(Path(options.root).resolve() / "_build" / "html", options.port)


def _addresses(options: argparse.Namespace) -> int:
    from corridors.build import addresses
    from corridors.build.faults import BuildError

    root = Path(options.root).resolve()
    site = root / "_build" / "html"
    if not (site / "index.html").is_file():
        print(f"{site}: no site there yet; build it with 'make book'", file=sys.stderr)
        return 1
    try:
        if options.record:
            new = addresses.record(root, site)
            print(f"{addresses.RECORD}: {len(new)} addresses added.")
            return 0
        rows = addresses.read(root)
        faults = addresses.missing(rows, addresses.of_site(site)[1])
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    print(f"All {len(rows)} published addresses lead somewhere.")
    return 0


def _check(options: argparse.Namespace) -> int:
    from corridors.catalog import check
    from corridors.faults import report

    faults = check(Path(options.data))
    if faults:
        print(report(faults), file=sys.stderr)
        print(f"\n{len(faults)} faults in the data package.", file=sys.stderr)
        return 1
    print("The data package is sound.")
    return 0


def _metadata(options: argparse.Namespace) -> int:
    from corridors.paths import ROOT
    from corridors.publish.archive import write

    changed = write(ROOT)
    print("\n".join(changed) if changed else "Nothing to do: the descriptions are up to date.")
    return 0


def _seal(options: argparse.Namespace) -> int:
    from corridors.faults import DataError
    from corridors.seal import seal

    try:
        changed = seal(Path(options.data))
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(changed) if changed else "Nothing to do: the data package is sealed.")
    return 0


def _refresh(options: argparse.Namespace) -> int:
    from corridors.refresh.command import execute
    from corridors.rehearsal import moves

    return execute(options, moves)


def _parser() -> argparse.ArgumentParser:
    from corridors.paths import DATA, ROOT
    from corridors.refresh.options import add_options

    parser = argparse.ArgumentParser(prog="python -m corridors", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    book = commands.add_parser("book", help="execute every chapter and write the site to _build/html")
    book.add_argument("--builder", default="html", help="Sphinx builder (default: html)")
    book.add_argument("--chapter", help="one chapter alone, into _build/chapter/<name>/html")
    book.add_argument("--jobs", type=int, help="processes that share the work (default: one a processor)")
    book.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    book.set_defaults(run=_book)

    epub = commands.add_parser("epub", help="write the book for e-readers to _build/epub")
    epub.add_argument("--jobs", type=int, help="processes that share the work (default: one a processor)")
    epub.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    epub.set_defaults(run=_epub)

    pdf = commands.add_parser("pdf", help="set the book and each chapter as PDF, into _build/pdf")
    pdf.add_argument("--jobs", type=int, help="processes that share the work (default: one a processor)")
    pdf.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    pdf.set_defaults(run=_pdf)

    bench = commands.add_parser("bench", help="time the build beside stock Jupyter Book (many minutes)")
    bench.add_argument("--sizes", type=int, nargs="*", default=[28, 56], help="chapters of grown books")
    bench.add_argument("--alone", action="store_true", help="without stock Jupyter Book")
    bench.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    bench.set_defaults(run=_bench)

    offline = commands.add_parser(
        "offline", help="pack site, PDF, EPUB, data and project into _build/offline"
    )
    offline.add_argument("--jobs", type=int, help="processes that share the work (default: one a processor)")
    offline.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    offline.set_defaults(run=_offline)

    edition = commands.add_parser("edition", help="publish the book as editions/<version>, for good")
    edition.add_argument("--check", metavar="VERSION", help="compare an edition with its manifest instead")
    edition.add_argument("--jobs", type=int, help="processes that share the work (default: one a processor)")
    edition.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    edition.set_defaults(run=_edition)

    changes = commands.add_parser("changes", help="what has changed from one edition to another")
    changes.add_argument("before", help="version of the earlier edition")
    changes.add_argument(
        "after", nargs="?", default="", help="version of the later one (default: the book now)"
    )
    changes.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    changes.set_defaults(run=_changes)
    pages = commands.add_parser("bench-pages", help="weight and Lighthouse of pages beside a stock book")
    pages.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    pages.set_defaults(run=_bench_pages)

    verify = commands.add_parser("verify", help="build twice in two places and compare every byte")
    verify.add_argument("--only", action="append", choices=["html", "epub", "pdf"], help="this format alone")
    verify.add_argument("--quick", action="store_true", help="compare the present _build with one new build")
    verify.add_argument("--keep", action="store_true", help="keep both builds in _build/verify")
    verify.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    verify.set_defaults(run=_verify)

    boxes = commands.add_parser("boxes", help="run each chapter's box in an empty folder and compare")
    boxes.add_argument("names", nargs="*", metavar="NAME", help="chapters (default: all)")
    boxes.add_argument("--jobs", type=int, default=2, help="boxes run at a time (default: 2)")
    boxes.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    boxes.set_defaults(run=_boxes)

    notebooks = commands.add_parser("notebooks", help="write the chapters as notebooks without results")
    notebooks.add_argument("folder", nargs="?", default="", help="where to (default: notebooks)")
    notebooks.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    notebooks.set_defaults(run=_notebooks)

    serve = commands.add_parser("serve", help="show the finished site at a local address")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    serve.set_defaults(run=_serve)

    addresses = commands.add_parser(
        "addresses", help="compare the finished site with the published addresses"
    )
    addresses.add_argument("--record", action="store_true", help="add the site's new addresses to the record")
    addresses.add_argument("--root", default=str(ROOT), help="folder of the book (default: this checkout)")
    addresses.set_defaults(run=_addresses)

    check = commands.add_parser("check", help="check the data package against its own schema")
    check.add_argument("--data", default=str(DATA), help="folder of the package (default: data)")
    check.set_defaults(run=_check)

    seal = commands.add_parser("seal", help="bring sizes, hashes and gap counts of the data up to date")
    seal.add_argument("--data", default=str(DATA), help="folder of the package (default: data)")
    seal.set_defaults(run=_seal)

    linkcheck = commands.add_parser(
        "linkcheck", help="try every address that the book names (needs a network)"
    )
    linkcheck.add_argument("--only", default="", help="addresses with this text in them")
    linkcheck.set_defaults(run=_linkcheck)

    metadata = commands.add_parser("metadata", help="write the descriptions for archives anew (Zenodo ...)")
    metadata.set_defaults(run=_metadata)

    refresh = commands.add_parser(
        "refresh", help="ask the live sources for fresh data, report, and keep or drop"
    )
    add_options(refresh)
    refresh.set_defaults(run=_refresh)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    from corridors.build.faults import BuildError

    options = _parser().parse_args(arguments)
    # Pages are large trees that live long; looking for idle ones among them took a third of a build.
    gc.set_threshold(100_000, 20, 50)
    # Python looks through all of them once more when it ends; what is frozen it leaves to the system.
    atexit.register(gc.freeze)
    try:
        return int(options.run(options))
    except BuildError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; what was finished before is untouched.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
