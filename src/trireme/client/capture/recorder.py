"""The recorder: a process beside the training process that does what would disturb it.

It passes the console on and keeps its lines, asks git, and lists the packages, all into a stream of its own in the same run,
which it delivers. It reads lines from standard input: first a `Task` as JSON, then ``drain`` any number of times, then ``stop``
(the run ends) or ``discard`` (the run may not be); the end of input means that the training process is gone. It answers each
with ``drained`` when what was printed before has been passed on, and in the end ``sent`` or ``left``: whether the server has
everything.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from trireme.client import locks
from trireme.client.capture.lines import LineAssembler
from trireme.client.capture.recorder_task import CONSOLE_FDS, Task
from trireme.client.capture.redirect import copy_window_size, read, write
from trireme.client.progress import STUCK, Progress, ProgressPage, State
from trireme.client.spool import Spool
from trireme.client.stream import PROGRESS_FILE, RESUME_FILE, SENDER_LOCK, Meta
from trireme.domain.errors import TriremeError
from trireme.domain.records import FileRef, Kind, encode_file, encode_value
from trireme.domain.types import AttributeType

_ORPHAN_SECONDS: Final = 2.0
"""How long lines of children are kept after the training process died."""
_DRAIN_SECONDS: Final = 2.0
_LAST_STEPS_SECONDS: Final = 5.0
_WINDOW_SIZE_SECONDS: Final = 1.0
_LINGER_SECONDS: Final = 3600.0


class Console:
    """The lines of the run's output, each stream a string series. Held back until it is known where a resumed run's lines end."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._assemblers = {name: LineAssembler() for name in CONSOLE_FDS}
        self._waiting: list[tuple[str, str, float]] | None = []
        self._lock = threading.RLock()

    def feed(self, stream: str, data: bytes) -> None:
        """Take what was printed."""
        self._keep(stream, self._assemblers[stream].feed(data))

    def finish(self) -> None:
        """Keep the last lines, though they have no end."""
        for stream, assembler in self._assemblers.items():
            self._keep(stream, assembler.finish())

    def begin(self, last_steps: dict[str, int]) -> None:
        """Keep the lines from now on, and those that waited.

        Parameters:
            last_steps: for each path the step, in millionths, of its last line on the server.
        """
        with self._lock:
            waiting, self._waiting = self._waiting or [], None
            for name in CONSOLE_FDS:
                last = last_steps.get(f"runtime/{name}")
                if last is not None:
                    series = self._spool.series(f"runtime/{name}", AttributeType.STRING_SERIES)
                    series.last = max(series.last, last)
            for stream, line, timestamp in waiting:
                self._append(stream, line, timestamp)

    def _keep(self, stream: str, lines: list[str]) -> None:
        now = time.time()
        with self._lock:
            if self._waiting is not None:
                self._waiting += [(stream, line, now) for line in lines]
                return
            for line in lines:
                self._append(stream, line, now)

    def _append(self, stream: str, line: str, timestamp: float) -> None:
        series = self._spool.series(f"runtime/{stream}", AttributeType.STRING_SERIES)
        self._spool.append_record(series, Kind.STRING_POINT, line.encode(errors="replace"), timestamp=timestamp)


