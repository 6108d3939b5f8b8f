"""Kernels for chapters: started afresh, or forked from a process that has the large libraries in memory."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient import NotebookClient

from corridors.build import early, nursery, witness
from corridors.build.layout import Layout


class _OwnPython(KernelSpecManager):
    """Every chapter runs in the Python that builds the book, whatever kernels the reader has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        # -P: the folder of the script is no place to look for modules
        command = [sys.executable, "-P", witness.__file__, *nursery.OPTIONS, "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


class Client(NotebookClient):
    """Runs one notebook; leaves Ctrl-C to the build, which then ends all kernels in order.

    Its kernel is started at once, and its cells run within ``turn``: to start and to end a kernel is for the
    most part waiting, which may go on while other chapters use the processors.
    """

    turn: AbstractAsyncContextManager[object] = nullcontext()
    running: int = 0
    """Index of the cell that was begun last."""
    took: float = 0.0
    """Seconds for the cells."""

    def begin(self, cell_index: int, **_: object) -> None:
        """Note which cell is being run."""
        self.running = cell_index

    @asynccontextmanager
    async def async_setup_kernel(self, **kwargs: Any) -> AsyncIterator[None]:
        try:
            await self.async_start_new_kernel(**kwargs)
            await self.async_start_new_kernel_client()
            async with self.turn:
                begun = time.monotonic()
                yield
                self.took = time.monotonic() - begun
        finally:
            await _to_the_end(self._async_cleanup_kernel())


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for ``work`` even if the task is cancelled meanwhile: no kernel may be left half shut down."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError


def _transport(folder: Path) -> dict[str, str]:
    """Where a kernel and the build talk: sockets in ``folder``, or TCP where the system has none.

    Ports are chosen before the kernel takes them, so that kernels started at one time, by this build or
    another on the machine, can be given the same one and then wait for each other in vain.
    """
    if not zmq.has("ipc"):
        return {}
    return {
        "transport": "ipc",
        "ip": str(folder / "kernel"),
        "connection_file": str(folder / "kernel.json"),
    }


class _Forked:
    """A forked kernel as jupyter_client wants to see a process."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.code

    def wait(self) -> int | None:
        """Its exit code; jupyter_client asks when it has ended."""
        return self.code

    def send_signal(self, signum: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, signum)


class _Nursery:
    """The process that forks kernels (see ``nursery``), and what it says of them."""

    def __init__(self, process: early.Nursery) -> None:
        self._process = process
        self._born: asyncio.Queue[_Forked] = asyncio.Queue()
        self._kernels: dict[int, _Forked] = {}
        self._one_at_a_time = asyncio.Lock()
        self.ready = asyncio.Event()
        self.ended = False
        self._ear = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        words = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(words), self._process.stdout
        )
        async for line in words:
            match json.loads(line):
                case {"pid": pid}:
                    self._kernels[pid] = _Forked(pid)
                    self._born.put_nowait(self._kernels[pid])
                case {"ended": pid, "code": code}:
                    self._kernels[pid].code = code
                case {"ready": True}:
                    self.ready.set()
        pipe.close()
        self.ended = True
        self.ready.set()
        for kernel in self._kernels.values():
            if kernel.code is None:
                kernel.code = 1

    async def fork(self, request: dict[str, str]) -> _Forked:
        """A new kernel. Raises RuntimeError if the process has died."""
        async with self._one_at_a_time:
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):  # that it has ended is heard below
                self._process.stdin.write((json.dumps(request) + "\n").encode())
                self._process.stdin.flush()
            born = asyncio.create_task(self._born.get())
            await asyncio.wait({born, self._ear}, return_when=asyncio.FIRST_COMPLETED)
            if not born.done():
                born.cancel()
                raise RuntimeError("the process that forks kernels has ended")
            return born.result()

    async def end(self) -> None:
        """End the process and with it all kernels that still run."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        await self._ear


class _ForkedProvisioner(LocalProvisioner):
    """Lets jupyter_client manage a forked kernel like any other."""

    nursery: _Nursery
    request: dict[str, str]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        kernel: Any = await self.nursery.fork(self.request)
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info


class Kernels:
    """Makes kernels for the chapters of one build; an asynchronous context, at whose end all are gone.

    ``begun``: the process that forks kernels, if it has been started already; all kernels come from it.
    ``warm``: it is started now, and all kernels but the first, which is started afresh meanwhile, come from
    it. Otherwise all are started afresh.
    """

    def __init__(
        self, book: Layout, scratch: Path, *, warm: bool, begun: early.Nursery | None = None
    ) -> None:
        self._book, self._scratch = book, scratch
        self._warm, self._begun = warm, begun
        self._nursery: _Nursery | None = None
        self._afresh = 0 if begun else 1

    async def __aenter__(self) -> Kernels:
        if self._warm or self._begun:
            self._nursery = _Nursery(self._begun or early.begin(self._book, self._scratch))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._nursery is not None:
            await _to_the_end(self._nursery.end())

    def environment(self, folder: Path) -> dict[str, str]:
        """The environment of a kernel that writes down in ``folder`` what it reads of the book."""
        return early.watched_environment(self._book, self._scratch, folder)

    async def manager(self, folder: Path, cwd: Path, noise: Path) -> AsyncKernelManager:
        """A manager for one kernel, whose sockets lie in ``folder`` and whose messages go to ``noise``."""
        manager = AsyncKernelManager(
            kernel_name="python3", kernel_spec_manager=_OwnPython(), **_transport(folder)
        )
        self._afresh -= 1
        if self._nursery is not None and self._afresh < 0:
            await self._nursery.ready.wait()
            if not self._nursery.ended:
                provisioner = _ForkedProvisioner(parent=manager, kernel_spec=manager.kernel_spec)
                provisioner.nursery = self._nursery
                provisioner.request = {
                    "connection": manager.connection_file,
                    "cwd": str(cwd),
                    "log": str(folder / "seen"),
                    "noise": str(noise),
                }
                manager.provisioner = provisioner
        return manager
