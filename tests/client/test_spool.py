"""The spool: what is logged is on disk at once, and damage costs what was damaged only."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trireme.client import locks, segment
from trireme.client.spool import Spool, adopt, new_writer_id
from trireme.client.stream import Meta, Stream, streams
from trireme.domain.errors import TypeConflict
from trireme.domain.records import MICRO, UNIT, Kind, encode_value, scan
from trireme.domain.types import AttributeType

FLOATS = AttributeType.FLOAT_SERIES
PATHS = st.sampled_from(["loss", "train/acc", "ünï/cødé", "a b", "x" * 1000])
POINTS = st.tuples(st.just("point"), PATHS, st.floats(), st.integers(-9 * 10**18, 9 * 10**18), st.floats(0, 4e9, allow_nan=False))
TEXTS = st.tuples(st.just("text"), PATHS, st.text(max_size=400), st.integers(-(10**12), 10**12), st.floats(0, 4e9))
VALUES = st.tuples(st.just("value"), PATHS, st.text(max_size=100), st.just(0), st.floats(0, 4e9))
LOG = st.lists(st.one_of(POINTS, TEXTS, VALUES), max_size=60)


def meta(writer: int | None = None) -> Meta:
    return Meta(writer or new_writer_id(), "team/vision", "run-1", 1.7e9, os.getpid(), "host")


@contextmanager
def new_spool(root: Path | None = None) -> Iterator[Spool]:
    """A spool in a folder of its own that is closed and removed afterwards."""
    made = Path(tempfile.mkdtemp()) if root is None else root
    spool = Spool(made, meta())
    try:
        yield spool
    finally:
        spool.close()
        if root is None:
            shutil.rmtree(made)


def log(spool: Spool, entries: list[tuple[str, str, object, int, float]]) -> list[tuple[object, ...]]:
    """Log *entries* and return what a reader must find."""
    expected: list[tuple[object, ...]] = []
    for what, path, value, step, timestamp in entries:
        if what == "point":
            assert isinstance(value, float)
            series = spool.series(f"f/{path}", FLOATS)
            spool.append_point(series, value, step, timestamp)
            expected.append((f"f/{path}", Kind.FLOAT_POINT, step, timestamp, repr(value), b""))
            continue
        kind = Kind.STRING_POINT if what == "text" else Kind.ASSIGN
        type_ = AttributeType.STRING_SERIES if what == "text" else AttributeType.STRING
        payload = encode_value(AttributeType.STRING, value)
        spool.append_record(spool.series(f"{what}/{path}", type_), kind, payload, step, timestamp)
        expected.append((f"{what}/{path}", kind, step, timestamp, "0.0", payload))
    return expected


def read(folder: Path) -> list[tuple[object, ...]]:
    """Everything in a stream, as `log` returns it."""
    stream = Stream(folder)
    position, found = 0, []
    while piece := stream.piece(position):
        assert piece.start == position
        records, _ = scan(piece.units, stream.salt, first_unit=piece.start)
        found += records
        position = piece.stop
    names = {number: (record[33:].rstrip(b"\0")).decode() for number, record in stream.names().items()}
    return [(names.get(r.name), r.kind, r.step, r.timestamp, repr(r.value), r.payload) for r in found if r.kind is not Kind.NAME]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LOG)
def test_what_is_logged_is_read_back_in_order(entries: list[tuple[str, str, object, int, float]]) -> None:
    with new_spool() as spool:
        expected = log(spool, entries)
        assert read(spool.folder) == expected
        spool.close()
        assert read(spool.folder) == expected
        assert Stream(spool.folder).is_closed()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LOG, st.data())
def test_damage_loses_the_damaged_records_only(entries: list[tuple[str, str, object, int, float]], data: st.DataObject) -> None:
    with new_spool() as spool:
        expected = log(spool, entries)
        spool.close()
        (_, path), *_ = segment.segments(spool.folder, segment.STREAM)
        content = bytearray(path.read_bytes())
        start = data.draw(st.integers(0, max(len(content) - 1, 0)), label="start")
        length = data.draw(st.integers(1, 100), label="length")
        if data.draw(st.booleans(), label="cut the end off"):
            touched = set(range(start, len(content)))
            path.write_bytes(content[:start])
        else:
            content[start : start + length] = data.draw(st.binary(min_size=length, max_size=length), label="bytes")
            touched = set(range(start, start + length))
            path.write_bytes(content)
        found = read(spool.folder)
        # A record whose bytes were all left alone is there, in order, and nothing else is, but for what stands in
        # damaged units.
        units = {(offset - segment.HEADER_BYTES) // UNIT for offset in touched}
        intact = _untouched(spool, expected, units)
        remaining = iter(found)
        assert all(any(_same(record, candidate) for candidate in remaining) for record in intact)
        assert len(found) <= len(expected) + len(units)


def _untouched(spool: Spool, expected: list[tuple[object, ...]], units: set[int]) -> list[tuple[object, ...]]:
    """Those of *expected* that do not lie in *units*; positions follow from the sizes."""
    position, defined, kept = 0, set[object](), []
    for entry in expected:
        path, kind, *_, payload = entry
        assert isinstance(payload, bytes) and isinstance(path, str)
        if path not in defined:
            defined.add(path)
            position += 1 + -(-(1 + len(path.encode())) // UNIT)
        size = 1 if kind is Kind.FLOAT_POINT else 1 + -(-len(payload) // UNIT)
        if not units & set(range(position, position + size)):
            kept.append(entry)
        position += size
    return kept


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return one == other


def test_a_damaged_header_is_replaced_by_what_the_file_says(folder: Path) -> None:
    with new_spool(folder) as spool:
        expected = log(spool, [("point", "loss", float(i), i, 1.0) for i in range(100)])
        spool.close()
        (_, path), *_ = segment.segments(spool.folder, segment.STREAM)
        with open(path, "r+b") as file:
            file.write(b"?" * segment.HEADER_BYTES)
        assert read(spool.folder) == expected


def test_a_missing_segment_is_a_gap_of_zeros(folder: Path) -> None:
    with new_spool(folder) as spool:
        series = spool.series("loss", FLOATS)
        for i in range(30_000):
            spool.append_point(series, float(i))
        spool.close()
        _, second, *rest = segment.segments(spool.folder, segment.STREAM)
        assert rest
        os.unlink(second[1])
        values = [float(text) for *_, text, _ in read(spool.folder)]  # type: ignore[arg-type]
        lost = rest[0][0] - second[0]
        assert len(values) == 30_000 - lost
        assert values == sorted(values)


def test_segments_rotate_and_the_delivered_ones_go(folder: Path) -> None:
    with new_spool(folder) as spool:
        series = spool.series("loss", FLOATS)
        for i in range(100_000):
            spool.append_point(series, float(i), i)
        stream = Stream(spool.folder)
        found = segment.segments(spool.folder, segment.STREAM)
        assert len(found) > 2
        stream.delete_before(found[2][0])
        assert [first for first, _ in segment.segments(spool.folder, segment.STREAM)] == [first for first, _ in found[2:]]
        piece = stream.piece(found[2][0])
        assert piece is not None and stream.names()[0] in piece.names, "names stay when their segment is gone"
        stream.delete_before(1 << 40)
        assert len(segment.segments(spool.folder, segment.STREAM)) == 1, "the open segment stays"


def test_a_record_larger_than_a_segment_gets_one_of_its_own(folder: Path) -> None:
    with new_spool(folder) as spool:
        text = "x" * 1_000_000
        expected = log(spool, [("value", "big", text, 0, 1.0), ("point", "loss", 1.0, 0, 1.0)])
        assert read(spool.folder) == expected


def test_automatic_steps_go_on_after_the_last(folder: Path) -> None:
    with new_spool(folder) as spool:
        series = spool.series("loss", FLOATS)
        for step in (None, None, 10 * MICRO, None, MICRO // 2, None):
            spool.append_point(series, 0.0, step)
        assert [entry[2] for entry in read(spool.folder)] == [
            0,
            MICRO,
            10 * MICRO,
            11 * MICRO,
            MICRO // 2,
            3 * MICRO // 2,
        ]


def test_a_path_has_one_type_until_it_is_deleted(folder: Path) -> None:
    with new_spool(folder) as spool:
        spool.series("loss", FLOATS)
        with pytest.raises(TypeConflict, match=r"'loss' is a float_series in this run; a string was not stored"):
            spool.series("loss", AttributeType.STRING)
        spool.forget("loss")
        assert spool.series("loss", AttributeType.STRING).type is AttributeType.STRING


def test_threads_lose_nothing(folder: Path) -> None:
    with new_spool(folder) as spool:
        barrier = threading.Barrier(4)

        def work(number: int) -> None:
            barrier.wait()
            for i in range(5000):
                spool.append_point(spool.series(f"t{(i + number) % 7}", FLOATS), float(number), i * MICRO)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(float(text) for *_, text, _ in read(spool.folder)) == sorted([0.0, 1.0, 2.0, 3.0] * 5000)  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_a_signal_handler_may_log(folder: Path) -> None:
    with new_spool(folder) as spool:
        main, other = spool.series("main", FLOATS), spool.series("signal", FLOATS)
        calls = 0

        def handler(*_: object) -> None:
            nonlocal calls
            calls += 1
            spool.append_point(other, 1.0)

        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        try:
            for i in range(150_000):
                spool.append_point(main, float(i))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        entries = read(spool.folder)
        kept = sum(entry[0] == "signal" for entry in entries)
        assert sum(entry[0] == "main" for entry in entries) == 150_000
        assert kept + spool.dropped == calls


KILLED = """
import sys, os, random
from pathlib import Path
from trireme.client.spool import Spool, new_writer_id
from trireme.client.stream import Meta
from trireme.domain.records import Kind
from trireme.domain.types import AttributeType
spool = Spool(Path(sys.argv[1]), Meta(new_writer_id(), "a/b", "r", 0.0, os.getpid(), "h"))
floats, texts = spool.series("loss", AttributeType.FLOAT_SERIES), spool.series("log", AttributeType.STRING_SERIES)
out = os.dup(1)
i = 0
while True:
    for _ in range(random.randrange(1, 40)):
        if i % 5:
            spool.append_point(floats, float(i), i)
        else:
            spool.append_record(texts, Kind.STRING_POINT, str(i).encode() * (1 + i % 50), i)
        i += 1
    os.write(out, b"%d\\n" % i)
