"""What to send, when to send it again, and when to stop: decisions without sockets, clocks or threads.

`deliver` and `deliver_files` are generators. They yield a `Request` and are sent its `Response`, or yield a `Pause` and
are resumed after it; whoever drives them (`trireme.client.sender`, a test) owns the network and the time.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from trireme.client.progress import ProgressPage, State
from trireme.client.stream import FILES_FOLDER, RESUME_FILE, Piece, Stream
from trireme.domain.frame import MEDIA_TYPE, encode_frame
from trireme.domain.records import HEAD, MICRO, UNIT, Kind, scan

API: Final = "/api/v1"
_PARENT_TRIES: Final = 100
HEARTBEAT_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.2
"""Between two looks at a stream that grows slowly, and between two small frames."""
SMALL_FRAME_UNITS: Final = 8192
MAX_RETRY_SECONDS: Final = 30.0
SMALL_FILE_BYTES: Final = 64 * 1024
"""Below, a file is sent without asking whether the server has it."""
_REFERENCE: Final = re.compile(rb'\["([0-9a-f]{64})"')


@dataclass(frozen=True)
class Request:
    """One request. ``body`` may be a file."""

    method: str
    path: str
    body: bytes | Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    compress: bool = False


@dataclass(frozen=True)
class Response:
    """An answer; ``status`` 0 when none came, with the reason in ``body``."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


NO_SERVER: Final = Response(-1, {}, b"No server is known.")


@dataclass(frozen=True)
class Pause:
    """Come back after ``seconds``. An ``idle`` pause may end early when there is news; at a ``retry`` one may give up."""

    seconds: float
    reason: str


Steps = Generator[Request | Pause, Response | None, None]


class Verdict(Enum):
    """What an answer means for the request."""

    DONE = "done"
    AGAIN = "again"
    """As it is, later."""
    OUT_OF_STEP = "out of step"
    """The server stands elsewhere in the stream."""
    TOO_MUCH = "too much"
    """This body will never be taken, a part of it may."""
    WHO = "who"
    """The token is not good for this."""
    NEVER = "never"


def judge(response: Response) -> Verdict:
    """Sort an answer by what follows from it."""
    status = response.status
    if 200 <= status < 300:
        return Verdict.DONE
    if status <= 0 or status in (408, 425, 429) or status >= 500:
        return Verdict.AGAIN
    if status in (401, 403):
        return Verdict.WHO
    if status == 409:
        return Verdict.OUT_OF_STEP
    if status in (400, 413, 422):
        return Verdict.TOO_MUCH
    return Verdict.NEVER


class Backoff:
    """Delays that double from 0.5 s to `MAX_RETRY_SECONDS`, each somewhere between half of it and all of it."""

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        self._jitter = jitter
        self._attempt = 0

    def next(self, response: Response) -> float:
        """Seconds until the next try; at least what the server asked for (``Retry-After``)."""
        delay = min(MAX_RETRY_SECONDS, 0.5 * 2 ** min(self._attempt, 16))
        self._attempt += 1
        return max(delay * (0.5 + self._jitter() / 2), retry_after_seconds(response))

    def reset(self) -> None:
        """An answer came."""
        self._attempt = 0


def retry_after_seconds(response: Response) -> float:
    """The ``Retry-After`` header in seconds, at most an hour; 0 when absent or a date."""
    try:
        return min(max(float(response.headers.get("retry-after", 0)), 0.0), 3600.0)
    except ValueError:
        return 0.0


class _StuckError(Exception):
    """Only a person can help."""

    def __init__(self, state: State, message: str) -> None:
        super().__init__(message)
        self.state = state
        self.message = message


def deliver(
    stream: Stream,
    page: ProgressPage,
    report: Callable[[Mapping[str, Any]], None],
    *,
    clock: Callable[[], float],
    has_ended: Callable[[], bool],
    backoff: Backoff | None = None,
) -> Steps:
    """Deliver a stream to its end: make the run, find the server's position, send frames, keep the run's heart beating.

    Parameters:
        page: takes the progress; its state says at the end whether all was delivered (`State.DONE`).
        report: takes each refusal, as a line of ``errors.jsonl``.
        clock: seconds since 1970.
        has_ended: whether the stream will not grow any more.
    """
    delivery = _Delivery(stream, page, report, clock, backoff or Backoff())
    try:
        yield from delivery.run(has_ended)
    except _StuckError as stuck:
        page.update(state=stuck.state, message=stuck.message)


