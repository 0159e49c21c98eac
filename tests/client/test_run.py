"""Runs end to end: the handle, the spool, a real sender process, a server in memory."""

from __future__ import annotations

import argparse
import enum
import logging
import math
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import trireme
from tests.support.ingest_server import IngestServer
from trireme.client import segment
from trireme.client.run import Run
from trireme.client.stream import Stream, streams
from trireme.domain.errors import AlreadyExists, InvalidInput, NotFound, TriremeError
from trireme.domain.records import MICRO, Kind


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine is captured; other tests do that."""
    monkeypatch.setattr("trireme.client.run.CaptureOptions.of", lambda value: _NOTHING)


from trireme.client.settings import CaptureOptions  # noqa: E402

_NOTHING = CaptureOptions.of(False)


def start(server: IngestServer | None = None, **options: Any) -> Run:
    return trireme.init_run("team/vision", url=server.url if server else None, **options)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "trireme"]


def spool_is_gone(folder: Path) -> bool:
    """Whether the sender has removed what it delivered; it does so right after the last answer."""
    import time

    deadline = time.monotonic() + 20
    while streams(folder / "spool") and time.monotonic() < deadline:
        time.sleep(0.01)
    return not streams(folder / "spool")


def test_a_run_from_start_to_end(server: IngestServer, folder: Path) -> None:
    run = start(server, name="first", tags=["baseline", "v2"], custom_run_id="r1", description="A try.")
    run["params/lr"] = 0.1
    for i in range(100):
        run["train/loss"].append(1 / (i + 1))
    assert run.wait(30)
    assert run.id == "RUN-1"
    assert len(server.points("train/loss")) == 100
    run.stop()
    assert server.runs["team/vision", "r1"]["tags"] == ["baseline", "v2"]
    assert server.runs["team/vision", "r1"]["name"] == "first"
    assert server.points("train/loss") == [(i * MICRO, 1 / (i + 1)) for i in range(100)]
    assert server.value("params/lr") == 0.1
    assert server.value("sys/description") == "A try."
    assert server.value("sys/state") == "finished"
    assert run.get_run_url() == f"{server.url}/p/team/vision/runs/r1"
    assert spool_is_gone(folder)


class Colour(enum.Enum):
    RED = 1


@dataclass
class Config:
    depth: int
    name: str


def test_every_kind_of_value_has_its_type(server: IngestServer) -> None:
    when = datetime(2026, 11, 23, 12, 30, 0, 250_000, tzinfo=timezone.utc)
    with start(server) as run:
        run["p"] = {
            "float": 0.5, "int": 3, "text": "adam", "bool": True, "when": when, "set": {"a", "b"}, "list": ["x"],
            "numbers": [64, 32], "nan": math.nan, "inf": math.inf, "np": np.float32(0.25), "np_int": np.int64(7),
            "np_bool": np.bool_(True), "zero_d": np.array(2.5), "enum": Colour.RED, "path": Path("a/b"),
            "decimal": Decimal("1.5"), "nested": {"deep": {"er": 1}}, "config": Config(3, "net"),
            "args": argparse.Namespace(lr=0.1), 5: "number as key",
        }  # fmt: skip
    found = {path.removeprefix("p/"): server.value(path) for path, record in server.records() if path.startswith("p/")}
    assert math.isnan(found.pop("nan"))
    assert found == {
        "float": 0.5, "int": 3, "text": "adam", "bool": True, "when": round(when.timestamp() * 1000),
        "set": frozenset("ab"), "list": frozenset("x"), "numbers": "[64, 32]", "inf": math.inf, "np": 0.25, "np_int": 7,
        "np_bool": True, "zero_d": 2.5, "enum": "RED", "path": "a/b", "decimal": 1.5, "nested/deep/er": 1,
        "config/depth": 3, "config/name": "net", "args/lr": 0.1, "5": "number as key",
    }  # fmt: skip


def test_series_of_every_kind(server: IngestServer) -> None:
    with start(server) as run:
        run["f"].extend([1.0, 2, np.float32(3), math.nan, -math.inf], steps=[0, 1, 2, 3, 4.5])
        run["f"].append(6, step=10, timestamp=datetime.fromtimestamp(1e9, timezone.utc))
        run["t"].append("first")
        run["t"].append("second")
        run["h"].append(trireme.Histogram(edges=[0.0, 1.0, 2.0], counts=[3.0, 4.0]))
        run["i"].append(np.zeros((4, 4, 3), np.uint8))
        run.log_metrics({"a": 1.0, "deep": {"b": 2.0}}, step=7, timestamp=1e9)
        run.log_metrics({"a": 1.5, "deep": {"b": 2.5}}, step=8)
        run["group"].append({"x": 1.0, "y": {"z": 2.0}}, step=3)
    points = server.points("f")
    assert [step / MICRO for step, _ in points] == [0, 1, 2, 3, 4.5, 10]
    assert [repr(value) for _, value in points] == ["1.0", "2.0", "3.0", "nan", "-inf", "6.0"]
    assert [r.timestamp for p, r in server.records() if p == "f"][-1] == 1e9
    assert server.strings("t") == ["first", "second"]
    assert [r.kind for p, r in server.records() if p == "h"] == [Kind.HISTOGRAM_POINT]
    assert server.files("i")[0].startswith(b"\x89PNG")
    assert server.points("a") == [(7 * MICRO, 1.0), (8 * MICRO, 1.5)]
    assert server.points("deep/b") == [(7 * MICRO, 2.0), (8 * MICRO, 2.5)]
    assert server.points("group/y/z") == [(3 * MICRO, 2.0)]


def test_files_sets_and_deletion(server: IngestServer, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in ("a.py", "b.py", "c.txt"):
        (tmp_path / "src" / name).write_text(name)
    with start(server) as run:
        run["model"].upload(str(tmp_path / "src" / "a.py"))
        (tmp_path / "src" / "a.py").write_text("changed afterwards")
        run["code"].upload_files("src/*.py")
        run["sys/tags"].add(["x", "y"])
        run["sys/tags"].remove("x")
        run["lr"] = 1
        del run["lr"]
        run["lr"] = "now a text"
    assert server.blobs[server.value("model").sha256] == b"a.py"
    assert server.value("model").name == "a.py"
    assert server.blobs[server.value("code/src/b.py").sha256] == b"b.py"
    assert server.value("code/src/c.txt") is None
    edits = [r.payload for p, r in server.records() if p == "sys/tags"]
    assert edits == [b'{"add": ["x", "y"]}', b'{"remove": ["x"]}']
    assert server.value("lr") == "now a text"
    assert [r.kind for p, r in server.records() if p == "lr"] == [Kind.ASSIGN, Kind.DELETE, Kind.ASSIGN]


class Odd:
    def __str__(self) -> str:
        return "odd one"


class Bad:
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_bad_values_cost_one_warning_each_and_nothing_else(server: IngestServer, caplog: pytest.LogCaptureFixture) -> None:
    with start(server) as run:
        run["before"] = 1
        run["odd"] = Odd()
        run["odd"] = Odd()
        run["bad"] = Bad()
        run["a//b"] = 1
        run["x" * 2000].append(1.0)
        run["control\n"] = 1
        run["huge"] = 1 << 70
        run["long"] = "x" * 1_100_000
        run["series"].append(1.0)
        run["series"].append("text")
        run["series"] = 3
        run["step"].append(1.0, step=math.nan)
        run["time"].append(1.0, timestamp=1.7e12)
        run["nothing"] = None
        run["dict"] = {"a": None, "b": 1}
        loop: dict[str, Any] = {}
        loop["self"] = loop
        run["loop"] = loop
        run["nofile"].upload("does/not/exist.bin")
        run["glob"].upload_files("nothing/*.here")
        run["list"].extend([1.0, 2.0], steps=[1])
        run["after"] = 2
    assert (server.value("before"), server.value("after"), server.value("odd")) == (1, 2, "odd one")
    assert server.value("dict/b") == 1
    assert server.points("series") == [(0, 1.0)]
    said = "\n".join(warnings(caplog))
    for part in (
        "'odd': a tests.client.test_run.Odd has no type here; its text was stored",
        "'bad': a value was not stored: RuntimeError: no text",
        "'a//b' has an empty part", "2,000 bytes; the limit is 1,024", "control character", "does not fit into 64 bits",
        "1,100,000 bytes; the limit is 1,048,576. Upload it as a file", "'series' is a float_series in this run; a string_series",
        "'step': The step nan", "'time': The timestamp 1700000000000.0 is out of range", "'nothing' is None",
        "1 values below 'dict' are None", "nested deeper than 64", "exist.bin", "no file matches 'nothing/*.here'",
        "2 values need 2 steps, not 1",
    ):  # fmt: skip
        assert part in said, part
    assert said.count("'odd'") == 1


def test_a_wrong_use_of_the_api_raises() -> None:
    with pytest.raises(InvalidInput, match=r"'fast' is not a mode\. Use one of async, sync, offline"):
        start(mode="fast")
    with pytest.raises(InvalidInput, match="resume='maybe'"):
        start(resume="maybe")
    with pytest.raises(InvalidInput, match="is not a server's URL"):
        trireme.init_run(url="localhost:8080")
    with pytest.raises(InvalidInput, match="not a custom run id"):
        start(custom_run_id="a/b")
    with start(mode="disabled") as run, pytest.raises(TypeError, match="A path is a text"):
        run[3] = 1  # type: ignore[index]


def test_states_of_the_end(server: IngestServer) -> None:
    for name, error, state in (
        ("fine", None, "finished"), ("wrong", ValueError("x"), "failed"), ("stopped", KeyboardInterrupt(), "aborted"),
        ("exit", SystemExit(0), "finished"), ("exit3", SystemExit(3), "failed"),
    ):  # fmt: skip
        try:
            with start(server, custom_run_id=name):
                if error is not None:
                    raise error
        except BaseException as caught:
            assert caught is error
        assert server.value("sys/state", name) == state


def test_sync_mode_returns_when_the_server_has_it(server: IngestServer) -> None:
    with start(server, mode="sync") as run:
        for i in range(5):
            run["loss"].append(float(i))
            assert len(server.points("loss")) == i + 1
        run["p"] = {"a": 1, "b": 2}
        assert server.value("p/b") == 2


def test_offline_debug_disabled_and_read_only(
    folder: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with start(mode="offline") as run:
        run["loss"].append(1.0)
    assert "`trireme sync` sends it" in capsys.readouterr().err
    (kept,) = streams(folder / "spool")
    assert Stream(kept).is_closed()
    with start(mode="debug") as run:
        run["loss"].append(1.5, step=3)
        run["lr"] = 0.5
    assert "loss step 3: 1.5" in capsys.readouterr().out
    with start(mode="disabled") as run:
        run["loss"].append(1.0)
        run["x"].upload(b"bytes")
    with pytest.raises(InvalidInput, match="needs custom_run_id"):
        start(mode="read-only")
    with start(mode="read-only", custom_run_id="r") as run:
        run["loss"].append(1.0)
    assert any("'loss' was not stored: the run is read-only" in message for message in warnings(caplog))
    assert streams(folder / "spool") == [kept]


def test_resume_must_and_never(server: IngestServer, folder: Path) -> None:
    with pytest.raises(NotFound, match="There is no run 'r1'"):
        start(server, custom_run_id="r1", resume="must")
    with start(server, custom_run_id="r1", resume="never") as run:
        run["a"] = 1
    with pytest.raises(AlreadyExists, match="The run 'r1' exists"):
        start(server, custom_run_id="r1", resume="never")
    with start(server, custom_run_id="r1", resume="must") as run:
        run["b"] = 2
    assert server.value("b") == 2
    assert spool_is_gone(folder)


def test_automatic_steps_of_a_resumed_run_go_on(server: IngestServer) -> None:
    with start(server, custom_run_id="r1") as run:
        run["loss"].extend([1.0, 2.0])
    server.attributes = [{"path": "loss", "type": "float_series", "summary": {"count": 2, "last_step": 1.0}}]
    with start(server, custom_run_id="r1") as run:
        run["loss"].append(3.0)
        run["loss"].append(4.0)
        run["new"].append(1.0)
    assert [step // MICRO for step, _ in server.points("loss")] == [0, 1, 2, 3]
    assert [step // MICRO for step, _ in server.points("new")] == [0]


def test_logging_after_stop_warns_once(server: IngestServer, caplog: pytest.LogCaptureFixture) -> None:
    run = start(server)
    loss = run["loss"]
    loss.append(1.0)
    run.stop()
    loss.append(2.0)
    loss.append(3.0)
    run["x"] = 1
    assert len([m for m in warnings(caplog) if "after stop()" in m]) == 1
    assert server.points("loss") == [(0, 1.0)]


def test_a_wrong_token_is_said_and_the_data_kept(server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.fault = lambda method, path: (401, {"error": {"code": "unauthenticated", "message": "Unknown token."}}, {})
    with start(server, token="wrong") as run:
        run["loss"].append(1.0)
    said = capsys.readouterr().err
    assert "The server wants a valid token" in said and "`trireme sync` sends them" in said
    assert len(streams(folder / "spool")) == 1


def test_refusals_of_the_server_become_warnings(server: IngestServer, caplog: pytest.LogCaptureFixture) -> None:
    server.refuse_path = "unwanted"
    with start(server) as run:
        run["unwanted"].extend([1.0, 2.0])
        run["loss"].append(3.0)
    assert server.points("loss") == [(0, 3.0)]
    assert warnings(caplog) == ["trireme: A record of 'unwanted' could not be stored: That path is not welcome."]


def test_a_server_that_is_down_costs_no_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with IngestServer() as first:
        port = first.port
    run = trireme.init_run("a/b", url=f"http://127.0.0.1:{port}", custom_run_id="r")
    for i in range(1000):
        run["loss"].append(float(i))
    assert not run.wait(0.2)
    with IngestServer(port) as server:
        assert run.wait(60)
        assert len(server.points("loss")) == 1000
        run["loss"].append(1000.0)
        run.stop()
        assert [value for _, value in server.points("loss")] == [float(i) for i in range(1001)]
    assert spool_is_gone(folder)


def test_a_server_that_fails_now_and_then_gets_everything_once(server: IngestServer) -> None:
    count = 0

    def fault(method: str, path: str) -> tuple[int, dict[str, Any], dict[str, str]] | None:
        nonlocal count
        count += 1
        return (503, {}, {}) if count % 3 == 0 else None

    server.fault = fault
    with start(server) as run:
        for i in range(50_000):
            run["loss"].append(float(i))
    assert [value for _, value in server.points("loss")] == [float(i) for i in range(50_000)]


def test_a_sender_that_was_killed_is_replaced(server: IngestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(server)
    run["loss"].append(0.0)
    assert run.wait(30)
    assert run._courier is not None
    os.kill(run._courier.progress().pid, signal.SIGKILL)
    run["loss"].append(1.0)
    assert run.wait(30)
    run.stop()
    assert [value for _, value in server.points("loss")] == [0.0, 1.0]


LOGS_UNTIL_KILLED = """
import os, sys, trireme
run = trireme.init_run("a/b", url=sys.argv[1], custom_run_id="r", capture=False)
i = 0
while True:
    for _ in range(100):
        run["loss"].append(float(i)); i += 1
    os.write(1, b"%d\\n" % i)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("lines", [1, 50, 1000])
