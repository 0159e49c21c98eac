"""The training process's end of the recorder: starting it, telling it the end, and standing in for it if it dies."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Final

from trireme.client.capture.recorder_task import CONSOLE_FDS, Task
from trireme.client.capture.redirect import Redirect, readable

DRAIN_SECONDS: Final = 10.0
_STAND_IN_SECONDS: Final = 0.1
_running: list[Companion] = []
"""Those of this process, oldest first: each one's output goes through the pipes of the ones before."""


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
        self._has_ended = False
        """Nobody passes the output on any more."""
        self._is_stopping = False
        self._users = 2
        """The run and the listening thread; the last one closes the descriptors."""
        self._lock = threading.Lock()
        control_reader, self._control = os.pipe()
        self._answers, answer_writer = os.pipe()
        try:
            self._pid = _spawn(task.run_folder, control_reader, answer_writer, redirects, token)
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
        _running.append(self)

    def stop(self, word: str) -> None:
        """Say ``stop`` or ``discard``, and wait until all that was printed has reached the terminal."""
        for redirect in self._redirects.values():
            redirect.restore()
        self._is_stopping = True
        for later in reversed(_running[_running.index(self) + 1 :]):
            later._drain("drain")
        _running.remove(self)
        self._drain(word)
        self._let_go()

    def wait_sent(self, timeout_seconds: float) -> bool:
        """After `stop`: wait until the server has what was recorded. Returns whether it has."""
        self._finished.wait(timeout_seconds)
        return self._sent

    def forget(self) -> None:
        """In a forked child: the recorder is the parent's. Its ends of the pipes must not stay open here."""
        _running.remove(self)
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

    def _drain(self, word: str) -> None:
        self._drained.clear()
        if not self._has_ended:
            self._tell(word.encode() + b"\n")
            self._drained.wait(DRAIN_SECONDS)

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
        self._stand_in()
        self._has_ended = True
        self._drained.set()
        self._finished.set()
        self._let_go()

    def _stand_in(self) -> None:
        """The recorder died. Pass on in its place: a full pipe would stop the training at its next print.

        The descriptors stay as they are until the run stops, because what is in the pipe must come out first.
        """
        open_ends = list(self._redirects.values())
        while open_ends:
            is_stopping = self._is_stopping
            open_ends = [redirect for redirect in open_ends if redirect.rescue()]
            if is_stopping or not self._is_stopping:
                self._drained.set()
            if open_ends:
                readable([redirect.reader for redirect in open_ends], _STAND_IN_SECONDS)

    def _reap(self) -> None:
        try:
            os.waitpid(self._pid, 0)
        except OSError:
            pass  # collected by someone else's wait


def _spawn(label: str, control: int, answers: int, redirects: dict[str, Redirect], token: str | None) -> int:
    """Start the recorder; *label* is there for people who look at a list of processes."""
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
    arguments = [sys.executable, "-c", code, label]
    try:
        try:
            return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setsid=True)
        except NotImplementedError:
            return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setpgroup=0)
    finally:
        for source in moved.values():
            os.close(source)
