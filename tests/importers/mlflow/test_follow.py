"""`trireme mlflow`: a folder that grows."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.importers.mlflow.folders import experiment, get, hexadecimal, points, run, write
from tests.support.server import ServerProcess


def follow(url: str, folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "trireme.cli", "mlflow", "--from", str(folder), "--url", url, "--seconds", "0.05", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(process: subprocess.Popen[str], is_so: Callable[[], Any]) -> None:
    """Ask until something is so; the process must go on meanwhile."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            if is_so():
                return
        except urllib.error.URLError:
            pass
        time.sleep(0.05)  # the pause of a poll
    raise AssertionError("it did not come over")


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def end(folder: Path, status: int) -> None:
    meta = folder / "meta.yaml"
    part = folder / "part"
    part.write_text(meta.read_text().replace("status: 1", f"status: {status}"))
    part.replace(meta)


def test_a_folder_is_followed_while_it_grows(url: str, tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    process = follow(url, root, "--json")
    root.mkdir()
    home = experiment(root, 500, "growing")
    first = run(home, hexadecimal(501), status=1, metrics={"loss": "1 0.5 0\n2 0.25 1\n3 0.1"})
    until(process, lambda: len(points(url, hexadecimal(501), "loss")) == 2)
    append(first / "metrics" / "loss", "25 2\n")
    write(first / "params" / "late", "x")
    write(first / "metrics" / "deep" / "er", "9 1 0\n")
    write(first / "artifacts" / "a" / "b.txt", "one")
    until(process, lambda: points(url, hexadecimal(501), "deep/er"))
    assert points(url, hexadecimal(501), "loss") == [(1, 0.5, 0), (2, 0.25, 1), (3, 0.125, 2)]
    run(home, hexadecimal(502), status=1, metrics={"loss": "1 1 1\n"})
    until(process, lambda: points(url, hexadecimal(502), "loss"))
    found = get(url, f"runs/get?run_id={hexadecimal(501)}")["run"]
    assert (found["info"]["status"], found["data"]["params"]) == ("RUNNING", [{"key": "late", "value": "x"}])

    other = follow(url, root)
    assert other.wait(60) == 1
    assert "follows" in other.communicate()[1]

    end(first, 4)
    until(process, lambda: get(url, f"runs/get?run_id={hexadecimal(501)}")["run"]["info"]["status"] == "FAILED")
    assert get(url, f"artifacts/list?run_id={hexadecimal(501)}&path=a")["files"][0]["path"] == "a/b.txt"

    process.kill()  # it must go on where it was
    process.communicate()
    append(home / hexadecimal(502) / "metrics" / "loss", "2 2 2\n")
    process = follow(url, root, "--json")
    until(process, lambda: len(points(url, hexadecimal(502), "loss")) == 2)
    append(home / hexadecimal(502) / "metrics" / "loss", "3 3 3\nbroken\n4 4 4\n")
    end(home / hexadecimal(502), 3)
    write(home / hexadecimal(502) / "artifacts" / "last.txt", "last")
    write(root / "models" / "m" / "meta.yaml", "name: m\ncreation_timestamp: 1\nlast_updated_timestamp: 1\n")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1  # a line of a metric is broken
    account = json.loads(out)
    assert [one["reason"] for one in account["problems"]] == ["a line is no point: 'broken'"]
    assert account["came"]["points"] == 3
    assert points(url, hexadecimal(502), "loss") == [(n, n, n) for n in (1, 2, 3, 4)]
    assert get(url, f"runs/get?run_id={hexadecimal(502)}")["run"]["info"]["status"] == "FINISHED"
    assert get(url, f"artifacts/list?run_id={hexadecimal(502)}")["files"][0]["path"] == "last.txt"
    assert get(url, "registered-models/get?name=m")["registered_model"]["name"] == "m"


def said(process: subprocess.Popen[str], words: str) -> None:
    """Read what the process says until it says that."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it never said '{words}'")


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = ServerProcess(tmp_path / "data", probe.getsockname()[1])
    server.start()
    home = experiment(tmp_path / "mlruns", 600, "away")
    first = run(home, hexadecimal(601), status=1, metrics={"loss": "1 1 1\n"})
    process = follow(server.url, tmp_path / "mlruns")
    try:
        until(process, lambda: points(server.url, hexadecimal(601), "loss"))
        server.kill()
        append(first / "metrics" / "loss", "2 2 2\n")
        said(process, "Trying on.")
        append(first / "metrics" / "loss", "3 3 3\n")
        run(home, hexadecimal(602), metrics={"loss": "1 1 1\n"})
        server.start()
        said(process, "It answers again.")
        until(process, lambda: len(points(server.url, hexadecimal(601), "loss")) == 3)
        assert points(server.url, hexadecimal(601), "loss") == [(n, n, n) for n in (1, 2, 3)]
        assert points(server.url, hexadecimal(602), "loss") == [(1, 1, 1)]
        server.kill()
        append(first / "metrics" / "loss", "4 4 4\n")
        said(process, "Trying on.")
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=60)
        assert process.returncode == 1 and "Traceback" not in words, words  # its last look found nobody
    finally:
        process.kill()
        server.kill()