class _Delivery:
    def __init__(
        self,
        stream: Stream,
        page: ProgressPage,
        report: Callable[[Mapping[str, Any]], None],
        clock: Callable[[], float],
        backoff: Backoff,
    ) -> None:
        self._stream = stream
        self._meta = stream.meta
        self._page = page
        self._report = report
        self._clock = clock
        self._backoff = backoff

    def run(self, has_ended: Callable[[], bool]) -> Steps:
        yield from self._make_run()
        committed = yield from self._position()
        self._took(committed)
        beat = self._clock()
        while True:
            ended = has_ended()  # before looking for units, so that none is missed
            piece = self._stream.piece(committed)
            if piece is None and ended:
                self._page.update(state=State.DONE, message="")
                return
            pending = pending_files(self._stream.folder)
            if piece is not None and pending:
                piece = before_reference(piece, pending, self._stream.salt)
            if piece is None:
                yield Pause(POLL_SECONDS, "idle")
            else:
                committed = yield from self._send(piece)
                self._took(committed)
                self._stream.delete_before(committed)
                if not ended and piece.stop - piece.start < SMALL_FRAME_UNITS:
                    yield Pause(POLL_SECONDS, "idle")
            if (pending or not ended) and self._clock() - beat >= HEARTBEAT_SECONDS:
                beat = self._clock()
                query = urlencode({"project": self._meta.project, "run": self._meta.custom_run_id})
                yield from self._ask(Request("POST", f"{API}/runs/heartbeat?{query}"))

    def _make_run(self) -> Steps:
        meta = self._meta
        made_before = self._page.read().id is not None
        body: dict[str, Any] = {
            "project": meta.project,
            "custom_run_id": meta.custom_run_id,
            "name": meta.name,
            "tags": list(meta.tags),
            "created_at": datetime.fromtimestamp(meta.created_at, timezone.utc).isoformat(timespec="milliseconds"),
            "resume": "allow" if made_before else meta.resume,
            "experiment": meta.experiment,
            # Other streams of a run, and a second try, may come after its end has been delivered.
            "revive": meta.owner and not made_before,
        }
        if meta.fork_parent is not None:
            body["fork"] = {"parent": meta.fork_parent, "step": meta.fork_step / MICRO}
            yield from self._await_parent(meta.fork_writer, meta.fork_units)
        request = Request("POST", f"{API}/runs", json.dumps(body).encode(), {"Content-Type": "application/json"})
        response = yield from self._ask(request)
        if judge(response) is not Verdict.DONE:
            raise _StuckError(State.REFUSED, error_text(response))
        run = _json(response)
        if run.get("existed") and meta.owner and not made_before:
            yield from self._find_last_steps()
        self._page.update(
            state=State.SENDING, message="", contact=self._clock(),
            key=run.get("key"), id=run.get("id"), existed=bool(run.get("existed")),
        )  # fmt: skip

    def _await_parent(self, writer: int, units: int) -> Steps:
        """Wait until the server has what the parent had logged when it was forked; its own sender is about to send it.

        It is given up when nothing comes for a while: points that come later are passed on to the fork, settings are not.
        """
        committed, tries = -1, 0
        while units and tries < _PARENT_TRIES:
            response = yield from self._ask(Request("GET", f"{API}/ingest/writers/{writer:016x}"))
            now = int(_json(response).get("committed", 0)) if judge(response) is Verdict.DONE else 0
            if now >= units:
                return
            tries = 0 if now > committed else tries + 1
            committed = max(committed, now)
            yield Pause(POLL_SECONDS, "retry")

    def _find_last_steps(self) -> Steps:
        """Leave the last step of every series where the trainer finds it, so that automatic steps can go on."""
        workspace, _, project = self._meta.project.partition("/")
        owner, name, run = (quote(part, safe="") for part in (workspace, project, self._meta.custom_run_id))
        address = f"{API}/projects/{owner}/{name}/runs/{run}/attributes"
        found: dict[str, int] = {}
        query = {"types": "float_series,string_series,file_series,histogram_series", "limit": "1000"}
        while True:
            response = yield from self._ask(Request("GET", f"{address}?{urlencode(query)}"))
            if judge(response) is not Verdict.DONE:
                return
            answer = _json(response)
            for attribute in answer.get("attributes", ()):
                step = (attribute.get("summary") or {}).get("last_step")
                if isinstance(step, (int, float)):
                    found[attribute["path"]] = round(step * MICRO)
            if not answer.get("next_cursor"):
                break
            query["cursor"] = answer["next_cursor"]
        draft = self._stream.folder / (RESUME_FILE + ".draft")
        draft.write_text(json.dumps(found))
        draft.replace(self._stream.folder / RESUME_FILE)

    def _position(self) -> Generator[Request | Pause, Response | None, int]:
        response = yield from self._ask(Request("GET", f"{API}/ingest/writers/{self._meta.writer:016x}"))
        if response.status == 404:
            return 0
        if judge(response) is not Verdict.DONE:
            raise _StuckError(State.REFUSED, error_text(response))
        return int(_json(response).get("committed", 0))

    def _send(self, piece: Piece) -> Generator[Request | Pause, Response | None, int]:
        """Send a piece, in parts if need be. Returns how far the server is then."""
        parts = [piece]
        committed, stalled = piece.start, 0
        while parts:
            part = parts.pop()
            response = yield from self._ask(self._frame(part))
            verdict = judge(response)
            if verdict is Verdict.DONE:
                answer = _json(response)
                for rejection in answer.get("rejections", ()):
                    self._refused(**rejection)
                committed = int(answer.get("committed", part.stop))
                if committed >= part.stop:
                    self._page.update(committed=committed)
                    continue
            elif verdict is Verdict.TOO_MUCH:
                parts += self._lesser(part, error_text(response))
                continue
            elif verdict is not Verdict.OUT_OF_STEP:
                raise _StuckError(State.REFUSED, error_text(response))
            # The server stands elsewhere than we thought: start over from there, unless that leads nowhere.
            position = yield from self._position()
            if position != piece.start or stalled >= 5:
                if position <= piece.start and stalled >= 5:
                    raise _StuckError(State.REFUSED, error_text(response))
                return position
            stalled += 1
            parts = [piece]
            yield Pause(self._backoff.next(response), "retry")
        return committed

    def _lesser(self, part: Piece, reason: str) -> list[Piece]:
        """What to send instead of a refused part, last first: its halves, or in place of a single record nothing."""
        middle = middle_of(part, self._stream.salt)
        if middle is not None:
            cut = (middle - part.start) * UNIT
            return [Piece(middle, part.units[cut:], part.names), Piece(part.start, part.units[:cut], part.names)]
        if not any(part.units):  # not even nothing is taken: the fault is not in the records
            raise _StuckError(State.REFUSED, reason)
        records, _ = scan(part.units, self._stream.salt, first_unit=part.start)
        name = self._stream.names().get(records[0].name, b"") if records else b""
        path = name[UNIT + 1 :].rstrip(b"\0").decode(errors="replace")
        self._refused(unit=part.start, path=path, code="refused", message=reason)
        return [Piece(part.start, bytes(len(part.units)), part.names)]

    def _frame(self, part: Piece) -> Request:
        meta = self._meta
        body = encode_frame(meta.project, meta.custom_run_id, meta.writer, part.start, part.names, part.units)
        return Request("POST", f"{API}/ingest", body, {"Content-Type": MEDIA_TYPE}, compress=True)

    def _ask(self, request: Request) -> Generator[Request | Pause, Response | None, Response]:
        """Repeat a request until there is an answer that another try would not change."""
        response = yield from ask(request, self._backoff, self._waiting)
        if judge(response) is Verdict.WHO:
            message = "The server wants a valid token: set TRIREME_TOKEN." if response.status == 401 else error_text(response)
            raise _StuckError(State.UNAUTHENTICATED, message)
        self._page.update(state=State.SENDING, message="", contact=self._clock())
        return response

    def _waiting(self, response: Response) -> None:
        state = State.NO_SERVER if response is NO_SERVER else State.RETRYING
        self._page.update(state=state, message=error_text(response))

    def _took(self, committed: int) -> None:
        self._page.update(committed=committed, contact=self._clock())

    def _refused(self, *, unit: int, path: str, code: str, message: str, count: int = 1, **_: object) -> None:
        self._report({"unit": unit, "path": path, "code": code, "message": message, "count": count})
        self._page.update(rejected=self._page.read().rejected + count)


