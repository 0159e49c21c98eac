"""`trireme up` and `trireme doctor`, as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib import request

from tests.support.server import ServerProcess
from tests.support.stream import StreamWriter


def trireme(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "trireme.cli", *arguments], capture_output=True, text=True, timeout=60)


def test_a_second_server_is_told_of_the_first(server: ServerProcess) -> None:
    found = trireme("up", "--data", str(server.folder), "--port", "0", "--no-browser")
    assert found.returncode == 1 and server.process
    assert server.url in found.stderr and f"process {server.process.pid}" in found.stderr


def test_a_taken_port_is_named(server: ServerProcess, tmp_path: Path) -> None:
    found = trireme("up", "--data", str(tmp_path / "other"), "--port", str(server.port), "--no-browser")
    assert found.returncode == 1 and f"Port {server.port} on 127.0.0.1 is taken" in found.stderr


def test_other_addresses_than_loopback_are_refused(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "example.org"):
        found = trireme("up", "--data", str(tmp_path / "data"), "--host", host, "--no-browser")
        assert found.returncode == 1 and "without accounts" in found.stderr and "ssh -L" in found.stderr


def test_a_stop_loses_nothing_that_was_answered(tmp_path: Path, free_port: Callable[[], int]) -> None:
    server = ServerProcess(tmp_path / "data", free_port())
    server.start()
    assert json.loads((server.folder / "server.json").read_text())["url"] == server.url
    writer = StreamWriter(server.url, "default/stop", "run", 0x1234_5678_9ABC_DEF0)
    writer.create_run()
    answered = threading.Semaphore(0)

    def write() -> None:
        try:
            while True:
                writer.send(100)
                answered.release()
        except OSError:
            return

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(5):
        assert answered.acquire(timeout=60)
    # A page that listens does not hold the server up: its stream ends, instead of being cut after a long wait.
    with request.urlopen(server.url + "/api/v1/events", timeout=60) as page:
        assert page.readline()
        assert server.stop() == 0
        page.read()
    thread.join()
    assert "Traceback" not in server.log.read_text() and "exceeded" not in server.log.read_text()
    assert not (server.folder / "server.json").exists()
    server.start()
    try:
        again = StreamWriter(server.url, "default/stop", "run", writer.writer)
        again.committed = writer.committed
        assert again.send(10) == writer.committed + 10, "the next unit is the one after the last answered"
    finally:
        server.stop()


def test_doctor_knows_the_server(server: ServerProcess) -> None:
    found = trireme("doctor", "--data", str(server.folder), "--json")
    findings = {finding["check"]: finding for finding in json.loads(found.stdout)["findings"]}
    assert findings["Server"]["level"] == "ok" and server.url in findings["Server"]["message"]
    assert findings["Warehouse"]["level"] == "ok"
    server.kill()
    found = trireme("doctor", "--data", str(server.folder))
    assert found.returncode == 1 and "does not answer" in found.stdout
    server.start()


def test_help_names_every_command() -> None:
    found = trireme("--help")
    assert all(command in found.stdout for command in ("up", "demo", "sync", "doctor"))
    assert trireme("--version").stdout.startswith("trireme ")


def test_the_client_alone_says_what_a_server_needs(tmp_path: Path) -> None:
    without = "import sys; sys.modules['uvicorn'] = None; from trireme.cli.main import main; sys.exit(main())"
    arguments = ["up", "--data", str(tmp_path / "data"), "--port", "0", "--no-browser"]
    found = subprocess.run([sys.executable, "-c", without, *arguments], capture_output=True, text=True, timeout=60)
    assert found.returncode == 1
    assert "uvicorn is not installed" in found.stderr and "pip install 'trireme[server]'" in found.stderr
    assert "Traceback" not in found.stderr
