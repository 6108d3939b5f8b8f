"""The options of ``python -m corridors refresh``; nothing else is loaded to show them."""

from __future__ import annotations

import argparse

EPILOG = """\
Exit status: 0 done, also if nothing has changed; 1 a source or the fresh data were refused; 2 wrong use;
3 no source could be reached (offline); 4 another refresh of the same data is under way; 130 interrupted.
Whatever the status, the data are as they were unless the last line says that they are a new vintage.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("--list", action="store_true", help="list the sources and the vintages that are kept")
    parser.add_argument("--only", nargs="+", metavar="SOURCE", help="ask these sources only")
    parser.add_argument("--dry-run", action="store_true", help="report, and leave nothing to be accepted")
    parser.add_argument(
        "--accept", action="store_true",
        help="put the fresh data that wait in place; if none wait, refresh first",
    )  # fmt: skip
    parser.add_argument("--drop", action="store_true", help="throw away the fresh data that wait")
    parser.add_argument("--vintage", metavar="NAME", help="make the data ready as they were in that vintage")
    parser.add_argument("--resume", action="store_true", help="take over what an interrupted refresh fetched")
    parser.add_argument(
        "--quick", action="store_true", help="do not look what the fresh data move in the book"
    )
    parser.add_argument("--data", help="folder of the data package (default: data)")
    parser.add_argument("--store", help="folder for raw answers and the report (default: _refresh)")
