"""Artifacts in S3: brought if they can be read; else they stay, and that is said once and by name."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from tests.importers.mlflow.folders import COMMAND, experiment, get, hexadecimal, run
from tests.storage.blobs.test_store import s3 as s3

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


def bring(url: str, root: Path, endpoint: str, status: int, *more: str) -> dict[str, Any]:
    environment = os.environ | KEYS | {"MLFLOW_S3_ENDPOINT_URL": endpoint}
    done = subprocess.run(
        [*COMMAND, str(root), "--url", url, "--json", *more], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def folder(root: Path, number: int, name: str) -> Path:
    home = experiment(root, number, name)
    for path in (home, run(home, hexadecimal(number)), run(home, hexadecimal(number + 1))):
        meta = path / "meta.yaml"
        meta.write_text(meta.read_text().replace("file:///elsewhere", "s3://blobs/mlflow"))
    return home


def test_what_can_be_read_comes_over(url: str, tmp_path: Path, s3: str) -> None:
    folder(tmp_path / "mlruns", 700, "in s3")
    options: dict[str, Any] = {"endpoint": s3, "client_options": {"allow_http": True}}
    store = S3Store("blobs", access_key_id="test", secret_access_key="test", region="us-east-1", **options)
    obstore.put(store, f"mlflow/700/{hexadecimal(700)}/artifacts/a/b ü.bin", b"content")
    folder(tmp_path / "left" / "mlruns", 720, "left")
    account = bring(url, tmp_path / "left", s3, 0, "--leave-remote")
    assert (account["came"].get("files"), len(account["notes"])) == (None, 1)
    account = bring(url, tmp_path / "mlruns", s3, 0)
    assert (account["came"]["files"], account["notes"]) == (1, [])
    found = get(url, f"artifacts/list?run_id={hexadecimal(700)}&path=a")
    assert found["files"] == [{"path": "a/b ü.bin", "is_dir": False, "file_size": 7}]
    assert found["root_uri"].startswith("mlflow-artifacts:/700/")


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9"])
def test_what_cannot_be_read_stays(url: str, tmp_path: Path, endpoint: str) -> None:
    folder(tmp_path / "mlruns", 710, "far away")
    account = bring(url, tmp_path / "mlruns", endpoint, 1)
    assert account["came"]["runs"] == 2
    assert [one["item"] for one in account["problems"]] == [hexadecimal(710), hexadecimal(711)]
    assert all("s3://blobs, which cannot be read" in one["reason"] for one in account["problems"])
    assert account["notes"] == ["the artifacts of far away stay at s3://blobs/mlflow/710, where MLflow's clients find them"]
    info = get(url, f"runs/get?run_id={hexadecimal(710)}")["run"]["info"]
    assert info["artifact_uri"] == f"s3://blobs/mlflow/710/{hexadecimal(710)}/artifacts"
