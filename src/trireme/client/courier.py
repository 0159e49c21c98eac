"""The trainer's side of sending: it starts the sender, watches the page the sender writes, and waits for it.

Nothing here talks to the network; the sender is another process (`trireme.client.sender`).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from trireme.client.progress import STUCK, Progress, State
from trireme.client.settings import ClientSettings
from trireme.client.spool import Spool
from trireme.client.stream import ERRORS_FILE, RESUME_FILE
from trireme.domain.errors import AlreadyExists, NotFound, TriremeError

VERDICT_SECONDS: Final = 15.0
STEPS_SECONDS: Final = 5.0
"""How long the first automatic step of a resumed run waits for the server."""
UNREACHABLE_SECONDS: Final = 5.0
"""How long the end of a run waits for a server that does not answer."""
_LOOK_SECONDS: Final = 0.002
_LONGEST_LOOK_SECONDS: Final = 0.05
_RESTART_SECONDS: Final = (1.0, 60.0)


class Courier:
    """One process's access to the sender of one stream."""

    def __init__(self, spool: Spool, settings: ClientSettings) -> None:
        self._spool = spool
        self._settings = settings
        self._begin()

    def _begin(self) -> None:
        self._pid = 0
        self._restart_at = 0.0
        self._restart_delay = _RESTART_SECONDS[0]
        self._refusals_read = 0
        self._errors_fd = -1
        self._last_steps: dict[str, int] | None = None

    def ensure(self) -> None:
        """Start a sender if none runs. Cheap while one does."""
        if self._is_running() or not self._spool.is_open or self.progress().state in STUCK:
            return
        now = time.monotonic()
        if now < self._restart_at:
            return
        self._restart_at = now + self._restart_delay
        self._restart_delay = min(2 * self._restart_delay, _RESTART_SECONDS[1])
        self._open_errors()
        self._pid = start_sender(self._spool.folder, self._settings.token)

    def forget(self) -> None:
        """In a forked child: the sender is the parent's."""
        self._begin()

    def progress(self) -> Progress:
        """What the sender says."""
        page = self._spool.page
        return page.read() if page is not None else Progress()

    def wait(self, timeout_seconds: float | None) -> bool:
        """Wait until the server has what was written so far. False on a timeout, or when only a person can help.

        Parameters:
            timeout_seconds: None waits while the server answers, and `UNREACHABLE_SECONDS` longer.
        """
        return self._wait_until(self._spool.position, timeout_seconds)

    def finish(self, timeout_seconds: float) -> bool:
        """After the stream was closed: wait until it is delivered. With no server to send to, do not wait at all."""
        target = self._spool.position
        if self.progress().committed < target and self._settings.server_url() is None:
            return False
        delivered = self._wait_until(target, timeout_seconds)
        return delivered

    def remainder(self, delivered: bool) -> str | None:
        """What to tell a person at the end, or None if all is well."""
        if delivered:
            return None
        progress, folder = self.progress(), self._spool.folder
        waiting = max(self._spool.position - progress.committed, 0)
        if progress.state in STUCK:
            return f"{waiting:,} records wait in {folder}: {progress.message} Then `trireme sync` sends them."
        if self._settings.server_url() is None:
            return f"the run is kept in {self._settings.folder}; `trireme up` shows it."
        later = "they are sent in the background, or by `trireme sync`."
        return f"{waiting:,} records wait in {folder}; {later} {progress.message}".rstrip()

    def verdict(self, timeout_seconds: float = VERDICT_SECONDS) -> TriremeError | None:
        """Wait until the server has accepted or refused the run. None if it accepted, or does not answer."""
        deadline = time.monotonic() + timeout_seconds
        delay = _LOOK_SECONDS
        while time.monotonic() < deadline:
            progress = self.progress()
            if progress.state is State.REFUSED:
                kind = AlreadyExists if self._spool.meta.resume == "never" else NotFound
                return kind(progress.message)
            if progress.id is not None or progress.state in (State.RETRYING, State.UNAUTHENTICATED):
                return None
            time.sleep(delay)
            delay = min(2 * delay, _LONGEST_LOOK_SECONDS)
        return None

    def last_steps(self) -> Mapping[str, int] | None:
        """The last step, in millionths, that the server has of each series of a run it knew before; asked once.

        None if no server said so within `STEPS_SECONDS`.
        """
        if self._last_steps is None and self._settings.server_url() is not None:
            self.verdict(STEPS_SECONDS)
            progress = self.progress()
            if progress.id is None:
                return None
            self._last_steps = {}
            if progress.existed:
                try:
                    self._last_steps = json.loads((self._spool.folder / RESUME_FILE).read_bytes())
                except (OSError, ValueError):
                    pass  # the server did not want to say
        return self._last_steps

    def refusals(self) -> Iterator[tuple[str, str]]:
        """What the server refused since the last call: a key and a sentence for each path and reason."""
        if self._errors_fd < 0:
            return
        size = os.fstat(self._errors_fd).st_size
        data = _read_from(self._errors_fd, self._refusals_read, size - self._refusals_read)
        whole = data.rfind(b"\n") + 1
        self._refusals_read += whole
        for line in data[:whole].splitlines():
            try:
                entry = json.loads(line)
                yield f"{entry['path']}\0{entry['code']}", refusal_text(entry)
            except (ValueError, KeyError, TypeError):
                continue

    def close(self) -> None:
        """Let go of files; the progress stays as it is now."""
        self._reap()
        if self._spool.page is not None:
            self._spool.page.close()
        if self._errors_fd >= 0:
            os.close(self._errors_fd)
            self._errors_fd = -1

    def discard(self) -> None:
        """Delete the stream of a run that may not be."""
        from shutil import rmtree

        if self._is_running():
            try:
                os.kill(self._pid, 15)
            except OSError:
                pass
        rmtree(self._spool.folder, ignore_errors=True)

    def _wait_until(self, target: int, timeout_seconds: float | None) -> bool:
        start = time.monotonic()
        deadline = None if timeout_seconds is None else start + timeout_seconds
        last_contact, delay = start, _LOOK_SECONDS
        seen = self.progress()
        self._spool.wake()
        while True:
            progress = self.progress()
            if progress.committed >= target:
                return True
            now = time.monotonic()
            if progress.committed > seen.committed or progress.contact > seen.contact:
                last_contact, seen = now, progress
                delay = _LOOK_SECONDS
            if progress.state in STUCK or (deadline is not None and now >= deadline):
                return False
            if progress.state in (State.RETRYING, State.NO_SERVER) and now - last_contact > UNREACHABLE_SECONDS:
                return False
            if deadline is None and now - last_contact > VERDICT_SECONDS:
                return False
            self.ensure()
            time.sleep(delay)
            delay = min(1.5 * delay, _LONGEST_LOOK_SECONDS)

    def _is_running(self) -> bool:
        if not self._pid:
            return False
        self._reap()
        return self._pid != 0

    def _reap(self) -> None:
        """Collect the sender if it has ended, so that it does not stay as a zombie."""
        if not self._pid:
            return
        try:
            ended, _ = os.waitpid(self._pid, os.WNOHANG) if hasattr(os, "WNOHANG") else (0, 0)
        except OSError:
            ended = self._pid  # collected by someone else's wait
        if ended:
            self._pid = 0

    def _open_errors(self) -> None:
        if self._errors_fd < 0:
            try:
                self._errors_fd = os.open(self._spool.folder / ERRORS_FILE, os.O_RDONLY)
            except OSError:
                pass  # the spool could not be made; that was said already


