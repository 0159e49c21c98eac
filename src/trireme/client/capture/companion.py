"""The training process's end of the recorder: starting it, telling it the end, and standing in for it if it dies."""

from __future__ import annotations

import os
import select
import sys
import threading
from pathlib import Path
from typing import Final

from trireme.client.capture.recorder_task import CONSOLE_FDS, Task
from trireme.client.capture.redirect import Redirect

DRAIN_SECONDS: Final = 10.0


class Companion:
    """A running recorder.

    Parameters:
        redirects: by stream's name; they begin once the recorder runs.
        token: the server's, if one was given.

    Raises:
        OSError: no process could be started; nothing is redirected then.
    """

    def __init__(self, task: Task, redirects: dict[str, Redirect], token: str | None) -> None:
        self._redirects = redirects
        self._drained = threading.Event()
        self._finished = threading.Event()
        self._sent = False
        self._is_stopping = False
        self._users = 2
        """The run and the listening thread; the last one closes the descriptors."""
        self._lock = threading.Lock()
        control_reader, self._control = os.pipe()
        self._answers, answer_writer = os.pipe()
        try:
            self._pid = _spawn(control_reader, answer_writer, redirects, token)
        except OSError:
            os.close(self._control)
            os.close(self._answers)
            raise
        finally:
            os.close(control_reader)
            os.close(answer_writer)
        self._tell(task.to_json())
        for redirect in redirects.values():
            redirect.begin()
        # It waits in a system call, so it takes nothing from the training.
        threading.Thread(target=self._listen, name="trireme-companion", daemon=True).start()

    def stop(self, word: str) -> None:
        """Say ``stop`` or ``discard``, and wait until all that was printed has reached the terminal."""
        self._is_stopping = True
        for redirect in self._redirects.values():
            redirect.restore()
        self._tell(word.encode() + b"\n")
        self._drained.wait(DRAIN_SECONDS)
        self._let_go()

    def wait_sent(self, timeout_seconds: float) -> bool:
        """After `stop`: wait until the server has what was recorded. Returns whether it has."""
        self._finished.wait(timeout_seconds)
        return self._sent

    def forget(self) -> None:
        """In a forked child: the recorder is the parent's. Its ends of the pipes must not stay open here."""
        self._close()

    def _let_go(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                self._close()

    def _close(self) -> None:
        os.close(self._control)
        os.close(self._answers)
        for redirect in self._redirects.values():
            redirect.close()

    def _tell(self, words: bytes) -> None:
        try:
            os.write(self._control, words)
        except OSError:
            pass  # it died; `_listen` sees that as well

    def _listen(self) -> None:
        while words := os.read(self._answers, 4096):
            if b"drained" in words:
                self._drained.set()
            if b"sent" in words or b"left" in words:
                self._sent = b"sent" in words
                self._finished.set()
        self._reap()
        if not self._drained.is_set():
            self._stand_in()
        self._drained.set()
        self._finished.set()
        self._let_go()

    def _stand_in(self) -> None:
        """The recorder died. Without it a full pipe would stop the training at its next print."""
        for redirect in self._redirects.values():
            redirect.restore()
        open_ends = dict(self._redirects)
        while open_ends:
            for name, redirect in list(open_ends.items()):
                if not redirect.rescue():
                    del open_ends[name]
            if self._is_stopping or not open_ends:
                return
            select.select([redirect.reader for redirect in open_ends.values()], [], [])

    def _reap(self) -> None:
        try:
            os.waitpid(self._pid, 0)
        except OSError:
            pass  # collected by someone else's wait


def _spawn(control: int, answers: int, redirects: dict[str, Redirect], token: str | None) -> int:
    from fcntl import F_DUPFD_CLOEXEC, fcntl

    root = str(Path(__file__).resolve().parents[3])
    # Without the working directory, where a module of the user's could hide one of ours.
    path = f"import sys; sys.path = [p for p in sys.path if p] + [{root!r}]"
    code = f"{path}; from trireme.client.capture.recorder import main; main()"
    wanted = {0: control, 1: answers}
    for name, redirect in redirects.items():
        reader, terminal = CONSOLE_FDS[name]
        wanted |= {reader: redirect.reader, terminal: redirect.saved}
    null = os.open(os.devnull, os.O_RDWR)
    # Moved out of the way first: a source must not be overwritten before it is copied.
    moved = {target: fcntl(source, F_DUPFD_CLOEXEC, 64) for target, source in {**wanted, 2: null}.items()}
    os.close(null)
    environment = {**os.environ, **({"TRIREME_TOKEN": token} if token else {})}
    actions = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in moved.items()]
    arguments = [sys.executable, "-c", code]
    try:
        try:
            return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setsid=True)
        except NotImplementedError:
            return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setpgroup=0)
    finally:
        for source in moved.values():
            os.close(source)
