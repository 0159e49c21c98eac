"""Ingest over HTTP with the SDK, until readable; `mlflow server` with the same loop in the same run.

    python -m benchmarks.ingest                          # Trireme only
    python -m benchmarks.ingest --mlflow-python PYTHON   # an interpreter that has mlflow (may be another environment)

Case 1: 4 processes, each a run, 10 metrics a step by `log_metrics`. Case 2: one run with 10,000 metrics x 20 steps.
The clock runs from the first call in any process until the server returns every point. Start-up of processes is not counted.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.common import (
    Result,
    call,
    cpu_seconds,
    data_folder,
    free_port,
    parser,
    percentile,
    report,
    stop,
    trireme_server,
    wait_for,
)

PROJECT = "default/bench"


def log_in_steps(url: str, folder: str, run_id: str, metrics: int, steps: int, ready: Any, go: Any, done: Any) -> None:
    """One client process: a run, `log_metrics` in a loop."""
    import trireme

    run = trireme.init_run(project=PROJECT, custom_run_id=run_id, url=url, folder=folder, capture=False)
    names = [f"metrics/group{number % 10}/m{number}" for number in range(metrics)]
    values = [0.5 + number for number in range(metrics)]
    ready.release()
    go.wait()
    for step in range(steps):
        run.log_metrics(dict(zip(names, values, strict=True)), step=step)
    done.release()
    run.stop()


def trireme_case(server: Any, folder: Path, name: str, processes: int, metrics: int, steps: int) -> tuple[float, float, float]:
    """Seconds until logged, seconds until readable, and the server's CPU seconds."""
    context = mp.get_context("spawn")
    ready, done, go = context.Semaphore(0), context.Semaphore(0), context.Event()
    arguments = [(server.url, str(folder), f"{name}-{n}", metrics, steps, ready, go, done) for n in range(processes)]
    workers = [context.Process(target=log_in_steps, args=args) for args in arguments]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    before = cpu_seconds(server.pid)
    started = time.perf_counter()
    go.set()
    for _ in workers:
        done.acquire()
    logged = time.perf_counter() - started
    columns = [{"path": f"metrics/group{n % 10}/m{n}", "aggregate": "count"} for n in range(0, metrics, max(1, metrics // 10))]
    query = " OR ".join(f'`sys/custom_run_id`:string == "{name}-{n}"' for n in range(processes))
    body = {"query": query, "columns": columns[:100], "limit": processes}
    while True:
        rows = json.loads(call(f"{server.url}/api/v1/projects/{PROJECT}/runs/search", body))["rows"]
        if len(rows) == processes and all(value == steps for row in rows for value in row["values"]):
            break
        time.sleep(0.03)  # asking is work for the server too
    readable = time.perf_counter() - started
    cpu = cpu_seconds(server.pid) - before
    for worker in workers:
        worker.join()
    return logged, readable, cpu


MLFLOW_CLIENT = """
import sys, time, os
os.environ["MLFLOW_ENABLE_ASYNC_LOGGING"] = "false"
import mlflow
uri, name, metrics, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
mlflow.set_tracking_uri(uri)
mlflow.set_experiment("bench")
with mlflow.start_run(run_name=name):
    data = {f"metrics/m{n}": 0.5 + n for n in range(metrics)}
    print("ready", flush=True)
    sys.stdin.readline()
    for step in range(steps):
        mlflow.log_metrics(data, step=step)
    print("done", flush=True)
"""


def mlflow_points_per_second(python: str, processes: int, metrics: int, steps: int) -> float:
    """The same loop against `mlflow server` on SQLite; its calls return when the points are readable."""
    with tempfile.TemporaryDirectory(prefix="mlflow-bench-") as folder:
        port = free_port()
        store = f"sqlite:///{folder}/mlflow.db"
        command = [python, "-m", "mlflow", "server", "--backend-store-uri", store, "--port", str(port), "--workers", "2"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            uri = f"http://127.0.0.1:{port}"
            wait_for(uri + "/health", server)
            arguments = [[python, "-c", MLFLOW_CLIENT, uri, f"run{n}", str(metrics), str(steps)] for n in range(processes)]
            clients = []
            for argument in arguments:
                client = subprocess.Popen(
                    argument, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
                )
                assert client.stdout
                while client.stdout.readline().strip() != "ready":
                    pass
                clients.append(client)
            started = time.perf_counter()
            for client in clients:
                assert client.stdin
                client.stdin.write("go\n")
                client.stdin.flush()
            for client in clients:
                assert client.stdout
                while (line := client.stdout.readline().strip()) != "done":
                    if not line and client.poll() is not None:
                        raise RuntimeError("the mlflow client failed")
            seconds = time.perf_counter() - started
            for client in clients:
                client.wait()
        finally:
            stop(server)
        return processes * metrics * steps / seconds


def names_by_regex(url: str) -> float:
    """Median milliseconds of listing 10,000 names by a regular expression."""
    times = []
    target = f"{url}/api/v1/projects/{PROJECT}/attributes?regex={quote('group[37]/m[0-9]*7$')}&types=float_series&limit=10000"
    for _ in range(15):
        started = time.perf_counter()
        found = json.loads(call(target))
        times.append((time.perf_counter() - started) * 1000)
        assert found["attributes"], "no name matches"
    return percentile(times, 0.5)


def main() -> None:
    """Run both cases."""
    options = parser(__doc__)
    options.add_argument("--steps", type=int, default=30_000, help="steps a process in case 1")
    options.add_argument("--mlflow-python", help="interpreter that has mlflow")
    options.add_argument("--mlflow-steps", type=int, default=150)
    args = options.parse_args()
    results: list[Result] = []
    with data_folder(args.data) as folder, trireme_server(folder) as server:
        call(f"{server.url}/api/v1/projects", {"name": PROJECT.split("/")[1]})
        trireme_case(server, folder, "warm", 1, 10, 100)
        points = 4 * 10 * args.steps
        logged, readable, cpu = trireme_case(server, folder, "many-steps", 4, 10, args.steps)
        rate = points / readable
        results += [
            Result("4 processes x 10 metrics: until readable", rate, "points/s", 300_000, "higher"),
            Result("  until logged in the clients", points / logged, "points/s"),
            Result("  server CPU", cpu / points * 1e6, "s/Mpoint"),
        ]
        logged, readable, cpu = trireme_case(server, folder, "many-metrics", 1, 10_000, 20)
        results += [
            Result("1 run, 10,000 metrics x 20 steps: until readable", 200_000 / readable, "points/s", 200_000, "higher"),
            Result("  listing its names by regex, median", names_by_regex(server.url), "ms", 50),
        ]
    if args.mlflow_python:
        peer = mlflow_points_per_second(args.mlflow_python, 4, 10, args.mlflow_steps)
        results += [
            Result("mlflow server, the same loop", peer, "points/s"),
            Result("Trireme over MLflow", rate / peer, "times", 50, "higher"),
        ]
    report(results, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
