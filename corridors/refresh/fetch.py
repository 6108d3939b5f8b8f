"""Asking a provider politely: time-outs, retries, rate limits, conditional requests, limits of size.

The providers' own clients were looked at. They keep no raw answer, cannot be pointed at another address
(comtradeapicall) or neither wait nor retry (wbgapi); so one fetcher, over ``requests`` and ``tenacity``,
serves all. Proxies and certificates come from the environment, as ``requests`` reads it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,
    ConnectTimeout,
    ContentDecodingError,
    ReadTimeout,
    RequestException,
    SSLError,
)
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from tqdm import tqdm

from corridors.refresh import files
from corridors.refresh.faults import OFFLINE, RefreshError, Unreachable
from corridors.refresh.settings import Settings, user_agent
from corridors.refresh.store import Raw, Record, Request, Store

_PIECE: Final = 1 << 16
_REDIRECTS: Final = 5
_MOVED: Final = (301, 302, 303, 307, 308)
_TRY_AGAIN: Final = (408, 425, 429, 500, 502, 503, 504)

#: What a status means, and the rule it breaks.
_STATUS: Final[dict[int, tuple[str, str]]] = {
    400: ("bad-request", "the provider does not understand the request"),
    401: ("forbidden", "the provider wants a key"),
    403: ("forbidden", "the provider refuses access"),
    404: ("not-found", "there is nothing at this address"),
    410: ("not-found", "the provider has taken this address away"),
    429: ("busy-source", "the provider says that too much was asked"),
}


class _Again(Exception):
    """A fault that may pass. ``reached``: the provider was; ``wait``: seconds it asks to wait."""

    def __init__(self, fault: RefreshError, *, reached: bool = True, wait: float | None = None) -> None:
        self.fault, self.reached, self.wait = fault, reached, wait
        super().__init__(str(fault))


def _date(text: str | None) -> datetime | None:
    with suppress(TypeError, ValueError):
        found = parsedate_to_datetime(text or "")
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


class Fetcher:
    """Asks one question after the other and keeps the answers in the store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent()
        self._asked: dict[str, float] = {}

    def get(self, request: Request) -> Raw:
        """The answer to ``request``, from the provider or, where it says nothing has changed, from the store.

        Raises RefreshError that names source and address.
        """
        done = self._store.fetched(request)
        if done is not None:
            return done
        patience = self._settings.patience
        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=self._enough,
            wait=self._wait,
            sleep=patience.sleep,
            reraise=True,
        )
        try:
            raw = retrying(self._once, request)
        except _Again as last:
            raise last.fault.at(request.source, request.url) from None
        except RefreshError as error:
            raise error.at(request.source, request.url) from None
        self._store.note(request)
        return raw

    # patience -------------------------------------------------------------------------------------

    def _fault_of(self, state: RetryCallState) -> _Again:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, _Again)
        return error

    def _enough(self, state: RetryCallState) -> bool:
        patience, fault = self._settings.patience, self._fault_of(state)
        if fault.wait is not None and fault.wait > patience.longest_retry_after:
            return True
        return state.attempt_number >= (patience.attempts if fault.reached else patience.connect_attempts)

    def _wait(self, state: RetryCallState) -> float:
        patience, fault = self._settings.patience, self._fault_of(state)
        if fault.wait is not None:
            return fault.wait
        return float(min(patience.first_wait * 2 ** (state.attempt_number - 1), patience.longest_wait))

    def _keep_pace(self, url: str) -> None:
        """Leave the agreed pause between two requests to one host."""
        host, pause = urlsplit(url).netloc, self._settings.patience.pause
        last = self._asked.get(host)
        if last is not None and pause:
            left = last + pause - time.monotonic()
            if left > 0:
                self._settings.patience.sleep(left)
        self._asked[host] = time.monotonic()

    # one try --------------------------------------------------------------------------------------

    def _once(self, request: Request) -> Raw:
        kept = self._store.latest(request)
        with self._guarded(lambda: self._ask(request, kept)) as response:
            self._check_clock(response)
            if response.status_code == 304 and kept is not None:
                return Raw(kept.path, kept.record, unchanged=True)
            self._check_status(response)
            self._check_age(response, kept)
            return self._receive(request, response)

    def _ask(self, request: Request, kept: Raw | None) -> requests.Response:
        """Send the question; follow the provider to another path, and to hosts that are known to be its own.

        Keys go to the host that was asked, and no further.
        """
        headers = dict(request.headers) | {n: v for n, v in request.secrets if not n.startswith("?")}
        params = list(request.params) + [(n[1:], v) for n, v in request.secrets if n.startswith("?")]
        if kept is not None and kept.record.etag:
            headers["If-None-Match"] = kept.record.etag
        if kept is not None and kept.record.last_modified:
            headers["If-Modified-Since"] = kept.record.last_modified
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        data: bytes | list[tuple[str, str]] | None = (
            request.body.encode() if request.body is not None else None
        )
        url, patience = request.url, self._settings.patience
        for _ in range(_REDIRECTS):
            self._keep_pace(url)
            response = self._session.request(
                request.method,
                url,
                params=params,
                data=list(request.form) or data,
                headers=headers,
                timeout=(patience.connect, patience.read),
                stream=True,
                allow_redirects=False,
            )
            if response.status_code not in _MOVED:
                return response
            target = urljoin(response.url, response.headers.get("Location", ""))
            response.close()
            here, there = urlsplit(url), urlsplit(target)
            known = there.hostname == here.hostname or there.hostname in request.leads_to
            if not known or (here.scheme == "https" and there.scheme != "https"):
                raise RefreshError("moved", f"the address has moved to another host: {target}")
            if there.hostname != here.hostname:
                headers = {n: v for n, v in headers.items() if n not in dict(request.secrets)}
            url, params = target, []
        raise RefreshError("moved", f"the provider leads in a circle, last to {url}")

    def _guarded(self, ask: Callable[[], requests.Response]) -> requests.Response:
        try:
            return ask()
        except SSLError as error:
            problem = f"the certificate of the host is not trusted: {_last(error)}"
            raise RefreshError("certificate", problem) from None
        except (ConnectTimeout, ReadTimeout) as error:
            reached = isinstance(error, ReadTimeout)
            problem = "the provider does not answer in time"
            fault = RefreshError("timeout", problem, status=OFFLINE) if reached else Unreachable(problem)
            raise _Again(fault, reached=reached) from None
        except ConnectionError as error:
            words = _last(error)
            if "reset" in words.lower() or "aborted" in words.lower() or "closed" in words.lower():
                raise _Again(RefreshError("broken-off", f"the connection broke off: {words}")) from None
            raise _Again(Unreachable(f"the host cannot be reached: {words}"), reached=False) from None
        except RequestException as error:
            raise RefreshError("bad-request", f"the request cannot be sent: {_last(error)}") from None

    def _check_clock(self, response: requests.Response) -> None:
        theirs, ours = _date(response.headers.get("Date")), self._settings.now()
        if theirs is not None and abs((theirs - ours).total_seconds()) > self._settings.patience.clock:
            problem = f"the clocks disagree: {theirs:%Y-%m-%d} at the provider, {ours:%Y-%m-%d} here"
            raise RefreshError("clock", problem)

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        rule, words = _STATUS.get(status, ("server", "the provider fails"))
        fault = RefreshError(rule, f"{words} (HTTP {status})")
        response.close()
        if status in _TRY_AGAIN:
            raise _Again(fault, wait=self._retry_after(response))
        raise fault

    def _retry_after(self, response: requests.Response) -> float | None:
        """Seconds that the provider asks to wait; a date counts from the provider's own clock."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isdigit():
            return float(text)
        until, now = _date(text), _date(response.headers.get("Date")) or self._settings.now()
        return max(0.0, (until - now).total_seconds()) if until else None

    def _check_age(self, response: requests.Response, kept: Raw | None) -> None:
        new = _date(response.headers.get("Last-Modified"))
        old = _date(kept.record.last_modified) if kept is not None else None
        if new is not None and old is not None and new < old:
            problem = f"the answer is of {new:%Y-%m-%d}, older than the one we have, of {old:%Y-%m-%d}"
            response.close()
            raise RefreshError("stale", problem)

    def _receive(self, request: Request, response: requests.Response) -> Raw:
        """Write the body to the store as it comes in, within the limits."""
        incoming = self._store.incoming(request)
        incoming.parent.mkdir(parents=True, exist_ok=True)
        try:
            digest, size = self._stream(request, response, incoming)
        except ContentDecodingError:
            raise RefreshError("changed-form", "the packed answer cannot be unpacked") from None
        except (ChunkedEncodingError, ConnectionError) as error:
            timed_out = "timed out" in str(error).lower()
            problem = "the provider does not answer in time" if timed_out else "the connection broke off"
            fault = RefreshError("timeout" if timed_out else "broken-off", f"{problem}: {_last(error)}")
            raise _Again(fault) from None
        finally:
            response.close()
        now = self._settings.now().replace(microsecond=0).isoformat()
        record = Record(
            source=request.source, name=request.name, method=request.method, address=request.url,
            file=f"{request.name}-{digest[:12]}{request.suffix}", sha256=digest, bytes=size, retrieved=now,
            etag=response.headers.get("ETag", ""), last_modified=response.headers.get("Last-Modified", ""),
            content_type=response.headers.get("Content-Type", ""),
        )  # fmt: skip
        self._settings.at_stage("keep")
        return self._store.keep(request, incoming, record)

    def _stream(self, request: Request, response: requests.Response, target: Path) -> tuple[str, int]:
        limits, begun = self._settings.limits, time.monotonic()
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limits.answer:
            raise RefreshError(
                "too-large", f"the answer has {int(declared):,} bytes; {limits.answer:,} are allowed"
            )
        digest, size = sha256(), 0
        total = int(declared) if declared.isdigit() else None
        with (
            files.room_on_disk(),
            target.open("wb") as handle,
            tqdm(
                total=total, unit="B", unit_scale=True, leave=False, desc=f"{request.source} {request.name}",
                disable=not self._settings.progress,
            ) as bar,
        ):  # fmt: skip
            for piece in response.iter_content(_PIECE):
                size += len(piece)
                received = response.raw.tell()
                if size > limits.answer:
                    raise RefreshError("too-large", f"the answer exceeds {limits.answer:,} bytes")
                if size > limits.small and size > received * limits.expansion:
                    raise RefreshError(
                        "too-large", f"the packed answer swells: {received:,} bytes to {size:,}"
                    )
                if time.monotonic() - begun > self._settings.patience.whole:
                    raise _Again(RefreshError("timeout", "the answer trickles in too slowly"))
                handle.write(piece)
                digest.update(piece)
                bar.update(len(piece))
        return digest.hexdigest(), size


def _last(error: BaseException) -> str:
    """The innermost reason, in a line."""
    text = str(error)
    reasons = re.findall(r"\[Errno -?[0-9]+\] ([^()\"']+)|'([^']*(?:reset|closed)[^']*)'", text)
    if reasons:
        return str(next(part for part in reasons[-1] if part)).strip()
    text = text.rpartition("Caused by ")[2]
    return " ".join(re.sub(r"[\"']", "", text).split())[:160]
