"""What the ingest service takes, what it refuses, and that a refusal costs one record only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from trireme.domain.errors import Conflict, CorruptData, NotFound
from trireme.domain.frame import encode_frame
from trireme.domain.permissions import Actor
from trireme.domain.records import (
    MICRO,
    POINT,
    UNIT,
    FileRef,
    Histogram,
    Kind,
    encode_file,
    encode_histogram,
    encode_value,
    pack,
)
from trireme.domain.types import AttributeType as T
from trireme.protocols.native.mapping import accept_frame
from trireme.server.services import Services
from trireme.services.ingest import IngestResult
from trireme.services.series import SeriesKey

WRITER = 0xABCD_EF01_2345_6789
SALT = WRITER & 0xFFFF
NOW = 1_700_000_000.0


class Stream:
    """Builds a stream record by record and sends it."""

    def __init__(self, services: Services, actor: Actor, run: str, writer: int = WRITER) -> None:
        self.services, self.actor, self.run, self.writer = services, actor, run, writer
        self.salt = writer & 0xFFFF
        self.position = 0
        self.names: dict[tuple[str, T], int] = {}
        self.pending = bytearray()

    def name(self, path: str, type_: T) -> int:
        return self.names.setdefault((path, type_), len(self.names))

    def point(self, path: str, value: float, step: float = 0, *, flags: int = 0) -> Stream:
        number = self.name(path, T.FLOAT_SERIES)
        self.pending += POINT.pack(Kind.FLOAT_POINT, flags, self.salt, number, round(step * MICRO), NOW + step, value)
        return self

    def record(self, kind: Kind, path: str, type_: T, payload: bytes, step: float = 0) -> Stream:
        self.pending += pack(kind, self.salt, self.name(path, type_), payload, step=round(step * MICRO), timestamp=NOW + step)
        return self

    def assign(self, path: str, type_: T, value: Any) -> Stream:
        return self.record(Kind.ASSIGN, path, type_, encode_value(type_, value))

    def frame(self) -> bytes:
        names = b"".join(
            pack(Kind.NAME, self.salt, number, bytes([type_]) + path.encode()) for (path, type_), number in self.names.items()
        )
        return encode_frame("default/ingest", self.run, self.writer, self.position, names, bytes(self.pending))

    def send(self) -> IngestResult:
        result = accept_frame(self.services.ingest, self.services.names, self.actor, self.frame())
        self.position = result.committed
        self.pending.clear()
        return result


@pytest.fixture
def stream(services: Services, actor: Actor) -> Callable[..., Stream]:
    def make(run: str = "r", writer: int = WRITER) -> Stream:
        services.runs.create(
            actor, project="default/ingest", custom_run_id=run, name=None, tags=[], created_at=None, resume="allow"
        )
        return Stream(services, actor, run, writer)

    return make


def attributes(services: Services, actor: Actor, run: str = "r") -> dict[str, Any]:
    """Values of a run by path; series as (count, last)."""
    project = services.projects.get(actor, "default", "ingest")
    record = services.runs.find(actor, project, run)
    found, _ = services.search.run_attributes(actor, project, record, limit=10_000)
    return {
        a.path: (a.summary.count, a.summary.last) if a.summary else a.value
        for a in found
        if not a.path.startswith("sys/") or a.path in ("sys/tags", "sys/state", "sys/failed")
    }


def codes(result: IngestResult) -> list[tuple[str, str, int]]:
    return sorted((rejection.path, rejection.code, rejection.count) for rejection in result.rejections)


def test_every_type_comes_back(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    ref = FileRef("ab" * 32, 12, "text/plain", "notes.txt")
    s = stream()
    s.assign("float", T.FLOAT, math.inf).assign("int", T.INT, -(2**63)).assign("text", T.STRING, "żółw 🐢").assign(
        "flag", T.BOOL, True
    )
    s.assign("when", T.DATETIME, 1_700_000_000_123).assign("tags", T.STRING_SET, {"b", "a"}).assign("file", T.FILE, ref)
    s.point("loss", 0.5, 1).point("loss", math.nan, 2)
    s.record(Kind.STRING_POINT, "log", T.STRING_SERIES, "line ą".encode(), 1)
    s.record(Kind.HISTOGRAM_POINT, "weights", T.HISTOGRAM_SERIES, encode_histogram(Histogram((0, 1, 2), (3, 4))), 1)
    s.record(Kind.FILE_POINT, "images", T.FILE_SERIES, encode_file(ref), 1)
    assert s.send().rejections == []
    found = attributes(services, actor)
    assert found["float"] == math.inf and found["int"] == -(2**63) and found["text"] == "żółw 🐢" and found["flag"] is True
    assert found["when"].timestamp() == 1_700_000_000.123 and found["tags"] == {"a", "b"} and found["file"] == ref
    assert found["loss"][0] == 2 and math.isnan(found["loss"][1])
    assert (found["log"], found["weights"][0], found["images"][0]) == ((1, "line ą"), 1, 1)


def test_whoever_only_adds_to_an_ended_run_does_not_revive_it(
    services: Services, actor: Actor, stream: Callable[..., Stream]
) -> None:
    stream().assign("sys/state", T.RUN_STATE, "finished").send()
    for revive, state in ((False, "finished"), (True, "running")):
        view = services.runs.create(actor, project="default/ingest", custom_run_id="r", revive=revive)
        assert view.existed and (view.state, attributes(services, actor)["sys/state"]) == (state, state)


def test_a_repeated_frame_changes_nothing(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    for step in range(100):
        s.point("loss", step, step)
    frame = s.frame()
    for _ in range(3):
        assert accept_frame(services.ingest, services.names, actor, frame).committed == 100
    assert attributes(services, actor)["loss"] == (100, 99)


def test_an_overlapping_frame_stores_only_what_is_new(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("loss", 0, 0).point("loss", 1, 1).send()
    s.position = 0
    s.point("loss", 0, 0).point("loss", 1, 1).point("loss", 2, 2)
    assert s.send().committed == 3
    assert attributes(services, actor)["loss"] == (3, 2)


def test_a_gap_is_refused(services: Services, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("loss", 0).send()
    s.position = 5
    s.point("loss", 1)
    with pytest.raises(Conflict, match="only 1 are stored"):
        s.send()


def test_equal_points_are_two_points(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    stream().point("loss", 1, 1).point("loss", 1, 1).send()
    stream(writer=WRITER + (1 << 50)).point("loss", 1, 1).send()
    assert attributes(services, actor)["loss"] == (3, 1)


def test_one_path_has_one_type(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("x", 1, 1).assign("y", T.STRING, "text").send()
    s.assign("x", T.STRING, "no").point("y", 1, 1).point("y", 2, 2).point("z", 3, 3)
    result = s.send()
    assert codes(result) == [("x", "type_conflict", 1), ("y", "type_conflict", 2)]
    assert "'y' is a string in this run; a float_series was sent" in result.rejections[0].message + result.rejections[1].message
    assert attributes(services, actor)["z"] == (1, 3)


def test_types_are_remembered_over_a_restart(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    stream().point("x", 1, 1).send()
    services.ingest._types = type(services.ingest._types)(services.ingest._warehouse)
    result = stream(writer=WRITER + (1 << 50)).assign("x", T.INT, 1).send()
    assert codes(result) == [("x", "type_conflict", 1)]


def test_delete_then_another_type(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("x", 1, 1).point("x", 2, 2).point("keep", 1, 1)
    s.record(Kind.DELETE, "x", T.FLOAT_SERIES, b"")
    s.assign("x", T.STRING, "now text")
    assert s.send().rejections == []
    assert attributes(services, actor)["x"] == "now text"
    s.record(Kind.DELETE, "x", T.STRING, b"").point("x", 7, 7)
    assert s.send().rejections == []
    found = attributes(services, actor)
    assert found["x"] == (1, 7) and found["keep"] == (1, 1)


def test_sets_are_edited(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.assign("sys/tags", T.STRING_SET, {"a", "b"})
    s.record(Kind.EDIT_SET, "sys/tags", T.STRING_SET, b'{"add": ["c"], "remove": ["a", "nothing"]}')
    s.send()
    assert attributes(services, actor)["sys/tags"] == {"b", "c"}
    s.record(Kind.EDIT_SET, "sys/tags", T.STRING_SET, b'{"add": "text"').point("loss", 1)
    assert codes(s.send()) == [("sys/tags", "corrupt_data", 1)]
    assert attributes(services, actor)["sys/tags"] == {"b", "c"}


def test_the_servers_own_attributes_are_refused(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.assign("sys/id", T.STRING, "MINE-1").assign("sys/name", T.STRING, "fine").assign("sys/state", T.RUN_STATE, "failed")
    assert codes(s.send()) == [("sys/id", "read_only", 1)]
    assert attributes(services, actor)["sys/failed"] is True


BAD: list[tuple[str, Callable[[Stream], object], Sequence[tuple[str, str, int]]]] = [
    ("a path that is too long", lambda s: s.point("p" * 1025, 1), [("p" * 1025, "corrupt_data", 1)]),
    ("an empty part", lambda s: s.point("a//b", 1), [("a//b", "corrupt_data", 1)]),
    ("a control character", lambda s: s.point("a\nb", 1), [("a\nb", "corrupt_data", 1)]),
    (
        "text that is not UTF-8",
        lambda s: s.record(Kind.STRING_POINT, "t", T.STRING_SERIES, b"\xff\xfe"),
        [("t", "corrupt_data", 1)],
    ),
    (
        "a histogram that is none",
        lambda s: s.record(Kind.HISTOGRAM_POINT, "h", T.HISTOGRAM_SERIES, b"xx"),
        [("h", "corrupt_data", 1)],
    ),
    (
        "a file without digest",
        lambda s: s.record(Kind.FILE_POINT, "f", T.FILE_SERIES, b'["..",1,"",""]'),
        [("f", "corrupt_data", 1)],
    ),
    ("a value of the wrong size", lambda s: s.record(Kind.ASSIGN, "v", T.FLOAT, b"abc"), [("v", "corrupt_data", 1)]),
    ("a string over the limit", lambda s: s.record(Kind.ASSIGN, "v", T.STRING, b"x" * 1_100_000), [("v", "invalid_input", 1)]),
    (
        "a point under another kind's name",
        lambda s: s.record(Kind.STRING_POINT, "n", T.FLOAT_SERIES, b"x"),
        [("n", "corrupt_data", 1)],
    ),
]


@pytest.mark.parametrize(("add", "expected"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_records_cost_themselves_only(
    services: Services,
    actor: Actor,
    stream: Callable[..., Stream],
    add: Callable[[Stream], object],
    expected: Sequence[tuple[str, str, int]],
) -> None:
    s = stream()
    s.point("before", 1)
    add(s)
    s.point("after", 2)
    assert codes(s.send()) == expected
    found = attributes(services, actor)
    assert found["before"] == (1, 1) and found["after"] == (1, 2)


def test_damaged_units_are_counted(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("before", 1)
    s.pending += b"\x63" * (3 * UNIT) + bytes(2 * UNIT)  # noise, then a hole that was never written
    s.point("after", 2)
    result = s.send()
    assert codes(result) == [("", "corrupt_data", 3)] and result.committed == 7
    assert attributes(services, actor)["after"] == (1, 2)


def test_points_without_a_name(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("loss", 1)
    s.pending += POINT.pack(Kind.FLOAT_POINT, 0, SALT, 77, 0, NOW, 1.0)
    assert codes(s.send()) == [("", "corrupt_data", 1)]


def test_unknown_places(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = Stream(services, actor, "nowhere").point("x", 1)
    with pytest.raises(NotFound, match="no project"):
        s.send()
    stream()
    with pytest.raises(NotFound, match="no run 'nowhere'"):
        s.send()
    with pytest.raises(CorruptData, match="TRI1"):
        accept_frame(services.ingest, services.names, actor, b"nonsense nonsense")


def test_a_writer_belongs_to_one_run(services: Services, stream: Callable[..., Stream]) -> None:
    stream("one").point("x", 1).send()
    services.ingest._writers.clear()
    with pytest.raises(Conflict, match="another run"):
        stream("two").point("x", 1).send()


def test_previews_are_kept_apart(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    s.point("loss", 1, 1).point("loss", 99, 2, flags=1).send()
    assert attributes(services, actor)["loss"] == (1, 1)
    project = services.projects.get(actor, "default", "ingest")
    run = services.runs.find(actor, project, "r")
    page = services.series.points(actor, project, [SeriesKey(run.key, "loss")])
    assert page.table["preview"].to_pylist() == [False, True]


def test_console_pages_forth_and_back(services: Services, actor: Actor, stream: Callable[..., Stream]) -> None:
    s = stream()
    for step in range(250):
        s.record(Kind.STRING_POINT, "out", T.STRING_SERIES, f"line {step}".encode(), step)
    s.send()
    project = services.projects.get(actor, "default", "ingest")
    key = SeriesKey(services.runs.find(actor, project, "r").key, "out")
    tail = services.series.strings(actor, project, key, tail=20)
    assert tail.table["value"].to_pylist() == [f"line {step}" for step in range(230, 250)] and tail.total == 250
    before = services.series.strings(actor, project, key, limit=20, cursor=tail.previous_cursor)
    assert before.table["value"].to_pylist() == [f"line {step}" for step in range(210, 230)]
    assert services.series.strings(actor, project, key, cursor=tail.next_cursor).table.num_rows == 0
    s.record(Kind.STRING_POINT, "out", T.STRING_SERIES, b"new", 250).send()
    news = services.series.strings(actor, project, key, cursor=tail.next_cursor)
    assert news.table["value"].to_pylist() == ["new"]
