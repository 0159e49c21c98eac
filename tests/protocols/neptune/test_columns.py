"""Columns taken straight from a body's bytes, compared with what protobuf makes of the same body."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trireme.domain.errors import CorruptData
from trireme.domain.ids import ProjectId
from trireme.domain.project import ProjectRecord
from trireme.protocols.neptune.columns import read_columns, spans_of
from trireme.protocols.neptune.ingest import RunOperation, decode, read_batch
from trireme.protocols.neptune.snapshots import SnapshotReader

PROJECT = ProjectRecord(ProjectId(1), "lab", "p", "P", "", 0, 0, None)
Seen = tuple[dict[int, int], list[Any], list[Any], list[Any]]


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points without a time get the present one."""
    monkeypatch.setattr("time.time_ns", lambda: 1_800_000_000_000_000_000)


def reader() -> SnapshotReader:
    return SnapshotReader(PROJECT)


def told(read: SnapshotReader) -> Seen:
    """Everything that came out, float points series by series in their order."""
    writes = read.take()
    if writes is None:
        return dict(read.outcome), [], [], []
    floats: dict[str, list[Any]] = {}
    if writes.floats is not None:
        entries = writes.floats
        columns = (entries.path, entries.step, entries.timestamp, entries.value, entries.preview)
        for path, step, when, value, preview in zip(*(column.tolist() for column in columns), strict=True):
            floats.setdefault(writes.paths[path], []).append((step, when, struct.pack("<d", value), preview))
    points = [(writes.paths[p.path], p.step, p.timestamp, p.value, p.preview) for p in writes.points]
    values = [(writes.paths[v.path], v) for v in writes.values]
    by_path = [(path, [v for p, v in values if p == path]) for path in sorted({path for path, _ in values})]
    simple = [(path, [(type(v).__name__, getattr(v, "value", None)) for v in found]) for path, found in by_path]
    return dict(read.outcome), sorted(floats.items()), sorted(points, key=repr), simple


def plainly(body: bytes) -> Seen | None:
    """What reading every snapshot as a message gives; None for a body that is no message."""
    try:
        operation = RunOperation.FromString(body)
    except Exception:
        return None
    read = reader()
    for snapshot in operation.update_batch.snapshots:
        read.read(snapshot)
    return told(read)


def by_columns(body: bytes) -> Seen | None:
    try:
        operation, spans = decode(body)
        read = reader()
        if spans is not None:
            if not read_batch(read, body, spans):
                return plainly(body)
        else:
            for snapshot in operation.update_batch.snapshots:
                read.read(snapshot)
        return told(read)
    except CorruptData:
        return None


numbers = st.one_of(
    st.floats().map(lambda value: {"float64": value}),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: {"int64": value}),
    st.integers(-3, 300).map(lambda value: {"int64": value}),
)
odd = st.sampled_from([{"string": "x"}, {"bool": True}, {}, {"histogram": {"bin_edges": [0, 1], "counts": {"values": [1]}}}])
steps = st.one_of(
    st.integers(0, 300).map(lambda whole: {"whole": whole}),
    st.fixed_dictionaries(
        {"whole": st.sampled_from([0, 1, 10**12 - 1, 10**12, 2**63 + 5]), "micro": st.sampled_from([0, 5, 999_999, 10**6])}
    ),
)
times = st.fixed_dictionaries(
    {
        "seconds": st.sampled_from([0, 1_700_000_000, 1_700_000_001, 2**62, -5]),
        "nanos": st.sampled_from([0, 1_000_000, 999_999_999, -1]),
    }
)
names = st.sampled_from(["a", "b/c", "längs", "/a", "sys/id", "", "/", "x" * 1025, "d", "e"])


@st.composite
def batches(draw: st.DrawFn) -> bytes:
    """Bodies as clients send them: a few sets of metrics, each in many snapshots; and now and then something else."""
    sets = draw(st.lists(st.lists(names, min_size=1, max_size=4, unique=True), min_size=1, max_size=3))
    snapshots = []
    for _ in range(draw(st.integers(1, 24))):
        kind = draw(st.integers(0, 19))
        chosen = draw(st.sampled_from(sets))
        value = st.one_of(numbers, odd) if kind == 0 else numbers
        snapshot: dict[str, Any] = {"append": {name: draw(value) for name in chosen}, "step": draw(steps)}
        if draw(st.booleans()):
            snapshot["timestamp"] = draw(times)
        if kind == 1:
            snapshot["assign"] = {"lr": {"float64": 0.5}}
        if kind == 2:
            snapshot["preview"] = {"is_preview": True, "completion_ratio": 0.5}
        snapshots.append(snapshot)
    body: bytes = RunOperation(project="lab/p", run_id="r", update_batch={"snapshots": snapshots}).SerializeToString()
    return body


@given(batches())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_columns_hold_what_protobuf_reads(body: bytes) -> None:
    assert by_columns(body) == plainly(body)


@given(batches(), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=3))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_bodies_are_read_as_protobuf_reads_them(body: bytes, damage: list[tuple[float, int]]) -> None:
    changed = bytearray(body)
    for place, byte in damage:
        changed[int(place * len(changed))] = byte
    assert by_columns(bytes(changed)) == plainly(bytes(changed))


@given(batches(), st.floats(0, 1))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_bodies_are_refused_as_protobuf_refuses_them(body: bytes, share: float) -> None:
    cut = body[: int(share * len(body))]
    assert by_columns(cut) == plainly(cut)


def test_a_client_that_logs_the_same_metrics_is_read_by_columns() -> None:
    snapshots = [
        {
            "append": {"loss": {"float64": 1 / (n + 1)}, "epoch": {"int64": n % 100}},
            "step": {"whole": n},
            "timestamp": {"seconds": 1_700_000_000 + n, "nanos": 300_000_000 + 1000 * n},
        }
        for n in range(1000)
    ]
    body = RunOperation(project="lab/p", run_id="r", update_batch={"snapshots": snapshots}).SerializeToString()
    spans = spans_of(body, allowed=2000)
    assert spans is not None
    columns, rest = read_columns(body, spans.starts, spans.stops)
    assert sum(len(part.snapshot) for part in columns) + len(rest) == 1000
    assert len(rest) < 10


def unusual() -> Iterator[bytes]:
    """The same points where nobody expects them."""
    batch = RunOperation(update_batch={"snapshots": [{"append": {"m": {"float64": n}}, "step": {"whole": n}} for n in range(6)]})
    head = RunOperation(project="lab/p", run_id="r").SerializeToString()
    body: bytes = batch.SerializeToString()
    yield body + head
    yield head + body + body
    yield head + body + RunOperation(create={"run_id": "r"}).SerializeToString()
    yield head + RunOperation(create={"run_id": "r"}).SerializeToString() + body
    yield head + body + b"\x1b\x1c"  # an unknown group
    yield head + body + b"\xa2\x06\x01x"  # an unknown field 100
    yield head + body + b"\x40\x01"  # field 8 as a varint


@pytest.mark.parametrize("number", range(7))
def test_unusual_bodies_are_read_as_protobuf_reads_them(number: int) -> None:
    body = list(unusual())[number]
    assert by_columns(body) == plainly(body)
