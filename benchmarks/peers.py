"""Servers of others that the browser benchmarks measure beside Trireme: `mlflow server` on SQLite, and `tensorboard`.

Their pages are found by selectors, which change from version to version; so a version is demanded (`pip install mlflow==3.18.0`,
`pip install tensorboard==2.21.0`, each in an environment of its own).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib import request

from benchmarks.common import free_port, stop, wait_for
from benchmarks.mlflow import mlflow_server, wait_idle

MLFLOW, TENSORBOARD = "3.18", "2.21"
_IDLE = 0.4  # MLflow 3.18 keeps looking for jobs


def add_options(options: argparse.ArgumentParser) -> None:
    """Options that name the peers' interpreters, and which of the three are measured."""
    options.add_argument("--mlflow-python", help=f"interpreter that has mlflow {MLFLOW}: measure its UI on the same data")
    options.add_argument(
        "--tensorboard-python", help=f"interpreter that has tensorboard {TENSORBOARD}: measure it on the same data"
    )
    options.add_argument(
        "--only", choices=["seed", "trireme", "mlflow", "tensorboard"], help="measure this one alone, or only make the data"
    )


def check_version(python: str, package: str, wanted: str) -> None:
    """Leave the program when an environment has another version.

    Raises:
        SystemExit: it has none, or another.
    """
    code = f"from importlib.metadata import version; print(version('{package}'))"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    if not found.startswith(f"{wanted}."):
        raise SystemExit(
            f"{python} has {package} {found or '(none)'}. This benchmark finds its way through the pages of {package} {wanted};"
            f" install {package}=={wanted}.0 there."
        )


@contextlib.contextmanager
def mlflow(python: str, folder: Path) -> Iterator[str]:
    """`mlflow server` on the SQLite file in *folder*; its URL."""
    with mlflow_server(python, folder, _IDLE) as url:
        yield url


@contextlib.contextmanager
def tensorboard(python: str, folder: Path, runs: int, limit_seconds: float) -> Iterator[tuple[str, float]]:
    """`tensorboard` on event files: its URL, and how many seconds it took until it had read them.

    Raises:
        TimeoutError: it does not know all *runs* in time.
    """
    port = free_port()
    command = [python, "-m", "tensorboard.main", "--logdir", str(folder), "--port", str(port), "--reload_interval", "0"]
    started = time.monotonic()
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/data/environment", server, limit_seconds)
        while len(json.loads(request.urlopen(f"{url}/data/runs", timeout=limit_seconds).read())) < runs:
            if time.monotonic() - started > limit_seconds:
                raise TimeoutError(f"tensorboard has not found {runs:,} runs after {limit_seconds:g} s")
            time.sleep(0.1)
        wait_idle(server.pid, limit_seconds, _IDLE)  # it names a run long before it has read its points
        yield url, time.monotonic() - started
    finally:
        stop(server)
