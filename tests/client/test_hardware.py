"""The sampler on the real machine; its GPU part where there is a GPU."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trireme
from tests.support.ingest_server import IngestServer
from trireme.client.hardware import Gpus, ProcessTree, Rates, Sampler, open_gpus, visible_gpus

MACHINE = {"cpu", "memory", "memory_percent", "network_received", "network_sent"}
TREE = {"process/cpu", "process/memory", "process/count"}


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process with 100 MB and a child of its own."""
    code = "import subprocess, sys; x = bytearray(100_000_000); subprocess.run(['cat'])"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    yield process
    process.communicate(timeout=30)


def test_the_machine_and_the_tree_are_measured() -> None:
    sampler = Sampler(os.getpid(), "my/host")
    first, second = sampler.sample(), sampler.sample()
    assert {f"system/my_host/{name}" for name in MACHINE | TREE} <= set(second)
    assert not [name for name in first if name.endswith(("cpu", "_read", "_sent"))]  # there is no time yet to measure over
    assert all(value >= 0 for value in second.values())
    assert 0 < second["system/my_host/memory_percent"] <= 100


def test_children_count_with_their_parent(child: subprocess.Popen[bytes]) -> None:
    tree = ProcessTree(child.pid)
    values = tree.sample()
    while values["process/count"] < 2 or values["process/memory"] < 0.1:
        assert child.poll() is None
        values = tree.sample()
    assert child.pid in tree.pids
    assert len(tree.pids) == 2


def test_a_tree_that_is_gone_has_no_values() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    tree = ProcessTree(process.pid)
    assert tree.sample() == {}
    assert tree.pids == frozenset()


def test_counters_become_rates_and_never_negative() -> None:
    rates = Rates()
    assert rates.apply({"a_total": 100, "b": 1.0}, 10.0) == {"b": 1.0}
    assert rates.apply({"a_total": 300, "new_total": 5, "b": 2.0}, 14.0) == {"a": 50.0, "b": 2.0}
    assert rates.apply({"a_total": 0, "new_total": 15}, 16.0) == {"a": 0.0, "new": 5.0}
    assert rates.apply({"a_total": 7}, 16.0) == {}


@pytest.mark.parametrize(
    ("visible", "found"),
    [
        (None, [0, 1, 2]),
        ("", []),
        ("2,0", [2, 0]),
        ("1,-1,0", [1]),
        ("0,7,1", [0]),
        ("GPU-b", [1]),
        ("NoDevFiles", []),
        ("MIG-1234", [0, 1, 2]),
    ],
)
def test_visible_devices(visible: str | None, found: list[int]) -> None:
    assert visible_gpus(visible, ["GPU-a1", "GPU-b2", "GPU-c3"]) == found


@given(st.text(max_size=20))
def test_any_list_of_visible_devices_is_understood(visible: str) -> None:
    assert set(visible_gpus(visible, ["GPU-a1", "GPU-b2"])) <= {0, 1}


def test_a_run_records_the_machine(server: IngestServer) -> None:
    capture = {name: name == "hardware" for name in ("console", "git", "source", "packages", "hostname", "hardware", "traceback")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_HARDWARE_INTERVAL", "0.1")
        run = trireme.init_run("a/b", url=server.url, capture=capture)
        try:
            assert server.wait_for(lambda: len({path for path, _ in server.records() if "/process/cpu" in path}) == 1)
            assert server.wait_for(lambda: any(path.endswith("/network_sent") for path, _ in server.records()))
        finally:
            run.stop()
    assert all(path.startswith(("system/", "sys/")) for path, _ in server.records())


@pytest.fixture(scope="module")
def gpus() -> Gpus:
    found = open_gpus()
    if found is None or not len(found):
        pytest.skip("no NVIDIA GPU, or no driver")
    return found


def test_gpus_are_measured(gpus: Gpus) -> None:
    values = gpus.sample([os.getpid()])
    assert {"gpu/0/utilization", "gpu/0/memory", "gpu/0/memory_percent", "gpu/0/power", "gpu/0/temperature"} <= set(values)
    assert 0 <= values["gpu/0/utilization"] <= 100
    assert 0 < values["gpu/0/temperature"] < 120
    assert 0 <= values["gpu/0/memory_percent"] <= 100
