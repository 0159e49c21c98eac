"""Everything a run records by itself, started and stopped together."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trireme.client.capture.failures import ExceptionHooks
from trireme.client.capture.recorder_task import Task
from trireme.client.capture.redirect import Redirect, redirectable
from trireme.client.notices import inform
from trireme.domain.records import Kind
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    from trireme.client.capture.companion import Companion
    from trireme.client.capture.wrapped import WatchedStream
    from trireme.client.run import Run
    from trireme.client.settings import CaptureOptions
    from trireme.client.stream import Meta

SENT_SECONDS: Final = 10.0
"""How long the end of a run waits for its console, after everything else was delivered."""
_FDS: Final = {"stdout": 1, "stderr": 2}


class Captures:
    """What is being captured for one run."""

    def __init__(self, run: Run, options: CaptureOptions) -> None:
        self._run = run
        self._hooks: ExceptionHooks | None = None
        self._companion: Companion | None = None
        self._watched: list[WatchedStream] = []
        if options.traceback:
            self._hooks = ExceptionHooks(self._record_traceback)
        if run._spool is None:
            return
        if options.source:
            self._record_source()
        if options.packages:
            run["source/python"] = ".".join(map(str, sys.version_info[:3]))
        self._start_companion(run._spool.meta, options)

    @property
    def failure(self) -> BaseException | None:
        """The exception that ended the main thread, if one did."""
        return self._hooks.failure if self._hooks else None

    def stop(self, error: BaseException | None, *, discard: bool = False) -> None:
        """Stop capturing; all that was printed has then reached the terminal.

        Parameters:
            error: what ended the run.
            discard: forget what was recorded.
        """
        if self._hooks is not None:
            if error is not None:
                self._hooks.record(error)
            self._hooks.remove()
        for watched in self._watched:
            watched.stop()
        if self._companion is not None:
            self._companion.stop("discard" if discard else "stop")
            if discard:
                self._companion.wait_sent(SENT_SECONDS)  # until it has deleted what it recorded

    def wait_sent(self, timeout_seconds: float) -> None:
        """After `stop`: wait a little until the server has the rest of the console."""
        if self._companion is not None:
            self._companion.wait_sent(min(timeout_seconds, SENT_SECONDS))

    def after_fork_in_child(self) -> None:
        """The run's captures are the parent's; the child's output still goes through its pipe."""
        if self._companion is not None:
            self._companion.forget()

    def _record_traceback(self, text: str) -> None:
        self._run["runtime/traceback"] = text

    def _record_source(self) -> None:
        from trireme.client.capture.source import command_line, entry_script

        run = self._run
        run["source/command"] = command_line()
        run["source/working_directory"] = os.getcwd()
        script = entry_script()
        if script is not None:
            run["source/entry_point"].upload(script)

    def _start_companion(self, meta: Meta, options: CaptureOptions) -> None:
        run = self._run
        can_spawn = hasattr(os, "posix_spawn") and bool(sys.executable)
        redirects: dict[str, Redirect] = {}
        watched: list[str] = []
        for name, fd in _FDS.items() if options.console else ():
            if can_spawn and redirectable(fd):
                redirects[name] = Redirect(fd)
            else:
                watched.append(name)
        for name in watched:
            self._watch(name)
        if not can_spawn or not (redirects or options.git or options.packages):
            return
        from trireme.client.capture.companion import Companion
        from trireme.client.spool import new_writer_id

        own = replace(meta, writer=new_writer_id(), owner=False, hardware=False, resume="allow")
        task = Task(
            meta=own.to_json().decode(),
            spool_root=str(run.settings.spool_root),
            run_folder=str(run._spool.folder) if run._spool else "",
            streams=tuple(redirects),
            is_resumed=run._resumed,
            delivers=run.settings.mode != "offline",
            git_folder=str(_project_folder()) if options.git else None,
            search_path=tuple(sys.path) if options.packages else None,
        )
        try:
            self._companion = Companion(task, redirects, run.settings.token)
        except OSError as error:
            for redirect in redirects.values():
                redirect.close()
            inform(f"console, git and packages are not recorded: {error}.")

    def _watch(self, name: str) -> None:
        from trireme.client.capture.wrapped import WatchedStream

        stream = getattr(sys, name)
        if stream is None:
            return
        try:
            self._watched.append(WatchedStream(stream, self._line_of(f"runtime/{name}")))
        except AttributeError:
            pass  # an object that cannot be watched

    def _line_of(self, path: str) -> Callable[[str], None]:
        spool = self._run._spool
        assert spool is not None

        def keep(line: str) -> None:
            series = spool.series(path, AttributeType.STRING_SERIES)
            spool.append_record(series, Kind.STRING_POINT, line.encode(errors="replace"))

        return keep


def start(run: Run, options: CaptureOptions) -> Captures:
    """Begin to capture what *options* name. What fails is told once and left out."""
    return Captures(run, options)


def _project_folder() -> Path:
    """Where to ask git: beside the entry script, else the working directory."""
    from trireme.client.capture.source import entry_script

    script = entry_script()
    return script.parent if script is not None else Path.cwd()
