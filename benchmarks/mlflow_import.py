"""`trireme import mlflow` of an `mlruns` folder: points and runs a second, until everything is readable; and once more with nothing new.

Two folders: few long runs (every line a point with 17 digits), and many short ones.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.common import Result, Server, cpu_seconds, data_folder, parser, report, trireme_server

START = 1_700_000_000_000


def write(root: Path, number: int, *, runs: int, metrics: int, points: int) -> int:
    """An experiment as MLflow's file store lays it out; how many points it has."""
    chance = random.Random(number)
    home = root / str(number)
    home.mkdir(parents=True)
    about = "creation_time: 1700000000000\nlast_update_time: 1700000000000\nlifecycle_stage: active\n"
    (home / "meta.yaml").write_text(f"artifact_location: file:///x\nexperiment_id: '{number}'\nname: bench-{number}\n{about}")
    for index in range(runs):
        identity = f"{number:016x}{index:016x}"
        run = home / identity
        for name in ("metrics", "params", "tags", "artifacts"):
            (run / name).mkdir(parents=True)
        (run / "meta.yaml").write_text(
            f"artifact_uri: file:///x\nend_time: {START + 900_000}\nexperiment_id: '{number}'\nlifecycle_stage: active\n"
            f"run_id: {identity}\nrun_name: run-{index}\nstart_time: {START}\nstatus: 3\nuser_id: ada\n"
        )
        for name in range(10):
            (run / "params" / f"p{name}").write_text(str(chance.random()))
        for name in range(metrics):
            with (run / "metrics" / f"m{name}").open("w") as file:
                file.writelines(f"{START + step * 100} {chance.random()!r} {step}\n" for step in range(points))
    return runs * metrics * points


def bring(server: Server, folder: Path) -> tuple[float, float, float, Any]:
    """Import; seconds, CPU seconds of the importer and of the server, and the account."""
    import resource

    before, own = cpu_seconds(server.pid), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "trireme.cli", "import", "mlflow", str(folder), "--url", server.url, "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    return seconds, mine, cpu_seconds(server.pid) - before, json.loads(done.stdout)


def main() -> None:
    """Run the benchmark."""
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=int, default=20, help="long runs, of 5 metrics with 50,000 points each")
    arguments.add_argument("--short-runs", type=int, default=2000, help="short runs, of 20 metrics with 10 points each")
    args = arguments.parse_args()
    results: list[Result] = []
    with data_folder(args.data) as folder, trireme_server(folder) as server:
        sizes = {
            "long runs": {"runs": args.runs, "metrics": 5, "points": 50_000},
            "short runs": {"runs": args.short_runs, "metrics": 20, "points": 10},
        }
        for number, (name, size) in enumerate(sizes.items(), 1):
            root = folder / f"source-{number}" / "mlruns"
            points = write(root, number, **size)
            seconds, importer, of_server, account = bring(server, root)
            assert account["came"]["points"] == points and not account["lost"], account
            goal = 100_000 if name == "long runs" else None
            results += [
                Result(f"{name}: points", points / seconds, "points/s", goal, "higher"),
                Result(f"{name}: runs", size["runs"] / seconds, "runs/s"),
                Result(f"{name}: importer's CPU time", importer / points * 1e6, "s/M points"),
                Result(f"{name}: server's CPU time", of_server / points * 1e6, "s/M points"),
            ]
            seconds, _, _, account = bring(server, root)
            assert not account["came"], account
            results.append(Result(f"{name}: again", size["runs"] / seconds, "runs/s"))
    report(results, as_json=args.json)


if __name__ == "__main__":
    main()
