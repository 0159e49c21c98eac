"""An `mlruns` folder as it should not be: everything that can be read comes over, everything else is named."""

from __future__ import annotations

import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.importers.mlflow.folders import COMMAND, bring, experiment, get, hexadecimal, points, run, write
from trireme.importers.mlflow.batches import POINTS


def test_what_is_broken_is_named_and_the_rest_comes(url: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "mlruns", tmp_path / "secret"
    write(outside / "key", "secret")
    home = experiment(root, 777_000_000_000_000_001, "broken ü")
    write(root / "12" / "meta.yaml", "artifact_location: file:///x\nname")  # cut off
    good = run(
        home,
        hexadecimal(1),
        metrics={
            "old": "10 0.5\n11 0.25\n",  # of long ago, without steps
            "bad": "10 0.5 0\n11 oops 1\n12\n13 nan 2\n14 -inf 3\n99999999999999999999999 1 1\n15 1e400 4\n",
            "cut": "10 0.5 0\n11 0.12",
            "a/b": "10 1 9000000000001\n11 1 7\n",
        },
    )
    running = run(home, hexadecimal(2), status=1, metrics={"cut": "10 0.5 0\n11 0.12 1"})
    write(good / "params" / "latin", b"\xff\xfe")
    write(good / "params" / "fine", "x")
    write(good / "artifacts" / "kept.txt", "kept")
    (good / "artifacts" / "leak").symlink_to(outside / "key")
    (good / "artifacts" / "leaks").symlink_to(outside)
    (good / "artifacts" / "inner").symlink_to(good / "artifacts" / "kept.txt")
    os.mkfifo(good / "artifacts" / "pipe")
    write(home / hexadecimal(3) / "meta.yaml", "artifact_uri: file:///")
    write(home / hexadecimal(4) / "meta.yaml", "run_id: ../../etc\nstatus: 3\n")
    (home / hexadecimal(5)).mkdir()
    write(home / hexadecimal(6) / "meta.yaml", "!!python/object/apply:os.system ['touch /tmp/pwned']\n")
    s3 = run(home, hexadecimal(7))
    write(s3 / "meta.yaml", (s3 / "meta.yaml").read_text().replace("file:///elsewhere", "s3://bucket"))
    odd = experiment(root, 777_000_000_000_000_002, "odd times")
    write(odd / "meta.yaml", (odd / "meta.yaml").read_text().replace("creation_time: 7", "creation_time: -7"))
    late = run(odd, hexadecimal(8))
    write(late / "meta.yaml", (late / "meta.yaml").read_text().replace("end_time: 2000", "end_time: 999999999999999999"))
    account = bring(url, root, status=1)
    problems = "\n".join(f"{one['kind']}: {one['item']}: {one['reason']}" for one in account["problems"])
    for words in (
        "experiments: 12: meta.yaml is no YAML",
        "metric 'bad' of run 00000000000000000000000000000001: line 2 is no point: '11 oops 1'",
        "line 3 is no point: '12'",
        "line 6 is no point",
        "steps lie within",
        "latin: it is not UTF-8",
        "leak: a link",
        "leaks: a link",
        "pipe: it is no plain file",
        f"runs: {hexadecimal(3)}",
        f"runs: {hexadecimal(4)}: its meta.yaml names the run",
        f"{hexadecimal(5)}: it has no meta.yaml",
        f"runs: {hexadecimal(6)}: meta.yaml is no YAML",
        f"files: {hexadecimal(7)}: they lie at s3://bucket",
        "times: 'creation_time' of experiment 777000000000000002: -777000000000000002 is no time",
        f"times: 'end_time' of run {hexadecimal(8)}: 999999999999999999 is no time",
    ):
        assert words.lower() in problems.lower(), problems
    assert account["came"]["runs"] == 4
    with urllib.request.urlopen(f"{url}/api/v1/projects") as answer:
        assert answer.status == 200
    assert points(url, hexadecimal(1), "old") == [(10, 0.5, 0), (11, 0.25, 0)]
    assert points(url, hexadecimal(1), "bad") == [(10, 0.5, 0), (13, "NaN", 2), (14, "-Infinity", 3), (15, "Infinity", 4)]
    assert points(url, hexadecimal(1), "cut") == [(10, 0.5, 0), (11, 0.12, 0)]
    assert points(url, hexadecimal(1), "a/b") == [(11, 1, 7)]
    assert points(url, hexadecimal(2), "cut") == [(10, 0.5, 0)]  # its last line may still be written
    files = get(url, f"artifacts/list?run_id={hexadecimal(1)}")["files"]
    assert [one["path"] for one in files] == ["inner", "kept.txt"]
    found = get(url, f"runs/get?run_id={hexadecimal(1)}")["run"]
    assert found["info"]["experiment_id"] == "777000000000000001"
    assert found["data"]["params"] == [{"key": "fine", "value": "x"}]
    with (running / "metrics" / "cut").open("a") as file:
        file.write("5\n12 0.75 20\n")
    again = bring(url, root, status=1)
    assert again["came"]["points"] == 2
    assert points(url, hexadecimal(2), "cut") == [(10, 0.5, 0), (11, 0.12, 15), (12, 0.75, 20)]


def test_an_import_that_is_killed_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    home = experiment(root, 5, "large")
    count = POINTS // 2 + 7
    line = "".join(f"{1000 + n} {n / 7} {n}\n" for n in range(count))
    for number in range(10, 14):
        run(home, hexadecimal(number), metrics={"loss": line, "acc": "1 2 3\n"})
    process = subprocess.Popen([*COMMAND, str(root), "--url", url], stderr=subprocess.PIPE, text=True)
    while process.poll() is None:  # until something is stored
        try:
            if points(url, hexadecimal(10), "acc"):
                break
        except urllib.error.HTTPError:
            pass
    process.kill()
    process.wait()
    account = bring(url, root)
    assert 0 < account["came"]["points"] < 4 * (count + 1)
    assert account["lost"] == {}
    for number in range(10, 14):
        assert len(points(url, hexadecimal(number), "loss")) == count
        assert points(url, hexadecimal(number), "acc") == [(1, 2, 3)]
    assert bring(url, root)["came"] == {}


def test_ids_that_are_taken_get_others_and_that_is_said(url: str, tmp_path: Path) -> None:
    for name in ("first", "second"):
        root = tmp_path / name / "mlruns"
        home = experiment(root, 41, f"taken by {name}")
        write(home / "meta.yaml", (home / "meta.yaml").read_text().replace("creation_time: 41", f"creation_time: {len(name)}"))
        made = run(home, hexadecimal(100 + len(name)), metrics={"m": "1 2 3\n1 2 4\n"})
        write(made / "artifacts" / "a" / "b.txt", name)
        account = bring(url, root)
        if name == "first":
            assert account["notes"] == []
            again = bring(url, root, "--recheck")
            assert (again["came"], again["there"]) == ({}, {"experiments": 1, "runs": 1, "points": 2, "files": 1})
    assert len(account["notes"]) == 1
    assert "experiment 41 (taken by second) is experiment" in account["notes"][0]
    assert get(url, "experiments/get?experiment_id=41")["experiment"]["name"] == "taken by first"
    new = get(url, "experiments/get-by-name?experiment_name=taken%20by%20second")["experiment"]["experiment_id"]
    assert get(url, f"runs/get?run_id={hexadecimal(106)}")["run"]["info"]["experiment_id"] == new


def test_a_dry_run_sends_nothing(url: str, tmp_path: Path) -> None:
    root = tmp_path / "mlruns"
    run(experiment(root, 60, "dry"), hexadecimal(60), metrics={"m": "1 2 3\n"})
    assert bring(url, root, "--dry-run")["came"] == {"experiments": 1, "runs": 1, "points": 1}
    with pytest.raises(urllib.error.HTTPError):
        get(url, "experiments/get-by-name?experiment_name=dry")


@pytest.mark.parametrize("place", ["nothing-here", "."])
def test_what_is_no_store_is_refused(url: str, tmp_path: Path, place: str) -> None:
    done = subprocess.run([*COMMAND, place, "--url", url], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Give" in done.stderr and "Traceback" not in done.stderr