def deliver_files(
    folder: Path,
    report: Callable[[Mapping[str, Any]], None],
    *,
    has_ended: Callable[[], bool],
    backoff: Backoff | None = None,
) -> Steps:
    """Send the files that records refer to. A file leaves the folder when the server has it, or never will."""
    backoff = backoff or Backoff()
    while True:
        ended = has_ended()
        pending = pending_files(folder)
        for sha256 in pending:
            path = folder / FILES_FOLDER / sha256
            request = Request("PUT", f"{API}/blobs/{sha256}", path, {"Content-Type": "application/octet-stream"})
            if path.stat().st_size > SMALL_FILE_BYTES:
                response = yield from ask(Request("HEAD", request.path), backoff, None)
                if judge(response) is not Verdict.DONE:
                    response = yield from ask(request, backoff, None)
            else:
                response = yield from ask(request, backoff, None)
            verdict = judge(response)
            if verdict is Verdict.WHO:
                yield Pause(MAX_RETRY_SECONDS, "retry")  # the records' own delivery meets the same answer and tells
                continue
            if verdict is not Verdict.DONE:
                report(
                    {
                        "unit": 0,
                        "path": "",
                        "code": "file",
                        "message": f"File {sha256[:12]}…: {error_text(response)}",
                        "count": 1,
                    }
                )
            path.unlink(missing_ok=True)
        if not pending:
            if ended:
                return
            yield Pause(POLL_SECONDS, "idle")


