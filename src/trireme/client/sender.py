"""The sender: a process of its own that delivers one stream, and stays until it is delivered.

``python -m trireme.client.sender <stream's folder>``. One sender per stream (``sender.lock``). It outlives its trainer:
when that ends without a word it marks the run ``aborted``, sends the rest, and deletes the folder. It also measures the
machine (`trireme.client.hardware`), so that the training process need not.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from trireme.client import locks
from trireme.client.progress import ProgressPage, State
from trireme.client.settings import local_server
from trireme.client.spool import Spool, adopt, new_writer_id
from trireme.client.stream import (
    ERRORS_FILE,
    PROGRESS_FILE,
    SENDER_LOCK,
    WAKE_FILE,
    WRITER_LOCK,
    Stream,
)
from trireme.client.sync import (
    NO_SERVER,
    Pause,
    Request,
    Response,
    Steps,
    deliver,
    deliver_files,
)
from trireme.client.transport import Transport
from trireme.domain.errors import CorruptData
from trireme.domain.records import MICRO, Kind, encode_value
from trireme.domain.types import AttributeType

LINGER_SECONDS: Final = 3600.0
"""How long a sender without a trainer tries to reach a server that does not answer; then it is `trireme sync`'s."""
_LOOK_AT_WRITER_SECONDS: Final = 1.0
_LOOK_FOR_SERVER_SECONDS: Final = 1.0
REFUSED_FOLDER: Final = "refused"


class Server:
    """Where to send now: the URL of the stream, else the local server of its folder, found anew when it moved.

    Parameters:
        only_if: as long as this is false there is no server.
    """

    def __init__(self, url: str | None, folder: Path, token: str | None, *, only_if: Callable[[], bool] = lambda: True) -> None:
        self._only_if = only_if
        self._url = url
        self._folder = folder
        self._token = token
        self._transport: Transport | None = None
        self._looked_at = -1e9

    def send(self, request: Request) -> Response:
        """One try; `NO_SERVER` if there is no server to try."""
        if not self._only_if():
            return NO_SERVER
        if self._url is None and time.monotonic() - self._looked_at > _LOOK_FOR_SERVER_SECONDS:
            self._looked_at = time.monotonic()
            found = local_server(self._folder)
            self._use(found.get("url"), self._token or found.get("token"))
        elif self._url is not None:
            self._use(self._url, self._token)
        if self._transport is None:
            return NO_SERVER
        response = self._transport.send(request)
        if response.status == 0:
            self._looked_at = -1e9
        return response

    def _use(self, url: str | None, token: str | None) -> None:
        if url is None:
            self._transport = None
        elif self._transport is None or self._transport.url != url:
            self._transport = Transport(url, token)


class Delivery:
    """The delivery of one stream by this process, which must hold its sender lock.

    Parameters:
        give_up_after: seconds without an answer after which to stop once the writer is gone; None goes by
        `LINGER_SECONDS`
            and, without any server, stops at once.
        follow: stay while the writer lives; otherwise deliver what there is now.
    """

    def __init__(
        self, folder: Path, server: Callable[[], Server], *, give_up_after: float | None = None, follow: bool = True
    ) -> None:
        self.stream = Stream(folder)
        path = folder / PROGRESS_FILE
        self.page = ProgressPage(path, write=True) if path.exists() else ProgressPage(path, create=True)
        self.page.update(pid=os.getpid(), state=State.STARTING)
        self.stopping = threading.Event()
        """Set to make everything end soon, delivered or not."""
        self._server = server
        self._give_up_after = give_up_after
        self._follow = follow
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._writer_gone_at: float | None = None
        self._answered_at = time.monotonic()
        self._wake = _open_pipe(folder / WAKE_FILE) if follow else -1
        self._target = self.stream.stop_unit()

    def run(self) -> bool:
        """Deliver. Returns whether everything was; the folder is then gone, otherwise the page says why not."""
        files = deliver_files(self.stream.folder, self.report, has_ended=self.has_ended)
        thread = threading.Thread(target=self._drive, args=(files,), name="trireme-files", daemon=True)
        thread.start()
        steps = deliver(self.stream, self.page, self.report, clock=time.time, has_ended=self.has_ended)
        self._drive(steps)
        delivered = self.page.read().state is State.DONE
        if not delivered:
            self.stopping.set()
        thread.join()
        if delivered and not self.stream.writer_is_alive():
            self._clean_up()
        return delivered

    def report(self, refusal: Mapping[str, Any]) -> None:
        """Keep a refusal for people to see."""
        line = json.dumps({"time": round(time.time(), 3), **refusal}, ensure_ascii=False) + "\n"
        try:
            with open(self.stream.folder / ERRORS_FILE, "a", encoding="utf-8") as file:
                file.write(line)
        except OSError:
            pass  # the count on the page still tells

    def has_ended(self) -> bool:
        """Whether the stream will not grow: it was closed, or its writer is gone and the end was written for it."""
        with self._lock:
            now = time.monotonic()
            due = now - self._looked_at >= _LOOK_AT_WRITER_SECONDS or self.stream.is_closed()
            if self._writer_gone_at is None and due:
                self._looked_at = now
                if not self.stream.writer_is_alive():
                    end_abandoned(self.stream)
                    self._writer_gone_at = now
            if not self._follow and self._writer_gone_at is None:
                return self.page.read().committed >= self._target
            return self._writer_gone_at is not None

    def _drive(self, steps: Steps) -> None:
        server = self._server()
        event: Request | Pause | None = next(steps, None)
        while event is not None and not self.stopping.is_set():
            response: Response | None = None
            if isinstance(event, Request):
                try:
                    response = server.send(event)
                except Exception as error:  # e.g. a URL that cannot be parsed; never die with data in hand
                    response = Response(0, {}, f"{type(error).__name__}: {error}".encode())
                if response.status > 0:
                    self._answered_at = time.monotonic()
            elif event.reason == "retry":
                if self._gives_up():
                    return
                self._pause_until_server(event.seconds)
            else:
                self._pause(event.seconds)
            try:
                event = steps.send(response)
            except StopIteration:
                return

    def _gives_up(self) -> bool:
        self.has_ended()
        state = self.page.read().state
        if not self._follow or self._writer_gone_at is not None:
            if state is State.NO_SERVER:
                return True
            patience = LINGER_SECONDS if self._give_up_after is None else self._give_up_after
            return time.monotonic() - max(self._answered_at, self._writer_gone_at or 0.0) > patience
        return False

    def _pause_until_server(self, seconds: float) -> None:
        """A pause that ends when a local server appears and, while there is none, looks often."""
        if self.page.read().state is State.NO_SERVER:
            seconds = min(seconds, _LOOK_FOR_SERVER_SECONDS)
        self.stopping.wait(seconds)

    def _pause(self, seconds: float) -> None:
        if self._wake < 0 or threading.current_thread() is not threading.main_thread():
            self.stopping.wait(seconds)
            return
        ready, _, _ = select.select([self._wake], [], [], seconds)
        if ready:
            try:
                os.read(self._wake, 4096)
            except OSError:
                pass

    def _clean_up(self) -> None:
        folder = self.stream.folder
        errors = folder / ERRORS_FILE
        try:
            if errors.exists() and errors.stat().st_size:
                kept = folder.parent.parent / REFUSED_FOLDER
                kept.mkdir(exist_ok=True)
                errors.replace(kept / f"{folder.name}.jsonl")
        except OSError:
            pass  # telling about refusals is worth less than freeing the space
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of files."""
        self.page.close()
        if self._wake >= 0:
            os.close(self._wake)
            (self.stream.folder / WAKE_FILE).unlink(missing_ok=True)


def end_abandoned(stream: Stream) -> None:
    """Close a stream whose writer ended without closing it; if it was the run's own, the run is aborted."""
    if stream.is_closed():
        return
    try:
        spool = adopt(stream)
        if spool is None:
            return
        if stream.meta.owner:
            series = spool.series("sys/state", AttributeType.RUN_STATE)
            spool.append_record(series, Kind.ASSIGN, encode_value(AttributeType.RUN_STATE, "aborted"))
        spool.close()
    except (OSError, CorruptData):
        locks.release(stream.folder / WRITER_LOCK)  # what is there is delivered all the same


