"""A run as the training script sees it: a thin handle over the spool."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from trireme.client.attribute import Attribute
from trireme.client.courier import Courier
from trireme.client.notices import Notices, inform
from trireme.client.settings import CaptureOptions, ClientSettings, resolve
from trireme.client.sink import NullSink, PrintSink, Series, Sink
from trireme.client.spool import Spool, new_writer_id
from trireme.client.stream import Meta
from trireme.client.uploads import Uploads
from trireme.domain.errors import InvalidInput, NotFound, TriremeError
from trireme.domain.ids import check_custom_run_id
from trireme.domain.records import MAX_STEP, MICRO, Kind, encode_value, step_to_micros
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    from trireme.client.capture.captures import Captures

STOP_TIMEOUT_SECONDS = 60.0
_live: weakref.WeakSet[Run] = weakref.WeakSet()


def init_run(
    project: str | None = None,
    *,
    name: str | None = None,
    tags: Iterable[str] = (),
    custom_run_id: str | None = None,
    resume: str = "allow",
    experiment: str | None = None,
    fork_run_id: str | None = None,
    fork_step: float | None = None,
    description: str | None = None,
    mode: str | None = None,
    url: str | None = None,
    token: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    capture: bool | Mapping[str, bool] | None = None,
) -> Run:
    """Start a run, or go on with one.

    Parameters:
        project: ``workspace/project`` or ``project``; else ``TRIREME_PROJECT``.
        name: a name for people; the run's id when absent.
        custom_run_id: your own id, the same run for every process that gives it; else ``TRIREME_CUSTOM_RUN_ID``, else
            a random one.
        resume: what to do if the run exists: ``allow`` goes on with it, ``never`` refuses; ``must`` refuses if it does
            not exist.
        experiment: a name that points at the newest run started with it; tables show either all runs or these.
        fork_run_id, fork_step: continue that run (its custom or short id): the new one inherits its series up to that step, and
            its configuration. `Run.fork` does it for a run at hand.
        mode: ``async`` (default; a background process sends), ``sync`` (each call waits until the server has it),
            ``offline`` (kept for ``trireme sync``), ``read-only``, ``disabled``, ``debug`` (prints).
        url, token: the server; else ``TRIREME_URL`` and ``TRIREME_TOKEN``, else the one of ``trireme up`` on *folder*.
        folder: where values wait until they are sent; else ``TRIREME_DIR``, else ``.trireme``.
        capture: what the run records by itself: ``console``, ``git``, ``source``, ``packages``, ``hostname``, ``hardware``,
            ``traceback``. True or False for all, ``{"console": False}`` for parts; else ``TRIREME_CAPTURE``, else all.

    Raises:
        InvalidInput: an argument cannot be used.
        AlreadyExists, NotFound: *resume* forbids it (said at once only when the server answers).
        TriremeError: the folder cannot be written.
    """
    if resume not in ("allow", "must", "never"):
        raise InvalidInput(f"resume='{resume}' is not known.", hint="Use 'allow', 'must' or 'never'.")
    settings = resolve(project=project, mode=mode, url=url, token=token, folder=folder)
    given_id = custom_run_id or os.environ.get("TRIREME_CUSTOM_RUN_ID") or None
    if given_id is None and settings.mode == "read-only":
        raise InvalidInput("A read-only run needs custom_run_id.", hint="The short id, such as 'MNIST-42', will do.")
    if (fork_run_id is None) != (fork_step is None):
        raise InvalidInput("A fork needs both fork_run_id and fork_step.", hint="The step is the last one that is inherited.")
    meta = Meta(
        writer=new_writer_id(),
        project=settings.project,
        custom_run_id=check_custom_run_id(given_id or _random_id()),
        created_at=time.time(),
        pid=os.getpid(),
        hostname=_hostname(),
        name=name,
        tags=_texts("tags", tags),
        url=settings.url,
        resume=resume,
        hardware=CaptureOptions.of(capture).hardware and settings.mode in ("async", "sync"),
        experiment=experiment,
        fork_parent=fork_run_id,
        fork_step=0 if fork_step is None else step_to_micros(fork_step),
    )
    run = Run(settings, meta, CaptureOptions.of(capture), resumed=given_id is not None and resume != "never")
    if resume != "allow" or fork_run_id is not None:
        run._await_verdict()
    if description is not None:
        run["sys/description"] = description
    return run


class Run:
    """One execution. ``run[path]`` gives an `Attribute`; use as a context manager, or call `stop` at the end.

    Made by `init_run`. Safe to use from several threads, and in processes forked from this one.
    """

    def __init__(self, settings: ClientSettings, meta: Meta, options: CaptureOptions, *, resumed: bool) -> None:
        self.settings = settings
        self._meta = meta
        self._pid = os.getpid()
        self._notices = Notices()
        self._attributes: dict[str, Attribute] = {}
        self._resumed = resumed
        self._stopped = False
        self._may_skip_checks = settings.mode not in ("sync", "read-only")
        """Whether a float series may take the short way into the sink."""
        self._spool: Spool | None = None
        self._courier: Courier | None = None
        self._captures: Captures | None = None
        self._sink: Sink = self._make_sink()
        self._files = Uploads()
        _live.add(self)
        if self._spool is not None:
            self["sys/state"] = "running"
            if options.hostname:
                self["sys/hostname"] = meta.hostname
        if settings.mode not in ("disabled", "read-only"):
            self._captures = _start_captures(self, options)
            atexit.register(self._at_exit)

    def _make_sink(self) -> Sink:
        mode = self.settings.mode
        if mode == "debug":
            return PrintSink()
        if mode in ("disabled", "read-only"):
            return NullSink()
        try:
            spool = Spool(self.settings.spool_root, self._meta, on_check=self._check_sender, on_full=self._warn_full)
        except OSError as error:
            raise TriremeError(
                f"The folder {self.settings.spool_root} cannot be written: {error}.",
                hint="Set TRIREME_DIR to another folder, or TRIREME_MODE=disabled.",
            ) from error
        self._spool = spool
        if mode != "offline":
            self._courier = Courier(spool, self.settings)
            self._courier.ensure()
        return spool

    def fork(
        self,
        at_step: float,
        *,
        name: str | None = None,
        tags: Iterable[str] = (),
        custom_run_id: str | None = None,
        experiment: str | None = None,
        capture: bool | Mapping[str, bool] | None = None,
    ) -> Run:
        """Start a run that continues this one: it shows this run's series up to and including *at_step*, then its own.

        Nothing is copied; points that reach this run later with steps up to *at_step* show in the fork as well. Configuration, tags
        and description come along and can be changed without touching this run. The fork's automatic steps go on after *at_step*,
        and a point at or before it is refused. Both runs can go on side by side.

        Parameters:
            name, tags, custom_run_id, experiment, capture: as in `init_run`; tags add to the inherited ones.

        Raises:
            InvalidInput: an argument cannot be used.
        """
        if self.settings.mode == "read-only":
            raise InvalidInput("A read-only run cannot be forked.", hint="Use init_run(fork_run_id=..., fork_step=...).")
        options = CaptureOptions.of(capture)
        meta = Meta(
            writer=new_writer_id(),
            project=self.project,
            custom_run_id=check_custom_run_id(custom_run_id or _random_id()),
            created_at=time.time(),
            pid=os.getpid(),
            hostname=self._meta.hostname,
            name=name,
            tags=_texts("tags", tags),
            url=self._meta.url,
            hardware=options.hardware and self.settings.mode in ("async", "sync"),
            experiment=experiment,
            fork_parent=self.custom_run_id,
            fork_step=step_to_micros(at_step),
            fork_writer=self._meta.writer,
            fork_units=self._spool.position if self._spool is not None else 0,
        )
        return Run(self.settings, meta, options, resumed=custom_run_id is not None)

    # Identity

    @property
    def project(self) -> str:
        """``workspace/project``."""
        return self._meta.project

    @property
    def custom_run_id(self) -> str:
        """The id that was given, or a random one. Other processes with the same one log into the same run."""
        return self._meta.custom_run_id

    @property
    def id(self) -> str:
        """The short id, ``MNIST-42``, if the server has given one; else the custom run id."""
        progress = self._courier.progress() if self._courier else None
        return (progress.id if progress else None) or self.custom_run_id

    @property
    def url(self) -> str | None:
        """The run's page, or None while no server is known."""
        server = self.settings.server_url()
        return run_url(server, self.project, self.custom_run_id) if server else None

    def get_run_url(self) -> str:
        """The run's page.

        Raises:
            NotFound: no server is known.
        """
        return run_url(self.server_url(), self.project, self.custom_run_id)

    def server_url(self) -> str:
        """The server to ask about this run.

        Raises:
            NotFound: none is configured and none runs on the folder.
        """
        server = self.settings.server_url()
        if server is None:
            raise NotFound("No server is known.", hint="Set TRIREME_URL, or start one here with `trireme up`.")
        return server

    def __repr__(self) -> str:
        return f"<Run {self.id!r} of {self.project!r}>"

    # Logging

    def __getitem__(self, path: str) -> Attribute:
        try:
            return self._attributes[path]
        except (KeyError, TypeError):
            return self._attribute(path)

    def __setitem__(self, path: str, value: object) -> None:
        self[path].assign(value)

    def __delitem__(self, path: str) -> None:
        self[path].delete()

    def log_metrics(self, values: Mapping[str, object], step: float | None = None, timestamp: object = None) -> None:
        """Append one point to each series named by *values*, which may be nested. `Attribute.append` says the rest."""
        now = time.time() if timestamp is None else timestamp
        short = type(now) is float and type(step) is int and -MAX_STEP <= step <= MAX_STEP
        attributes, append_point = self._attributes, self._sink.append_point
        for path, value in values.items():
            attribute = attributes.get(path) or self[path]
            series = attribute._floats
            if short and series is not None and type(value) is float:
                append_point(series, value, step * MICRO, now)  # type: ignore[operator,arg-type]  # checked by `short`
            else:
                attribute._guard(attribute._append, value, step, now)
        self._logged()

    def assign(self, values: Mapping[str, object]) -> None:
        """Set many attributes: ``run[path] = value`` for each."""
        for path, value in values.items():
            self[path] = value

    def _attribute(self, path: object) -> Attribute:
        if not isinstance(path, str):
            raise TypeError(f"A path is a text such as 'train/loss', not a {type(path).__name__}.")
        attribute = Attribute(self, path)
        attribute = self._attributes.setdefault(attribute.path, attribute)
        self._attributes[path] = attribute
        return attribute

    def _refuses(self, path: str) -> bool:
        """Whether nothing can be logged; says so once."""
        if self._stopped:
            self._notices.warn("stopped", f"'{path}' and whatever else is logged after stop() is not stored.")
        elif self.settings.mode == "read-only":
            self._notices.warn("read-only", f"'{path}' was not stored: the run is read-only.")
        else:
            return False
        return True

    def _logged(self) -> None:
        """After each call: in mode ``sync``, wait for the server, unless one of our own threads logs."""
        if self.settings.mode == "sync" and not threading.current_thread().name.startswith("trireme-"):
            self._wait_quietly(STOP_TIMEOUT_SECONDS)

    def _forget(self, path: str) -> None:
        for attribute in list(self._attributes.values()):
            if attribute.path == path:
                attribute._reset()

    def _continue_steps(self, series: Series) -> None:
        """Let the automatic steps of a resumed run go on where the server has them."""
        known = self._courier.last_steps() if self._courier is not None else None
        if known is None:
            if self._meta.resume == "must" or self.settings.url is not None:
                self._notices.warn("steps", "Automatic steps begin at 0: the server did not say where the run has got to.")
            self._resumed = False
        elif series.last == self._meta.step_before_first:
            series.last = max(known.get(series.path, series.last), series.last)

    # The end

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the server has everything logged so far. Returns whether it has.

        Parameters:
            timeout_seconds: give up after that long; None waits as long as the server can be reached.
        """
        if not self._files.wait(timeout_seconds):
            return False
        if self._courier is None:
            return self._spool is None
        done = self._courier.wait(timeout_seconds)
        self._report_refusals()
        return done

    def stop(self, error: BaseException | None = None, timeout_seconds: float | None = None) -> None:
        """End the run: ``finished``, or with an *error* ``failed`` (``aborted`` for KeyboardInterrupt).

        Waits for what is still to be sent; what remains then stays on disk and is sent later. Never raises for that.

        Parameters:
            timeout_seconds: wait at most that long, 60 by default.
        """
        if self._stopped:
            return
        atexit.unregister(self._at_exit)
        if os.getpid() != self._pid:  # a forked child ends its own stream, not the run
            self._stopped = True
            self._sink.close()
            return
        timeout = STOP_TIMEOUT_SECONDS if timeout_seconds is None else timeout_seconds
        if self._captures is not None:
            self._captures.stop(error)
        self._files.wait(None)
        if self._spool is not None:
            state = "finished" if error is None else "aborted" if isinstance(error, KeyboardInterrupt) else "failed"
            payload = encode_value(AttributeType.RUN_STATE, state)
            self._spool.append_record(self._spool.series("sys/state", AttributeType.RUN_STATE), Kind.ASSIGN, payload)
        self._stopped = True
        for attribute in self._attributes.values():
            attribute._reset()
        self._sink.close()
        self._finish(timeout)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        clean = isinstance(error, SystemExit) and error.code in (None, 0)
        self.stop(None if clean else error)

    def _finish(self, timeout: float) -> None:
        spool, courier = self._spool, self._courier
        if spool is None:
            return
        if spool.dropped:
            self._notices.warn("dropped", f"{spool.dropped:,} values of run {self.id} are lost: there was no space to keep them.")
        if courier is None:
            self._wait_for_captures(timeout)
            inform(f"run {self.id} waits in {spool.folder}; `trireme sync` sends it.")
            if spool.page is not None:
                spool.page.close()
            return
        delivered = courier.finish(timeout)
        if delivered:
            self._wait_for_captures(timeout)
        self._report_refusals()
        message = courier.remainder(delivered)
        if message:
            inform(message)
        courier.close()

    def _wait_for_captures(self, timeout: float) -> None:
        if self._captures is not None:
            self._captures.wait_sent(timeout)

    def _report_refusals(self) -> None:
        for key, message in self._courier.refusals() if self._courier else ():
            self._notices.warn(key, message)

    def _at_exit(self) -> None:
        self.stop(self._captures.failure if self._captures is not None else None)

    # Called by parts of the client

    def _check_sender(self) -> None:
        if self._courier is not None:
            self._courier.ensure()

    def _warn_full(self, message: str) -> None:
        self._notices.warn("full", message)

    def _wait_quietly(self, timeout: float) -> None:
        if self._courier is not None and not self._courier.wait(timeout):
            self._notices.warn("sync", "The server does not take values at present; they are kept and sent later.")
        self._report_refusals()

    def _await_verdict(self) -> None:
        if self._courier is None or self.settings.server_url() is None:
            self._notices.warn("resume", "Whether the run exists is checked when it is sent: no server is known.")
            return
        problem = self._courier.verdict()
        if problem is not None:
            self._abandon()
            raise problem

    def _abandon(self) -> None:
        """Leave a run that may not be: nothing of it stays."""
        self._stopped = True
        atexit.unregister(self._at_exit)
        if self._captures is not None:
            self._captures.stop(None, discard=True)
        self._sink.close()
        if self._courier is not None:
            self._courier.discard()
            self._courier.close()

    def _after_fork(self) -> None:
        for attribute in self._attributes.values():
            attribute._reset()
        self._files = Uploads()
        if self._courier is not None:
            self._courier.forget()
        if self._captures is not None:
            self._captures.after_fork_in_child()
            self._captures = None


def run_url(server: str, project: str, run: str) -> str:
    """The page of a run, named by its short or custom id, in the web application."""
    from urllib.parse import quote

    workspace, _, name = project.partition("/")
    return f"{server}/p/{quote(workspace, safe='')}/{quote(name, safe='')}/runs/{quote(run, safe='')}"


def _start_captures(run: Run, options: CaptureOptions) -> Captures | None:
    if not any(vars(options).values()):
        return None
    try:
        from trireme.client.capture import captures

        return captures.start(run, options)
    except Exception as error:  # what surrounds a run never prevents it
        run._notices.warn("capture", f"The run's surroundings are not recorded: {type(error).__name__}: {error}")
        return None


def _texts(what: str, values: Iterable[str]) -> tuple[str, ...]:
    found = (values,) if isinstance(values, str) else tuple(values)
    if not all(isinstance(value, str) for value in found):
        raise InvalidInput(f"{what} holds texts only.")
    return found


def _hostname() -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "unknown")


def _random_id() -> str:
    """104 random bits in base 32: 21 characters."""
    from base64 import b32encode

    return b32encode(os.urandom(13)).decode().rstrip("=").lower()


def _after_fork() -> None:
    for run in list(_live):
        run._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