def ask(
    request: Request, backoff: Backoff, waiting: Callable[[Response], None] | None
) -> Generator[Request | Pause, Response | None, Response]:
    """Repeat a request until there is an answer that another try would not change."""
    while True:
        response = yield request
        assert response is not None
        if judge(response) is not Verdict.AGAIN:
            backoff.reset()
            return response
        if waiting is not None:
            waiting(response)
        yield Pause(backoff.next(response), "retry")


def pending_files(folder: Path) -> list[str]:
    """Digests of the files that are still to be sent, oldest first."""
    try:
        names = [entry.name for entry in (folder / FILES_FOLDER).iterdir() if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(names)


def before_reference(piece: Piece, pending: list[str], salt: int) -> Piece | None:
    """The part of *piece* before the first record that refers to a pending file; None if nothing comes before it.

    A record holds the digest as text right behind its own unit, so this is a search for bytes.
    """
    wanted = {name.encode() for name in pending}
    for match in _REFERENCE.finditer(piece.units):
        head = match.start() - UNIT
        if match.group(1) not in wanted or match.start() % UNIT or head < 0:
            continue
        kind, _, found_salt, *_ = HEAD.unpack_from(piece.units, head)
        if found_salt == salt and kind in (Kind.FILE_POINT, Kind.ASSIGN):
            return Piece(piece.start, piece.units[:head], piece.names) if head else None
    return piece


def middle_of(piece: Piece, salt: int) -> int | None:
    """Where the record in the middle of *piece* begins, or None if it is one record, or nothing that could be cut."""
    records, _ = scan(piece.units, salt, first_unit=piece.start)
    if not records:
        return None
    # Damage before, between and behind records is cut off like a record.
    cuts = {record.unit for record in records} - {piece.start}
    middle = (piece.start + piece.stop) // 2
    return min(cuts, key=lambda unit: abs(unit - middle), default=None)


def error_text(response: Response) -> str:
    """The sentence in an answer that is an error."""
    try:
        error = json.loads(response.body)["error"]
        return f"{error['message']} {error['hint']}" if error.get("hint") else str(error["message"])
    except (ValueError, KeyError, TypeError, AttributeError):
        text = response.body[:200].decode(errors="replace").strip()
        if response.status <= 0:
            return text or "The server does not answer."
        return f"The server answered {response.status}: {text}" if text else f"The server answered {response.status}."


def _json(response: Response) -> dict[str, Any]:
    try:
        found = json.loads(response.body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