def measure_hardware(stream: Stream, server: Callable[[], Server], stopping: threading.Event) -> None:
    """Sample the machine until *stopping*, into a stream of its own, and deliver that.

    Parameters:
        server: where to send; it has to refuse until the run's own stream has made the run.
    """
    try:
        from trireme.client.hardware import Sampler

        sampler = Sampler(stream.meta.pid, stream.meta.hostname)
        meta = replace(stream.meta, writer=new_writer_id(), pid=os.getpid(), owner=False, hardware=False, resume="allow")
        spool = Spool(stream.folder.parent, meta)
    except Exception:  # no psutil, no space: a run goes on without
        return
    locks.acquire(spool.folder / SENDER_LOCK)
    delivery = Delivery(spool.folder, server, give_up_after=0.0)
    thread = threading.Thread(target=delivery.run, name="trireme-hardware", daemon=True)
    thread.start()
    start = time.monotonic()
    while True:
        now = time.time()
        step = meta.step_before_first + MICRO + int(time.monotonic() - start) * MICRO
        for path, value in sampler.sample().items():
            spool.append_point(spool.series(path, AttributeType.FLOAT_SERIES), float(value), step, now)
        if stopping.wait(sampler.interval_seconds):
            break
    spool.close()
    thread.join(10.0)  # what is left then waits for `trireme sync`


def main() -> None:
    """Deliver the stream whose folder is the first argument."""
    os.closerange(3, 4096)  # whatever the trainer let through, e.g. a pipe someone waits on the end of
    folder = Path(sys.argv[1])
    try:
        if not locks.acquire(folder / SENDER_LOCK):
            return
    except OSError:
        return  # it was delivered and deleted meanwhile
    if hasattr(os, "nice"):
        os.nice(5)
    token = os.environ.get("TRIREME_TOKEN")
    try:
        stream = Stream(folder)
    except (CorruptData, OSError):
        return

    def server() -> Server:  # one for each thread
        return Server(stream.meta.url, folder.parent.parent, token)

    def server_that_knows_the_run() -> Server:
        return Server(stream.meta.url, folder.parent.parent, token, only_if=lambda: delivery.page.read().id is not None)

    delivery = Delivery(folder, server)
    stopping = threading.Event()
    hardware: threading.Thread | None = None
    if stream.meta.hardware:
        hardware = threading.Thread(
            target=measure_hardware, args=(stream, server_that_knows_the_run, stopping), name="trireme-sampler", daemon=True
        )
        hardware.start()
    try:
        delivery.run()
    finally:
        delivery.close()
        stopping.set()
        if hardware is not None:
            hardware.join(15.0)


def _open_pipe(path: Path) -> int:
    """The reading end of the pipe at *path*, or -1: some file systems have none, and one then looks by the clock."""
    if not hasattr(os, "mkfifo"):
        return -1
    try:
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return -1


if __name__ == "__main__":
    main()
