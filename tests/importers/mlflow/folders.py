"""Folders of MLflow's, written by hand, and what a server has of them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "trireme.cli", "import", "mlflow"]


def bring(url: str, folder: Path, *more: str, status: int = 0) -> dict[str, Any]:
    """Import a folder; the account."""
    done = subprocess.run([*COMMAND, str(folder), "--url", url, "--json", *more], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def get(url: str, path: str) -> Any:
    """Ask MLflow's REST API."""
    with urllib.request.urlopen(f"{url}/api/2.0/mlflow/{path}") as answer:
        return json.load(answer)


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def experiment(root: Path, number: int, name: str) -> Path:
    folder = root / str(number)
    write(
        folder / "meta.yaml",
        f"artifact_location: file:///elsewhere/{number}\ncreation_time: {number}\nexperiment_id: '{number}'\n"
        f"last_update_time: {number}\nlifecycle_stage: active\nname: {name}\n",
    )
    return folder


def run(folder: Path, identity: str, *, status: int = 3, metrics: dict[str, str] | None = None) -> Path:
    made = folder / identity
    write(
        made / "meta.yaml",
        f"artifact_uri: file:///elsewhere/{folder.name}/{identity}/artifacts\nend_time: 2000\nexperiment_id: '{folder.name}'\n"
        f"lifecycle_stage: active\nrun_id: {identity}\nrun_name: r\nstart_time: 1000\nstatus: {status}\nuser_id: ada\n",
    )
    for key, text in (metrics or {}).items():
        write(made / "metrics" / key, text)
    return made


def points(url: str, identity: str, key: str) -> list[tuple[int, Any, int]]:
    found = get(url, f"metrics/get-history?run_id={identity}&metric_key={key}")
    return [(one["timestamp"], one["value"], one["step"]) for one in found.get("metrics", [])]


def hexadecimal(number: int) -> str:
    return f"{number:032x}"
