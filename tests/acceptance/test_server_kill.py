"""The crash rule: an answered write survives `kill -9` of the server, a retried one is never doubled, and what is derived
equals its recomputation. ``TRIREME_KILLS=500`` runs the long form."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.derived import derived
from tests.support.server import ServerProcess
from tests.support.stream import StreamWriter, value_at
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.records import MICRO

KILLS = int(os.environ.get("TRIREME_KILLS", "50"))
FORK_STEP = 15_000
"""The writers are below it for most of the kills, so points of the parent reach the fork's summaries all the while."""


class Load:
    """Writers that send without pause and repeat what was not answered."""

    def __init__(self, writers: list[StreamWriter]) -> None:
        self.writers = writers
        self.answers = threading.Semaphore(0)
        self.stopping = threading.Event()
        self.server_up = threading.Event()
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._run, args=(writer,)) for writer in writers]

    def _run(self, writer: StreamWriter) -> None:
        chance = random.Random(writer.writer)
        while not self.stopping.is_set():
            count = chance.choice([1, 10, 500, 3000])
            try:
                writer.send(count)
            except OSError:
                self.server_up.clear()
                while not self.stopping.is_set() and not self.server_up.wait(0.1):
                    pass
            except BaseException as error:
                self.failures.append(error)
                return
            else:
                self.answers.release()


@pytest.mark.slow
def test_killed_under_load(tmp_path: Path, free_port: Callable[[], int]) -> None:
    server = ServerProcess(tmp_path / "data", free_port())
    server.start()
    writers = [StreamWriter(server.url, "default/kills", f"run-{n % 3}", 0x1234_5678_9ABC_0000 + (n << 41) + n) for n in range(4)]
    parent, *_ = [RunKey(writer.create_run()) for writer in writers]
    forks = [RunKey(writers[0].create_fork(f"fork-{n}", FORK_STEP - n)) for n in range(2)]
    load = Load(writers)
    load.server_up.set()
    for thread in load.threads:
        thread.start()
    chance = random.Random(1)
    try:
        for kill in range(KILLS):
            for _ in range(chance.randrange(1, 12)):
                assert load.answers.acquire(timeout=60), f"no answer before kill {kill}: {load.failures}"
            threading.Event().wait(chance.random() * 0.05)  # anywhere inside the next commit
            server.kill()
            server.start(wait=chance.random() > 0.2)  # now and then it dies while it recovers
            load.server_up.set()
            if chance.random() < 0.1:
                server.kill()
                server.start()
                load.server_up.set()
            server.wait_ready()
            load.server_up.set()
        assert load.answers.acquire(timeout=60)
    finally:
        load.stopping.set()
        for thread in load.threads:
            thread.join()
        server.stop()
    assert not load.failures
    compare(tmp_path / "data", writers, parent, forks)


def compare(folder: Path, writers: list[StreamWriter], parent: RunKey, forks: list[RunKey]) -> None:
    """Every answered unit is there once, the derived tables equal their recomputation, and forks show what their parent has."""
    from trireme.storage.warehouse.embedded import EmbeddedWarehouse
    from trireme.storage.warehouse.rebuild import rebuild_runs

    warehouse = EmbeddedWarehouse(folder / "warehouse")
    try:
        for writer in writers:
            table = warehouse.query(
                "SELECT seq, value FROM float_points FINAL WHERE bitShiftRight(seq, 40) = {writer:UInt64} ORDER BY seq",
                {"writer": writer.writer >> 40},
            )
            units = table["seq"].to_numpy() & np.uint64((1 << 40) - 1)
            stored = len(units)
            assert stored >= writer.committed, "an answered write is missing"
            assert (units == np.arange(stored)).all(), "a hole or a doubled unit"
            assert (table["value"].to_numpy() == [value_at(unit) for unit in range(stored)]).all()
        before = derived(warehouse)
        for number, fork in enumerate(forks):
            inherited = warehouse.query(
                "SELECT path_id, count() AS count FROM float_points FINAL"
                " WHERE run = {run:UInt64} AND step <= {step:Int64} GROUP BY path_id",
                {"run": int(parent), "step": (FORK_STEP - number) * MICRO},
            )
            counts = dict(zip(inherited["path_id"].to_pylist(), inherited["count"].to_pylist(), strict=True))
            assert {row["path_id"]: row["count"] for row in before[0] if row["run"] == fork} == counts
        runs = warehouse.query("SELECT DISTINCT project, run FROM float_points")
        keys = [RunKey(run) for run in runs["run"].to_pylist()]
        assert len(keys) == 3
        rebuild_runs(warehouse, ProjectId(runs["project"][0].as_py()), [*keys, *forks])
        assert derived(warehouse) == before
    finally:
        warehouse.close()
