"""The sender's decisions, driven without sockets or clocks."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trireme.client.progress import Progress, ProgressPage, State
from trireme.client.spool import Spool, new_writer_id
from trireme.client.stream import Meta, Stream
from trireme.client.sync import (
    HEARTBEAT_SECONDS,
    MAX_RETRY_SECONDS,
    NO_SERVER,
    Backoff,
    Pause,
    Request,
    Response,
    Verdict,
    deliver,
    deliver_files,
    error_text,
    judge,
    middle_of,
)
from trireme.domain.frame import Frame, decode_frame
from trireme.domain.records import FileRef, Kind, Record, encode_file, scan
from trireme.domain.types import AttributeType

Answer = Callable[[Request], Response | None]


class Server:
    """Answers requests as a server would, unless a rule answers first; keeps what was stored."""

    def __init__(self) -> None:
        self.committed = 0
        self.units = bytearray()
        self.requests: list[str] = []
        self.frames: list[Frame] = []
        self.rule: Answer = lambda request: None

    def __call__(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.path.partition('?')[0].removeprefix('/api/v1/')}")
        answer = self.rule(request)
        if answer is not None:
            return answer
        if request.path == "/api/v1/runs":
            return reply(201, key=7, id="VIS-7", existed=False)
        if request.path.startswith("/api/v1/ingest/writers/"):
            return reply(200, committed=self.committed)
        if request.path == "/api/v1/ingest":
            assert isinstance(request.body, bytes)
            frame = decode_frame(request.body)
            self.frames.append(frame)
            if frame.start > self.committed:
                return reply(409, error={"code": "conflict", "message": "A gap."})
            self.units += frame.units[(self.committed - frame.start) * 32 :]
            self.committed = max(self.committed, frame.stop)
            return reply(200, committed=self.committed, rejections=[])
        return reply(204)


def reply(status: int, **fields: Any) -> Response:
    return Response(status, {}, json.dumps(fields).encode())


@contextmanager
def written(folder: Path, points: int = 10) -> Iterator[Spool]:
    spool = Spool(folder, Meta(new_writer_id(), "team/vision", "run-1", 1.7e9, os.getpid(), "host"))
    series = spool.series("loss", AttributeType.FLOAT_SERIES)
    for i in range(points):
        spool.append_point(series, float(i), i)
    yield spool
    spool.close()


def drive(spool: Spool, server: Answer, *, pauses: int = 50) -> tuple[Progress, list[dict[str, Any]], list[Pause]]:
    """Run a delivery against *server* until it ends, or *pauses* were asked for."""
    page = ProgressPage(spool.folder / "progress", write=True)
    refused: list[dict[str, Any]] = []
    paused: list[Pause] = []
    stream = Stream(spool.folder)
    steps = deliver(
        stream,
        page,
        lambda entry: refused.append(dict(entry)),
        clock=lambda: float(len(paused)),
        has_ended=stream.is_closed,
        backoff=Backoff(lambda: 1.0),
    )
    event = next(steps, None)
    while event is not None and len(paused) < pauses:
        response = None
        if isinstance(event, Pause):
            paused.append(event)
        else:
            response = server(event)
        try:
            event = steps.send(response)
        except StopIteration:
            break
    page.close()
    return page.read(), refused, paused


def stored(server: Server, spool: Spool) -> list[Record]:
    return [r for r in scan(bytes(server.units), spool.salt)[0] if r.kind is not Kind.NAME]


def test_a_stream_is_delivered_in_one_go(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        progress, refused, paused = drive(spool, server)
        assert server.requests == ["POST runs", f"GET ingest/writers/{spool.meta.writer:016x}", "POST ingest"]
        assert [r.value for r in stored(server, spool)] == [float(i) for i in range(10)]
        assert (progress.state, progress.committed, progress.id) == (State.DONE, spool.position, "VIS-7")
        assert (refused, paused) == ([], [])


def test_each_frame_names_what_it_uses(folder: Path) -> None:
    server = Server()
    with written(folder, points=400_000) as spool:
        spool.close()
        drive(spool, server)
        assert len(server.frames) > 1
        for frame in server.frames:
            assert [r.payload for r in scan(frame.names, frame.salt)[0]] == [bytes([AttributeType.FLOAT_SERIES]) + b"loss"]


def test_a_server_that_has_a_part_gets_the_rest(folder: Path) -> None:
    with written(folder) as spool:
        spool.close()
        full, server = Server(), Server()
        drive(spool, full)
        server.units = full.units[: 5 * 32]
        server.committed = 5
        drive(spool, server)
        assert server.units == full.units
        assert server.frames[0].start == 5


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503])
def test_a_failure_is_tried_again_later_and_later(folder: Path, status: int) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda request: Response(status) if len(server.requests) < 12 else None
        progress, _, paused = drive(spool, server)
        assert progress.state is State.DONE
        assert [pause.seconds for pause in paused] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]
        assert len(stored(server, spool)) == 10


def test_retry_after_is_honoured(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda request: Response(503, {"retry-after": "17"}) if len(server.requests) == 1 else None
        _, _, paused = drive(spool, server)
        assert [pause.seconds for pause in paused] == [17]


def test_a_wrong_token_stops_and_keeps_everything(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda request: reply(401, error={"code": "unauthenticated", "message": "No."})
        progress, _, paused = drive(spool, server)
        assert progress.state is State.UNAUTHENTICATED
        assert "TRIREME_TOKEN" in progress.message
        assert (len(server.requests), paused) == (1, [])
        assert Stream(spool.folder).piece(0) is not None


def test_a_run_that_is_refused_says_why(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda request: reply(409, error={"code": "already_exists", "message": "The run exists.", "hint": "Pick."})
        progress, _, _ = drive(spool, server)
        assert (progress.state, progress.message) == (State.REFUSED, "The run exists. Pick.")


def test_without_a_server_it_waits(folder: Path) -> None:
    with written(folder) as spool:
        spool.close()
        progress, _, paused = drive(spool, lambda request: NO_SERVER, pauses=3)
        assert progress.state is State.NO_SERVER
        assert [pause.reason for pause in paused] == ["retry"] * 3


@settings(deadline=None, max_examples=30)
@given(st.sets(st.integers(0, 59), min_size=1, max_size=5), st.sampled_from([400, 413]))
def test_only_the_records_a_server_will_not_take_are_lost(bad: set[int], status: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, written(Path(folder), points=60) as spool:
        spool.close()
        server = Server()

        def picky(request: Request) -> Response | None:
            if request.path != "/api/v1/ingest":
                return None
            assert isinstance(request.body, bytes)
            frame = decode_frame(request.body)
            records = scan(frame.units, frame.salt)[0]
            if any(r.kind is Kind.FLOAT_POINT and r.value in bad for r in records):
                return reply(status, error={"code": "invalid_input", "message": "Not that one."})
            return None

        server.rule = picky
        progress, refused, _ = drive(spool, server)
        assert progress.state is State.DONE
        assert [r.value for r in stored(server, spool)] == [float(i) for i in range(60) if i not in bad]
        assert [(entry["path"], entry["message"]) for entry in refused] == [("loss", "Not that one.")] * len(bad)
        assert progress.rejected == len(bad)


def test_a_server_that_takes_no_frame_at_all_costs_nothing(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda r: (
            reply(400, error={"code": "invalid_input", "message": "Wrong version."}) if r.path == "/api/v1/ingest" else None
        )
        progress, _, _ = drive(spool, server)
        assert (progress.state, progress.message, progress.committed) == (State.REFUSED, "Wrong version.", 0)
        assert Stream(spool.folder).piece(0) is not None


def test_a_writer_of_another_run_is_refused_not_tried_for_ever(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        server.rule = lambda r: (
            reply(409, error={"code": "conflict", "message": "Not yours."}) if r.path == "/api/v1/ingest" else None
        )
        progress, _, paused = drive(spool, server)
        assert (progress.state, progress.message) == (State.REFUSED, "Not yours.")
        assert len(paused) == 5


def test_rejections_of_the_server_are_reported(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()
        rejection = {"unit": 3, "path": "loss", "code": "type_conflict", "message": "It is an int.", "count": 4}
        server.rule = lambda r: (
            reply(200, committed=spool.position, rejections=[rejection]) if r.path == "/api/v1/ingest" else None
        )
        progress, refused, _ = drive(spool, server)
        assert refused == [rejection]
        assert (progress.state, progress.rejected) == (State.DONE, 4)


def test_the_heart_beats_while_nothing_is_logged(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        drive(spool, server, pauses=int(3 * HEARTBEAT_SECONDS) + 2)
        assert server.requests.count("POST runs/heartbeat") == 3


def test_records_wait_for_the_files_they_refer_to(folder: Path) -> None:
    server = Server()
    with written(folder, points=3) as spool:
        sha, size = spool.store_file(b"an image")
        assert sha == hashlib.sha256(b"an image").hexdigest()
        payload = encode_file(FileRef(sha, size, "image/png", "image.png"))
        spool.append_record(spool.series("images", AttributeType.FILE_SERIES), Kind.FILE_POINT, payload)
        spool.append_point(spool.series("loss", AttributeType.FLOAT_SERIES), 3.0)
        spool.close()
        progress, _, _ = drive(spool, server, pauses=3)
        assert [r.kind for r in stored(server, spool)] == [Kind.FLOAT_POINT] * 3
        assert progress.state is State.SENDING
        refused: list[object] = []
        uploads = deliver_files(spool.folder, refused.append, has_ended=lambda: True)
        request = next(uploads)
        assert isinstance(request, Request)
        assert (request.method, request.path) == ("PUT", f"/api/v1/blobs/{sha}")
        with pytest.raises(StopIteration):
            uploads.send(Response(201))
        drive(spool, server)
        assert [r.kind for r in stored(server, spool)] == [*[Kind.FLOAT_POINT] * 3, Kind.FILE_POINT, Kind.FLOAT_POINT]


def test_a_large_file_the_server_has_is_not_sent_again(folder: Path) -> None:
    with written(folder) as spool:
        spool.store_file(bytes(100_000))
        uploads = deliver_files(spool.folder, lambda entry: None, has_ended=lambda: True)
        request = next(uploads)
        assert isinstance(request, Request) and request.method == "HEAD"
        with pytest.raises(StopIteration):
            uploads.send(Response(200))
        assert list((spool.folder / "files").iterdir()) == []


def test_a_file_that_is_refused_is_reported_and_holds_nothing_up(folder: Path) -> None:
    with written(folder) as spool:
        sha, _ = spool.store_file(b"x")
        refused: list[Any] = []
        uploads = deliver_files(spool.folder, refused.append, has_ended=lambda: True)
        next(uploads)
        with pytest.raises(StopIteration):
            uploads.send(reply(413, error={"code": "too_large", "message": "Too large."}))
        assert refused[0]["message"] == f"File {sha[:12]}…: Too large."


def test_resuming_leaves_the_last_steps_to_the_trainer(folder: Path) -> None:
    server = Server()
    with written(folder) as spool:
        spool.close()

        def existing(request: Request) -> Response | None:
            if request.path == "/api/v1/runs":
                return reply(200, key=7, id="VIS-7", existed=True)
            if "/runs/run-1/attributes" in request.path:
                if "cursor" in request.path:
                    return reply(200, attributes=[{"path": "b", "summary": {"last_step": 0.5}}], next_cursor=None)
                return reply(200, attributes=[{"path": "a", "summary": {"last_step": 41}}, {"path": "t"}], next_cursor="n")
            return None

        server.rule = existing
        progress, _, _ = drive(spool, server)
        assert progress.existed
        assert json.loads((spool.folder / "resume.json").read_text()) == {"a": 41_000_000, "b": 500_000}


@pytest.mark.parametrize("owner", [True, False])
def test_only_the_runs_own_stream_revives_it_and_only_the_first_time(folder: Path, owner: bool) -> None:
    """The stream of its hardware, say, may reach the server after the run's end did."""
    spool = Spool(folder, Meta(new_writer_id(), "team/vision", "run-1", 1.7e9, os.getpid(), "host", owner=owner))
    spool.append_point(spool.series("loss", AttributeType.FLOAT_SERIES), 1.0, 0)
    spool.close()
    server, asked = Server(), []

    def note(request: Request) -> None:
        if request.path == "/api/v1/runs":
            assert isinstance(request.body, bytes)
            asked.append(json.loads(request.body)["revive"])

    server.rule = note
    drive(spool, server)
    drive(spool, server)
    assert asked == [owner, False]