def refusal_text(entry: Mapping[str, object]) -> str:
    """A sentence for a line of ``errors.jsonl``."""
    count = entry.get("count", 1)
    what = f"{count:,} records" if isinstance(count, int) and count > 1 else "A record"
    where = f" of '{entry['path']}'" if entry.get("path") else ""
    return f"{what}{where} could not be stored: {entry.get('message')}"


def start_sender(folder: Path, token: str | None) -> int:
    """Start the sender of a stream as a process of its own session, which outlives this one.

    Returns its process id, or 0 if none could be started.

    It is spawned, never forked: a copy of a training process may hold a GPU context and locks of any kind.
    """
    if not sys.executable:
        return 0  # embedded; `trireme sync` or the local server sends
    root = str(Path(__file__).resolve().parents[2])
    # Without the working directory, where a module of the user's could hide one of ours.
    path = f"import sys; sys.path = [p for p in sys.path if p] + [{root!r}]"
    code = f"{path}; from trireme.client.sender import main; main()"
    arguments = [sys.executable, "-c", code, str(folder)]
    environment = dict(os.environ)
    if token:
        environment["TRIREME_TOKEN"] = token
    if hasattr(os, "posix_spawn"):
        null = os.open(os.devnull, os.O_RDWR)
        try:
            actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
            try:
                return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setsid=True)
            except NotImplementedError:
                return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setpgroup=0)
        except OSError:
            return 0  # out of processes or memory: tried again later
        finally:
            os.close(null)
    import subprocess

    try:
        flags = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen(arguments, env=environment, creationflags=flags, close_fds=True).pid
    except OSError:
        return 0


def _read_from(fd: int, offset: int, size: int) -> bytes:
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, size) if size > 0 else b""