class Recorder:
    """One task being done."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._spool = Spool(Path(task.spool_root), replace(Meta.from_json(task.meta.encode()), pid=os.getpid()))
        if task.delivers:
            locks.acquire(self._spool.folder / SENDER_LOCK)
        self._console = Console(self._spool)
        self._run_page = _page(Path(task.run_folder))
        self._is_discarded = False
        self._stopped = threading.Event()
        """The run has ended, or the training process is gone."""
        self._has_begun = threading.Event()

    def run(self) -> None:
        """Do everything; returns when nothing is left to do."""
        threads = [threading.Thread(target=self._tee, name="trireme-tee")]
        threads += [threading.Thread(target=work, name="trireme-source") for work in (self._git, self._packages)]
        threads.append(threading.Thread(target=self._begin_console, name="trireme-steps"))
        for thread in threads:
            thread.start()
        ending = threading.Thread(target=self._end, args=(threads[1:],), name="trireme-end")
        ending.start()
        delivered = self._task.delivers and self._deliver()
        ending.join()
        if self._is_discarded:
            shutil.rmtree(self._spool.folder, ignore_errors=True)
        _answer("sent" if delivered else "left")
        _close(0, 1)
        threads[0].join()

    def _end(self, work: list[threading.Thread]) -> None:
        """When the run has ended and all is written: close the stream."""
        self._stopped.wait()
        for thread in work:
            thread.join()
        self._console.finish()
        self._spool.close()
        self._spool.wake()

    # The console

    def _tee(self) -> None:
        """Pass on and keep what comes, until the pipes end; after the run ended, only pass on."""
        routes = {CONSOLE_FDS[name][0]: (name, CONSOLE_FDS[name][1]) for name in self._task.streams}
        control, orphaned_at, sized_at = True, 0.0, time.monotonic()
        while control or routes:
            waits = [*routes, 0] if control else [*routes]
            ready, _, _ = select.select(waits, [], [], _WINDOW_SIZE_SECONDS)
            now = time.monotonic()
            if now - sized_at > _WINDOW_SIZE_SECONDS:
                sized_at = now
                for reader, (_, terminal) in routes.items():
                    if os.isatty(terminal):
                        copy_window_size(terminal, reader)
            for fd in ready:
                if fd in routes and not self._pass_on(fd, *routes[fd]):
                    _close(fd, routes.pop(fd)[1])
            if 0 in ready:
                word = read(0)
                self._drain(routes)
                control = word.startswith(b"drain")
                if not word:
                    orphaned_at = now
                elif not control:
                    self._is_discarded = word.startswith(b"discard")
                    self._stopped.set()
                    self._has_begun.wait(_LAST_STEPS_SECONDS)  # what it reads goes away with the run's own stream
                _answer("drained")
            if orphaned_at and (not routes or now - orphaned_at > _ORPHAN_SECONDS):
                orphaned_at = 0.0
                self._stopped.set()

    def _drain(self, routes: dict[int, tuple[str, int]]) -> None:
        """Pass on what is in the pipes now; not for ever, as a child may go on printing."""
        deadline = time.monotonic() + _DRAIN_SECONDS
        while time.monotonic() < deadline and (ready := select.select([*routes], [], [], 0)[0]):
            for fd in ready:
                if not self._pass_on(fd, *routes[fd]):
                    _close(fd, routes.pop(fd)[1])

    def _pass_on(self, reader: int, name: str, terminal: int) -> bool:
        data = read(reader)
        if data:
            write(terminal, data)  # a terminal that is gone takes nothing; the lines are kept all the same
            if not self._stopped.is_set():
                try:
                    self._console.feed(name, data)
                except Exception:  # whatever becomes of the lines, the terminal must go on
                    pass
        return bool(data)

    def _begin_console(self) -> None:
        """Find out where a resumed run's lines end."""
        last_steps: dict[str, int] = {}
        if self._task.is_resumed and self._task.delivers:
            deadline = time.monotonic() + _LAST_STEPS_SECONDS
            progress = self._progress()
            while progress.id is None and time.monotonic() < deadline and progress.state not in _HOPELESS:
                self._stopped.wait(0.05)
                progress = self._progress()
            if progress.existed:
                try:
                    last_steps = json.loads((Path(self._task.run_folder) / RESUME_FILE).read_bytes())
                except (OSError, ValueError):
                    pass  # it had no series
        self._console.begin(last_steps)
        self._has_begun.set()

    # The source

    def _git(self) -> None:
        if self._task.git_folder is None:
            return
        from trireme.client.capture.source import git_state

        state = git_state(Path(self._task.git_folder))
        if state is None:
            return
        texts = {
            "commit": state.commit, "branch": state.branch, "remote": state.remote,
            "author": state.author, "message": state.message,
        }  # fmt: skip
        for name, text in texts.items():
            if text:
                self._assign(f"source/git/{name}", AttributeType.STRING, text)
        self._assign("source/git/dirty", AttributeType.BOOL, state.is_dirty)
        if state.commit_date is not None:
            self._assign("source/git/commit_date", AttributeType.DATETIME, round(state.commit_date * 1000))
        if state.diff:
            self._store("source/git/diff", state.diff, "text/x-patch", "uncommitted.patch")

    def _packages(self) -> None:
        if self._task.search_path is None:
            return
        from trireme.client.capture.packages import requirements

        self._store("source/packages", requirements(self._task.search_path).encode(), "text/plain", "requirements.txt")

    def _assign(self, path: str, type: AttributeType, value: Any) -> None:
        try:
            self._spool.append_record(self._spool.series(path, type), Kind.ASSIGN, encode_value(type, value))
        except TriremeError:
            pass  # e.g. a commit message of several megabytes; a run goes on without it

    def _store(self, path: str, content: bytes, mime: str, name: str) -> None:
        try:
            sha256, size = self._spool.store_file(content)
        except OSError:
            return  # no space; the spool of the run itself says so
        series = self._spool.series(path, AttributeType.FILE)
        self._spool.append_record(series, Kind.ASSIGN, encode_file(FileRef(sha256, size, mime, name)))

    # Delivery

    def _deliver(self) -> bool:
        from trireme.client.sender import Delivery, Server

        if not self._wait_for_run():
            return False
        meta, token = self._spool.meta, os.environ.get("TRIREME_TOKEN")
        folder = Path(self._task.spool_root).parent
        return Delivery(self._spool.folder, lambda: Server(meta.url, folder, token)).run()

    def _wait_for_run(self) -> bool:
        """Wait until the training process's own stream has made the run. Whether it may exist is decided there, and its name."""
        stopped_at = 0.0
        while (progress := self._progress()).id is None:
            if self._stopped.is_set():
                stopped_at = stopped_at or time.monotonic()
                if self._is_discarded or progress.state in _HOPELESS or time.monotonic() - stopped_at > _LINGER_SECONDS:
                    locks.release(self._spool.folder / SENDER_LOCK)  # so that `trireme sync` can take over
                    return False
                time.sleep(0.05)
            else:
                self._stopped.wait(0.1)
        return not self._is_discarded

    def _progress(self) -> Progress:
        return self._run_page.read() if self._run_page is not None else Progress(id="?")


_HOPELESS: Final = STUCK | {State.NO_SERVER}


def _page(folder: Path) -> ProgressPage | None:
    try:
        return ProgressPage(folder / PROGRESS_FILE)
    except OSError:
        return None  # delivered and deleted already: a very short run


def _answer(word: str) -> None:
    write(1, word.encode() + b"\n")


def _close(*fds: int) -> None:
    for fd in fds:
        try:
            os.close(fd)
        except OSError:
            pass


def _first_line(fd: int) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(fd, 1)
        if not byte:
            break
        line += byte
    return bytes(line)


def main() -> None:
    """Do the task that standard input describes."""
    task = Task.from_json(_first_line(0))
    # Whatever else the training process let through, e.g. a pipe whose end someone waits for.
    _close(*(fd for name, pair in CONSOLE_FDS.items() if name not in task.streams for fd in pair))
    os.closerange(7, 4096)
    Recorder(task).run()


if __name__ == "__main__":
    main()