def test_answers_are_sorted_by_what_follows() -> None:
    assert [judge(Response(status)) for status in (200, 201, 204, 0, 503, 401, 403, 409, 400, 413, 404, 418)] == [
        *[Verdict.DONE] * 3, Verdict.AGAIN, Verdict.AGAIN, Verdict.WHO, Verdict.WHO, Verdict.OUT_OF_STEP,
        Verdict.TOO_MUCH, Verdict.TOO_MUCH, Verdict.NEVER, Verdict.NEVER,
    ]  # fmt: skip


@given(st.floats(0, 1), st.integers(0, 100))
def test_backoff_stays_within_its_bounds(jitter: float, attempts: int) -> None:
    backoff = Backoff(lambda: jitter)
    for _ in range(attempts):
        assert 0.25 <= backoff.next(Response(0)) <= MAX_RETRY_SECONDS
    backoff.reset()
    assert backoff.next(Response(0)) <= 0.5


@given(st.binary(max_size=200), st.sampled_from([0, 400, 502]))
def test_any_answer_has_a_sentence(body: bytes, status: int) -> None:
    assert error_text(Response(status, {}, body))


def test_the_middle_is_between_records(folder: Path) -> None:
    with written(folder, points=0) as spool:
        series = spool.series("log", AttributeType.STRING_SERIES)
        for i in range(9):
            spool.append_record(series, Kind.STRING_POINT, b"x" * 50 * i)
        piece = Stream(spool.folder).piece(0)
        assert piece is not None
        starts = {record.unit for record in scan(piece.units, spool.salt)[0]}
        assert middle_of(piece, spool.salt) in starts - {0}
