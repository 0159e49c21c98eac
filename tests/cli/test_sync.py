"""``trireme sync``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import trireme
from tests.support.ingest_server import IngestServer
from trireme.cli import sync
from trireme.client import segment
from trireme.client.stream import streams


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder."""
    for name in list(os.environ):
        if name.startswith("TRIREME_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRIREME_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def server() -> Iterator[IngestServer]:
    """A server in memory."""
    with IngestServer() as running:
        yield running


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    sync.add_parser(parser.add_subparsers())
    args = parser.parse_args(["sync", *arguments])
    return int(args.run(args))


def offline_run(run_id: str, points: int = 10) -> None:
    with trireme.init_run("a/b", mode="offline", custom_run_id=run_id, capture=False) as run:
        run["loss"].extend([float(i) for i in range(points)])
        run["note"].upload(b"a file")


def test_offline_runs_are_sent_and_removed(server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline_run("r1")
    offline_run("r2", 20_000)
    capsys.readouterr()
    assert command("--url", server.url) == 0
    assert [len(server.points("loss", run)) for run in ("r1", "r2")] == [10, 20_000]
    assert server.value("sys/state", "r1") == "finished"
    assert server.blobs[server.value("note", "r1").sha256] == b"a file"
    assert streams(folder / "spool") == []
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("a/b RUN-1: delivered")
    assert second.startswith("a/b RUN-2: delivered")


def test_json_says_what_became_of_each_run(server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline_run("r1")
    capsys.readouterr()
    assert command(str(folder), "--url", server.url, "--json") == 0
    outcome = json.loads(capsys.readouterr().out)
    assert (outcome["status"], outcome["run"], outcome["refused"]) == ("delivered", "RUN-1", 0)


def test_without_a_server_everything_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline_run("r1")
    capsys.readouterr()
    assert command() == 1
    assert "No server is known: give --url" in capsys.readouterr().out
    assert len(streams(folder / "spool")) == 1


def test_an_empty_folder_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command() == 0
    assert capsys.readouterr().out == f"Nothing waits in {folder}.\n"


def test_a_damaged_stream_loses_only_the_damage(server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline_run("r1", 100)
    (stream,) = streams(folder / "spool")
    (_, path) = segment.segments(stream, segment.STREAM)[-1]
    with open(path, "r+b") as file:
        file.seek(-40 * 32, os.SEEK_END)
        file.write(b"\xff" * 32 * 3)
    capsys.readouterr()
    assert command("--url", server.url, "--json") == 0
    outcome = json.loads(capsys.readouterr().out)
    assert (outcome["status"], outcome["refused"]) == ("delivered", 3)
    assert len(server.points("loss")) == 97
    (kept,) = (folder / "refused").iterdir()
    assert "3 units were damaged" in kept.read_text()


def test_a_stream_without_its_description_is_named_and_kept(
    server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offline_run("r1")
    offline_run("r2")
    first, _ = streams(folder / "spool")
    (first / "meta.json").write_text("{")
    capsys.readouterr()
    assert command("--url", server.url) == 1
    assert "meta.json cannot be read" in capsys.readouterr().out
    assert streams(folder / "spool") == [first]
    assert list(server.runs) == [("a/b", "r2")] or list(server.runs) == [("a/b", "r1")]


def test_a_run_whose_own_process_sends_is_left_to_it(
    server: IngestServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with trireme.init_run("a/b", url=server.url, capture=False) as run:
        run["loss"].append(1.0)
        assert run.wait(30)
        assert command() == 0
        assert "busy" in capsys.readouterr().out


def test_a_copied_folder_is_sent_once(server: IngestServer, folder: Path, tmp_path: Path) -> None:
    offline_run("r1")
    shutil.copytree(folder, tmp_path / "copy")
    assert command("--url", server.url) == 0
    assert command(str(tmp_path / "copy"), "--url", server.url) == 0
    assert len(server.points("loss")) == 10


def test_watching_sends_what_begins_to_wait(server: IngestServer, folder: Path) -> None:
    code = (
        "import argparse, sys; from trireme.cli import sync\n"
        "parser = argparse.ArgumentParser(); sync.add_parser(parser.add_subparsers())\n"
        "args = parser.parse_args(sys.argv[1:]); args.run(args)\n"
    )
    source = str(Path(trireme.__file__).parents[1])
    watcher = subprocess.Popen(
        [sys.executable, "-c", code, "sync", "--watch", "--url", server.url, str(folder)],
        env={**os.environ, "PYTHONPATH": source},
    )
    try:
        offline_run("r1")
        assert server.wait_for(lambda: server.value("sys/state", "r1") == "finished")
        offline_run("r2")
        assert server.wait_for(lambda: server.value("sys/state", "r2") == "finished")
    finally:
        watcher.terminate()
        watcher.wait()


def test_two_at_once_send_each_run_once(server: IngestServer, folder: Path) -> None:
    for number in range(4):
        offline_run(f"r{number}")
    results: list[list[sync.Outcome]] = []
    threads = [threading.Thread(target=lambda: results.append(list(sync.sync(folder, url=server.url)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(server.points("loss", f"r{number}")) for number in range(4)) == [10] * 4
    assert streams(folder / "spool") == []


def test_a_watcher_ends_when_its_server_was_gone_before_it_looked(folder: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-m", "trireme.cli", "sync", "--watch", "--parent", str(gone.pid), str(folder)]
    assert subprocess.run(command, timeout=60).returncode == 0