def test_what_a_killed_trainer_logged_arrives_and_its_run_is_aborted(server: IngestServer, folder: Path, lines: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", LOGS_UNTIL_KILLED, server.url], stdout=subprocess.PIPE)
    assert child.stdout is not None
    for _ in range(lines):
        last = child.stdout.readline()
    child.kill()
    rest = child.stdout.read().split()
    child.stdout.close()
    child.wait()
    logged = int(rest[-1] if rest and rest[-1].endswith(b"00") else last)
    assert server.wait_for(lambda: server.value("sys/state", "r") == "aborted")
    values = [value for _, value in server.points("loss")]
    assert values == [float(i) for i in range(len(values))]
    assert len(values) >= logged
    assert spool_is_gone(folder)


FORKS = """
import os, sys, trireme
run = trireme.init_run("a/b", url=sys.argv[1], custom_run_id="r", capture=False)
run["parent"].append(1.0)
loss = run["loss"]
loss.append(0.0)
children = []
for number in range(3):
    pid = os.fork()
    if pid == 0:
        for i in range(1000):
            loss.append(float(number))
        run[f"child/{number}"] = number
        os._exit(0)
    children.append(pid)
quiet = os.fork()
if quiet == 0:
    sys.exit(0)
for pid in [*children, quiet]:
    os.waitpid(pid, 0)
run["parent"].append(2.0)
run.stop()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_children_log_into_the_same_run(server: IngestServer, folder: Path) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS, server.url], check=True)
    assert spool_is_gone(folder)
    assert [value for _, value in server.points("parent")] == [1.0, 2.0]
    assert sorted(value for _, value in server.points("loss")) == sorted([0.0, *[0.0, 1.0, 2.0] * 1000])
    assert [server.value(f"child/{n}") for n in range(3)] == [0, 1, 2]
    assert server.value("sys/state") == "finished"
    assert len(server.streams) == 4, "the child that logged nothing made no stream"


def test_two_processes_write_one_run(server: IngestServer, folder: Path) -> None:
    code = (
        "import sys, trireme\n"
        "with trireme.init_run('a/b', url=sys.argv[1], custom_run_id='shared', capture=False) as run:\n"
        "    for i in range(500): run['loss'].append(float(sys.argv[2]), step=i)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, server.url, str(n)]) for n in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert list(server.runs) == [("a/b", "shared")]
    assert sorted(server.points("loss")) == sorted((i * MICRO, float(n)) for i in range(500) for n in range(2))
    assert spool_is_gone(folder)


def test_an_uncaught_end_of_the_program_still_ends_the_run(server: IngestServer, folder: Path) -> None:
    code = "import sys, trireme\nrun = trireme.init_run('a/b', url=sys.argv[1], custom_run_id='r', capture=False)\nrun['x'] = 1\n"
    subprocess.run([sys.executable, "-c", code, server.url], check=True)
    assert server.value("sys/state") == "finished"


def test_the_local_server_is_found_by_its_file(server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = start()
    run["loss"].append(1.0)
    assert not run.wait(0)
    (folder / "server.json").write_text(f'{{"url": "{server.url}", "pid": {os.getpid()}}}')
    assert run.wait(30)
    run.stop()
    assert server.points("loss") == [(0, 1.0)]


def test_without_any_server_stop_returns_at_once_and_says_how_to_look(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with start() as run:
        run["loss"].append(1.0)
        monkeypatch.setattr("trireme.client.courier.Courier._wait_until", None)  # would raise
    assert "`trireme up` shows it" in capsys.readouterr().err
    assert len(streams(folder / "spool")) == 1


def test_a_folder_that_cannot_be_written_is_an_error_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TriremeError, match="cannot be written"):
        start(folder=tmp_path / "file")


def test_large_files_are_copied_in_the_background(server: IngestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trireme.client.uploads.COPIED_AT_ONCE_BYTES", 1000)
    content = os.urandom(200_000)
    (tmp_path / "weights.bin").write_bytes(content)
    with start(server) as run:
        run["weights"].upload(tmp_path / "weights.bin")
    assert server.blobs[server.value("weights").sha256] == content


def test_messages_go_through_logging(caplog: pytest.LogCaptureFixture, folder: Path) -> None:
    with caplog.at_level(logging.CRITICAL, logger="trireme"), start(mode="offline") as run:
        run["x"] = None
    assert warnings(caplog) == []
    assert segment.segments(streams(folder / "spool")[0], segment.STREAM)
