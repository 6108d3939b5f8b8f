"""Show a folder of pages at a local address."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line in the terminal for each, and never from a browser's old copy."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """For an address that does not exist the book's own page, as a host of pages would."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


class _Patient(ThreadingHTTPServer):
    """Says nothing of a browser that hangs up, as it may, in the middle of a file."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def local_server(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve ``folder`` on 127.0.0.1 (``port`` 0: any free one) while the context lasts; gives the address."""
    server = _Patient(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve(site: Path, port: int) -> int:
    """Serve the finished book until Ctrl-C."""
    if not (site / "index.html").is_file():
        print(f"{site}: no site there yet; build it with 'make book'", file=sys.stderr)
        return 1
    try:
        with local_server(site, port) as address:
            print(f"The book is at {address} (Ctrl-C ends)", flush=True)
            threading.Event().wait()
    except OSError as error:
        print(f"port {port}: {error}; choose another with --port", file=sys.stderr)
        return 1
    return 0
