"""The sender process's own parts: the hardware's stream, and streams nobody closed."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.ingest_server import IngestServer
from trireme.client import locks
from trireme.client.sender import Delivery, Server, end_abandoned, measure_hardware
from trireme.client.spool import Spool, new_writer_id
from trireme.client.stream import SENDER_LOCK, WRITER_LOCK, Meta, Stream, streams
from trireme.domain.types import AttributeType


class Sampler:
    """Counts how often it was asked."""

    interval_seconds = 0.01

    def __init__(self, pid: int, host: str) -> None:
        self.path = f"system/{host}/cpu"
        self.asked = 0

    def sample(self) -> dict[str, float]:
        self.asked += 1
        return {self.path: float(self.asked)}


def new_stream(folder: Path, *, owner: bool = True) -> Stream:
    """A stream with one point, whose writer has just died."""
    spool = Spool(folder / "spool", Meta(new_writer_id(), "a/b", "r", time.time(), os.getpid(), "host", owner=owner))
    spool.append_point(spool.series("loss", AttributeType.FLOAT_SERIES), 1.0)
    locks.release(spool.folder / WRITER_LOCK)
    return Stream(spool.folder)


def deliver(stream: Stream, server: IngestServer) -> bool:
    assert locks.acquire(stream.folder / SENDER_LOCK)
    delivery = Delivery(stream.folder, lambda: Server(server.url, stream.folder, None), give_up_after=10)
    try:
        return delivery.run()
    finally:
        delivery.close()
        locks.release(stream.folder / SENDER_LOCK)


def test_the_machine_is_measured_into_a_stream_of_its_own(
    server: IngestServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("trireme.client.hardware")
    monkeypatch.setattr(module, "Sampler", Sampler, raising=False)
    monkeypatch.setitem(sys.modules, "trireme.client.hardware", module)
    stream = new_stream(folder)
    stopping, known = threading.Event(), threading.Event()
    target = lambda: Server(server.url, folder, None, only_if=known.is_set)  # noqa: E731
    thread = threading.Thread(target=measure_hardware, args=(stream, target, stopping))
    thread.start()
    assert deliver(stream, server)
    assert server.points("system/host/cpu") == [], "the run's own stream comes first"
    known.set()
    assert server.wait_for(lambda: len(server.points("system/host/cpu")) >= 3)
    stopping.set()
    thread.join()
    values = [value for _, value in server.points("system/host/cpu")]
    assert values == [float(i + 1) for i in range(len(values))]
    assert streams(folder / "spool") == []


def test_a_stream_nobody_closed_ends_as_aborted(server: IngestServer, folder: Path) -> None:
    stream = new_stream(folder)
    assert deliver(stream, server)
    assert server.value("sys/state") == "aborted"
    assert streams(folder / "spool") == []


def test_a_child_that_died_does_not_abort_the_run(server: IngestServer, folder: Path) -> None:
    stream = new_stream(folder, owner=False)
    assert deliver(stream, server)
    assert (server.value("sys/state"), server.points("loss")) == (None, [(0, 1.0)])


def test_a_closed_stream_is_left_as_it_is(folder: Path) -> None:
    stream = new_stream(folder)
    end_abandoned(stream)
    size = stream.stop_unit()
    end_abandoned(stream)
    assert stream.stop_unit() == size