"""


@pytest.mark.parametrize("patience", [0.0, 0.02, 0.05, 0.15, 0.3])
def test_kill_9_loses_nothing_that_a_call_returned_for(folder: Path, patience: float) -> None:
    folder.mkdir()
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    threading.Event().wait(patience)
    child.kill()
    acknowledged = int(child.stdout.read().split()[-1] if patience else b"1")
    child.wait()
    child.stdout.close()
    (path,) = streams(folder)
    assert not Stream(path).writer_is_alive()
    steps = [entry[2] for entry in read(path)]
    assert steps == list(range(len(steps)))
    assert len(steps) >= acknowledged


def test_a_stream_left_behind_can_be_continued(folder: Path) -> None:
    with new_spool(folder) as spool:
        log(spool, [("point", "loss", 1.0, 0, 1.0)])
        assert adopt(Stream(spool.folder)) is None, "its writer lives"
        locks.release(spool.folder / "writer.lock")
        heir = adopt(Stream(spool.folder))
        assert heir is not None
        heir.append_record(heir.series("sys/state", AttributeType.RUN_STATE), Kind.ASSIGN, b"aborted")
        heir.close()
        assert [(entry[0], entry[5]) for entry in read(spool.folder)] == [("f/loss", b""), ("sys/state", b"aborted")]


def test_a_full_disk_drops_and_counts_and_says_so_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    spool = Spool(folder, meta(), on_full=said.append)
    series = spool.series("loss", FLOATS)
    spool.append_point(series, 0.0)
    full = True

    def reserve(fd: int, offset: int, size: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        os.truncate(fd, size)

    monkeypatch.setattr(os, "posix_fallocate", reserve)
    for i in range(20_000):
        spool.append_point(series, float(i))
    assert 0 < spool.dropped < 20_000
    assert said and "no space left" in said[0] and "Logging goes on by itself" in said[0]
    full = False
    before = spool.dropped
    clock = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    spool.append_point(series, 7.0)
    assert spool.dropped == before
    monkeypatch.undo()
    assert read(spool.folder)[-1][4] == "7.0"
    spool.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux", reason="mounts a tmpfs")
def test_a_really_full_disk_never_kills(tmp_path: Path) -> None:
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        spool = Spool(mount, meta())
        series = spool.series("loss", FLOATS)
        for i in range(100_000):
            spool.append_point(series, float(i), i)
        kept = read(spool.folder)
        assert [entry[2] for entry in kept] == list(range(len(kept)))
        assert len(kept) + spool.dropped == 100_000
        assert len(kept) > 10_000
        spool.close()
    finally:
        subprocess.run(["umount", "--lazy", mount], check=True)
