"""The released neptune-scale and neptune-query, unmodified: a training job while the server is killed, and everything read back."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
from urllib.request import urlopen

import pytest

import trireme
from tests.acceptance.neptune.conftest import Clients


def float32(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def wait_for(process: subprocess.Popen[str], word: str) -> str:
    """Read a script's output until it says *word*; what it said."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.strip() == word:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.mark.slow
def test_a_training_job_survives_the_servers_death(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    restarted = clients.folder / "restarted"
    job = clients.start("train", str(restarted))
    before = wait_for(job, "half")
    clients.server.kill()
    late = clients.start("late", str(restarted))
    wait_for(late, "stopped")
    clients.server.start()
    restarted.touch()
    output, _ = job.communicate(timeout=300)
    assert job.returncode == 0, before + output
    assert json.loads(output.strip().splitlines()[-1]) == {"exit": 0}
    output, _ = late.communicate(timeout=60)
    (left,) = json.loads(output.strip().splitlines()[-1])
    command = [str(clients.python.parent / "neptune"), "sync", left]
    subprocess.run(command, cwd=clients.folder, env=clients.environment, check=True, capture_output=True)

    found = clients.run("read")
    assert found["runs"] == ["base", "fork", "late"]
    assert sorted(found["by_tag"]) == ["base", "fork"]
    assert found["slow"] == ["fork"]
    assert (found["experiments"], found["head"]) == (["resnet"], ["fork"])
    assert found["lr"] == {"base": 0.1, "fork": 0.01}
    assert found["base"] == {"layers": 50, "name": "résumé 你好", "amp": True, "train/loss": 0.25}
    assert found["base_tags"] == found["fork_tags"] == ["best", "first"]
    own = [[float(step), float32(-step)] for step in range(300, 320)]
    inherited = [[float(step), 1 / (step + 1)] for step in range(300)]
    assert found["fork_loss"] == inherited + own
    assert found["fork_own"] == own
    assert found["base_loss"] == [[float(step), 1 / (step + 1)] for step in range(500)] + [[550.5, 0.25]]
    assert found["previews"] == [[550.5, 0.25, 0.0, 1.0], [600.0, 0.5, 1.0, 0.25]]
    assert found["base_acc"] == [[float(step), step / 500] for step in range(500)]
    assert found["worker"] == [[float(step), float(step)] for step in range(200)]
    assert found["tail"] == [[499.0, 1 / 500], [550.5, 0.25]]
    assert found["notes"] == [[float(step), f"at {step}"] for step in range(0, 500, 100)]
    assert found["histograms"] == [[float(step), [0.0, 1.0, 2.0], [float(step), 1.0]] for step in range(0, 500, 100)]
    assert sorted(found["files"]) == sorted(hashlib.sha256(data).hexdigest() for data in (b"w" * 100_000, b"# card"))
    assert found["later_files"] == {"base": "# worker", "late": "# late"}
    assert found["images"] == [(bytes([n]) * 10).hex() for n in range(5)]
    assert found["buckets"] == 10
    assert found["names"] == ["train/acc", "train/loss"]

    # What the fork inherits is there for everybody: MLflow's API and the SDK (the web application's charts: tests/browser/test_forks.py).
    history = f"{clients.server.url}/api/2.0/mlflow/metrics/get-history?run_id=fork&metric_key=train/loss"
    with urlopen(history, timeout=30) as answer:
        seen = [[float(point["step"]), point["value"]] for point in json.load(answer)["metrics"]]
    assert sorted(seen) == inherited + own
    monkeypatch.setenv("TRIREME_DIR", str(clients.folder))
    fork = trireme.init_run("lab/vision", custom_run_id="fork", url=clients.server.url, mode="read-only")
    frame = fork["train/loss"].fetch_values()
    assert [list(point) for point in zip(frame["step"], frame["value"], strict=True)] == inherited + own
