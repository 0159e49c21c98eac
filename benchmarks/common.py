"""What all benchmarks share: a server of their own, and results as a table and as JSON."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib import request


@dataclass(frozen=True)
class Result:
    """One measured figure. ``goal`` is what the project demands on two cores; ``better`` says which side of it is good."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    better: str = "lower"

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


def parser(description: str | None) -> argparse.ArgumentParser:
    """An argument parser with the options every benchmark has."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", action="store_true", help="print JSON instead of a table")
    made.add_argument("--data", type=Path, help="data folder to use and keep (default: a new one, removed at the end)")
    return made


def report(results: list[Result], *, as_json: bool) -> None:
    """Print *results*."""
    if as_json:
        machine = {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
        print(json.dumps({**machine, "results": [asdict(result) | {"met": result.met} for result in results]}, indent=1))
        return
    width = max(len(result.name) for result in results)
    for result in results:
        goal = (
            "" if result.goal is None else f"   goal {'<=' if result.better == 'lower' else '>='} {result.goal:,g} {result.unit}"
        )
        mark = {True: "  ok", False: "  MISSED", None: ""}[result.met]
        print(f"{result.name:<{width}}  {result.value:>14,.2f} {result.unit:<9}{goal}{mark}")


def percentile(values: list[float], share: float) -> float:
    """The value below which *share* (0 to 1) of *values* lie, the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def data_folder(given: Path | None) -> Iterator[Path]:
    """The folder asked for, or a temporary one."""
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="trireme-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@dataclass
class Server:
    """A running ``trireme up``: its URL, process id, and seconds until the first answer."""

    url: str
    pid: int
    start_seconds: float


@contextlib.contextmanager
def trireme_server(folder: Path) -> Iterator[Server]:
    """Start a server on *folder*; it ends with the block."""
    port = free_port()
    command = [sys.executable, "-m", "trireme.cli", "up", "--data", str(folder), "--port", str(port), "--no-browser"]
    started = time.perf_counter()
    with (folder / "bench-server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url + "/health", process)
        yield Server(url, process.pid, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], timeout_seconds: float = 120) -> None:
    """Return when *url* answers 200.

    Raises:
        RuntimeError: the process ended or the time is up.
    """
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"{url} does not answer")


def call(url: str, body: object = None, *, accept: str = "application/json") -> bytes:
    """GET, or POST of *body* as JSON; the raw answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Accept": accept, "Content-Type": "application/json"}
    with request.urlopen(request.Request(url, data, headers), timeout=120) as answer:
        found: bytes = answer.read()
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
