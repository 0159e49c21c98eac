"""MLflow's REST calls against Trireme and against `mlflow server` with SQLite, the same calls in the same run.

    python -m benchmarks.mlflow --mlflow-python PYTHON   # an interpreter that has mlflow (may be another environment)

Both servers keep their data in a new folder and are asked by one client over one kept connection, in turns. `--runs` runs (10 metrics,
10 params, 3 tags each) and a metric with `--points` points are there before the clock starts: Trireme gets them by REST, MLflow's
database by SQL, because it takes an hour by REST. Each figure is the median; a ratio above 1 means that Trireme is faster.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import psutil

from benchmarks.common import Result, data_folder, free_port, parser, percentile, report, stop, trireme_server, wait_for

ROOT = "/api/2.0/mlflow"
_TOKEN = re.compile(rb'"next_page_token":\s*"([^"]+)"')
METRICS = [f"metric{n}" for n in range(9)]
_WRITERS = 48
OPTIMIZERS = ["adam", "sgd", "lion", "adafactor"]


class Connection:
    """One kept connection to a server."""

    def __init__(self, url: str) -> None:
        self._wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)

    def call(self, method: str, path: str, body: bytes | None = None, media_type: str = "application/json") -> bytes:
        """Ask; the body of the answer.

        Raises:
            RuntimeError: it is no success.
        """
        headers = {"Content-Type": media_type} if body is not None else {}
        try:
            self._wire.request(method, path, body, headers)
            answer = self._wire.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # servers close a connection that was quiet for seconds
            self._wire.close()
            self._wire.request(method, path, body, headers)
            answer = self._wire.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content

    def post(self, path: str, body: Any) -> Any:
        """POST of JSON."""
        return json.loads(self.call("POST", ROOT + path, json.dumps(body).encode()) or b"{}")

    def get(self, path: str, **query: Any) -> Any:
        """GET of JSON."""
        return json.loads(self.call("GET", f"{ROOT}{path}?{urlencode(query, doseq=True)}"))


class Target:
    """A server with its experiment, and a run for what is written."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self.wire = Connection(url)
        known = self.wire.post("/experiments/search", {"filter": "name = 'bench'", "max_results": 1}).get("experiments")
        self.is_new = not known  # with --data, what an earlier run of this program left is used again
        self.experiment: str = (
            known[0]["experiment_id"] if known else self.wire.post("/experiments/create", {"name": "bench"})["experiment_id"]
        )
        self.run = self.new_run()
        self.long_run = self.new_run("long") if self.is_new else self._found("long")

    def new_run(self, role: str = "") -> str:
        """Make a run."""
        tags = [{"key": "role", "value": role}] if role else []
        made = self.wire.post("/runs/create", {"experiment_id": self.experiment, "start_time": 1_700_000_000_000, "tags": tags})
        found: str = made["run"]["info"]["run_id"]
        return found

    def _found(self, role: str) -> str:
        body = {"experiment_ids": [self.experiment], "filter": f"tags.role = '{role}'", "max_results": 1}
        found: str = self.wire.post("/runs/search", body)["runs"][0]["info"]["run_id"]
        return found


@contextlib.contextmanager
def mlflow_server(python: str, folder: Path, idle: float = 0.1) -> Iterator[str]:
    """Start `mlflow server` on SQLite, with its artifact proxy; its URL.

    Parameters:
        idle: see `wait_idle`.
    """
    port = free_port()
    command = [python, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--port", str(port)]
    command += ["--artifacts-destination", str(folder / "artifacts"), "--workers", "2"]
    with (folder / "mlflow-server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url + "/health", server)
        wait_idle(server.pid, idle=idle)
        yield url
    finally:
        stop(server)


def wait_idle(pid: int, timeout_seconds: float = 180, idle: float = 0.1) -> None:
    """Return when a process and its children use hardly any CPU: `mlflow server` answers long before its workers are up, and what they
    take until then would be missing from both servers' measurements.

    Parameters:
        idle: the CPU seconds a second below which it counts as idle.
    """
    deadline = time.monotonic() + timeout_seconds
    before, quiet = 0.0, 0
    while quiet < 3 and time.monotonic() < deadline:
        used = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(pid)
            for process in [server, *server.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    times = process.cpu_times()
                    used += times.user + times.system
        quiet = quiet + 1 if used - before < idle else 0
        before = used
        time.sleep(1)


def seeded_runs(count: int) -> Iterator[dict[str, Any]]:
    """What the runs hold: the same ones every time."""
    chance = random.Random(7)
    for number in range(count):
        yield {
            "start_time": 1_700_000_000_000 + number * 1000,
            "metrics": {"loss": chance.random(), **{name: chance.random() for name in METRICS}},
            "params": {"optimizer": chance.choice(OPTIMIZERS), "lr": str(10 ** -chance.uniform(1, 5)), **{f"p{n}": str(n) for n in range(8)}},
            "tags": {"team": chance.choice(["red", "blue"]), "note": f"run {number}", "host": f"node-{number % 17}"},
        }  # fmt: skip


def seed_trireme(target: Target, runs: int, points: int) -> None:
    """Write the runs and the long metric by REST."""

    def write(part: list[dict[str, Any]]) -> None:
        wire = Connection(target.url)
        for run in part:
            tags = [{"key": key, "value": value} for key, value in run["tags"].items()]
            body = {"experiment_id": target.experiment, "start_time": run["start_time"], "tags": tags}
            run_id = wire.post("/runs/create", body)["run"]["info"]["run_id"]
            metrics = [{"key": k, "value": v, "timestamp": run["start_time"], "step": 0} for k, v in run["metrics"].items()]
            params = [{"key": key, "value": value} for key, value in run["params"].items()]
            wire.post("/runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": params})

    every = list(seeded_runs(runs))
    with ThreadPoolExecutor(_WRITERS) as pool:  # what many write at a time becomes durable together
        list(pool.map(write, [every[start::_WRITERS] for start in range(_WRITERS)]))
    for start in range(0, points, 1000):
        target.wire.post(
            "/runs/log-batch", {"run_id": target.long_run, "metrics": batch("long", start, min(1000, points - start))}
        )


def batch(key: str, start: int, count: int) -> list[dict[str, Any]]:
    """Points of one metric."""
    return [
        {"key": key, "value": 1 / (step + 1), "timestamp": 1_700_000_000_000 + step, "step": step}
        for step in range(start, start + count)
    ]


def seed_mlflow(target: Target, database: Path, runs: int, points: int) -> None:
    """Write the same into MLflow's database."""
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ("runs", "metrics", "params", "tags")}
    for number, run in enumerate(seeded_runs(runs)):
        run_id, start = f"{number:032x}", run["start_time"]
        uri = f"mlflow-artifacts:/{target.experiment}/{run_id}/artifacts"
        rows["runs"].append((run_id, f"run-{number}", "UNKNOWN", "", "", "me", "FINISHED", start, start + 500, "", "active", uri,
                             target.experiment, None))  # fmt: skip
        rows["metrics"] += [(key, value, start, run_id, 0, False) for key, value in run["metrics"].items()]
        rows["params"] += [(key, value, run_id) for key, value in run["params"].items()]
        rows["tags"] += [(key, value, run_id) for key, value in run["tags"].items()]
    columns = {
        "runs": "run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version,"
        " lifecycle_stage, artifact_uri, experiment_id, deleted_time",
        "metrics": "key, value, timestamp, run_uuid, step, is_nan",
        "params": "key, value, run_uuid",
        "tags": "key, value, run_uuid",
    }
    with contextlib.closing(sqlite3.connect(database, timeout=60)) as connection:

        def insert(table: str, names: str, values: list[tuple[Any, ...]]) -> None:
            marks = ", ".join("?" * len(names.split(",")))
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

        for table, names in columns.items():
            insert(table, names, rows[table])
        insert("latest_metrics", columns["metrics"], rows["metrics"])
        long = [("long", p["value"], p["timestamp"], target.long_run, p["step"], False) for p in batch("long", 0, points)]
        insert("metrics", columns["metrics"], long)
        insert("latest_metrics", columns["metrics"], long[-1:])
        connection.commit()
        connection.execute("ANALYZE")


@dataclass(frozen=True)
class Case:
    """A call that is told how often it was made before, and how much faster than MLflow's server it has to be.

    Parameters:
        before: what is done each time before the clock starts.
        first: whether the very first call is reported as well.
    """

    call: Callable[[int], None]
    times: int
    goal: float
    before: Callable[[int], None] | None = None
    first: bool = False

    def seconds(self) -> tuple[float, float]:
        """Of the first call, which is not counted, and the median of the others."""
        found = []
        for number in range(-1, self.times):
            if self.before:
                self.before(number)
            started = time.perf_counter()
            self.call(number)
            found.append(time.perf_counter() - started)
        return found[0], percentile(found[1:], 0.5)


def cases(target: Target, points: int, size: int) -> dict[str, Case]:
    """What is measured, by name."""
    wire, run = target.wire, target.run
    content = random.Random(1).randbytes(size)
    root = f"/api/2.0/mlflow-artifacts/artifacts/{target.experiment}/{run}/artifacts"

    def search(**body: Any) -> bytes:
        # The answer is not parsed: the client's own work, the same for both, would hide most of the server's.
        asked = {"experiment_ids": [target.experiment], "max_results": 100, **body}
        return wire.call("POST", ROOT + "/runs/search", json.dumps(asked).encode())

    def filtered(number: int) -> None:  # with a threshold that was never asked for before
        loss = 0.2 + (number + 1) / 1000
        text = f"metrics.loss < {loss} and params.optimizer = 'adam' and tags.team = 'blue'"
        assert search(filter=text, order_by=["metrics.loss ASC"]).count(b'"run_uuid"') == 100

    def newest(_: int) -> None:
        assert search(max_results=1000).count(b'"run_uuid"') == 1000

    def every_page(_: int) -> None:
        token, count = "", 0
        while True:
            more = {"page_token": token} if token else {}
            page = search(max_results=1000, order_by=["attributes.start_time DESC"], **more)
            count += page.count(b'"run_uuid"')
            found = _TOKEN.search(page)
            if found is None:
                break
            token = found[1].decode()
        assert count > 1000

    def history(_: int) -> None:
        found = wire.get("/metrics/get-history", run_id=target.long_run, metric_key="long")
        assert len(found["metrics"]) == points

    def metric(number: int) -> None:
        point = {"run_id": run, "key": "loss", "value": 0.5 + number, "timestamp": 1_700_000_000_000 + number, "step": number + 1}
        wire.post("/runs/log-metric", point)

    def many(number: int) -> None:
        wire.post("/runs/log-batch", {"run_id": run, "metrics": batch(f"b{number}", 0, 1000)})

    def upload(name: str, body: bytes) -> None:
        wire.call("PUT", f"{root}/{quote(name)}", body, "application/octet-stream")

    def download(_: int) -> None:
        assert len(wire.call("GET", f"{root}/up-0.bin")) == size

    def param(number: int) -> None:
        wire.post("/runs/log-parameter", {"run_id": run, "key": f"p{number}", "value": "x"})

    def tag(number: int) -> None:
        wire.post("/runs/set-tag", {"run_id": run, "key": "t", "value": str(number)})

    return {
        "create_run": Case(lambda _: void(target.new_run()), 60, 1),
        "log_metric": Case(metric, 200, 1),
        "log_batch of 1,000 points": Case(many, 20, 1),
        "log_param": Case(param, 60, 1),
        "set_tag": Case(tag, 60, 1),
        "get_run": Case(lambda _: void(wire.get("/runs/get", run_id=run)), 60, 1),
        "search_runs, newest 1,000": Case(newest, 9, 20, first=True),
        "search_runs, every page": Case(every_page, 3, 20, first=True),
        "search_runs, filter and order": Case(filtered, 19, 20, first=True),
        "search_runs, filter and order, after a write": Case(filtered, 19, 1, before=metric),
        "get_metric_history": Case(history, 5, 5),
        "artifact up": Case(lambda number: upload(f"up-{max(0, number)}.bin", content), 5, 0.8),
        "artifact down": Case(download, 5, 0.8),
        "small artifact up": Case(lambda number: upload(f"s/{number}.json", content[:10_000]), 60, 0.8),
        "small artifact down": Case(lambda _: void(wire.call("GET", f"{root}/s/0.json")), 60, 0.8),
    }


def void(_: object) -> None:
    """Nothing, of something."""


def main() -> None:
    """Run all cases on both servers, in turns."""
    options = parser(__doc__)
    options.add_argument("--mlflow-python", help="interpreter that has mlflow; without it, Trireme alone is measured")
    options.add_argument("--runs", type=int, default=10_000)
    options.add_argument("--points", type=int, default=100_000)
    options.add_argument("--size", type=int, default=64_000_000, help="bytes of the artifact")
    options.add_argument("--only", default="", help="cases whose name contains this")
    args = options.parse_args()
    results: list[Result] = []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(data_folder(args.data))
        ours = Target("Trireme", stack.enter_context(trireme_server(folder)).url)
        if ours.is_new:
            seed_trireme(ours, args.runs, args.points)
        theirs: Target | None = None
        if args.mlflow_python:
            (folder / "mlflow").mkdir(exist_ok=True)
            theirs = Target("mlflow server", stack.enter_context(mlflow_server(args.mlflow_python, folder / "mlflow")))
            if theirs.is_new:
                seed_mlflow(theirs, folder / "mlflow" / "mlflow.db", args.runs, args.points)
        found = [cases(target, args.points, args.size) for target in (ours, theirs) if target]
        for name, case in found[0].items():
            if args.only not in name:
                continue
            first, usual = case.seconds()
            results.append(Result(name, usual * 1000, "ms"))
            if theirs:
                their_first, their_usual = found[1][name].seconds()
                results.append(Result("  mlflow server", their_usual * 1000, "ms"))
                results.append(Result("  Trireme over MLflow", their_usual / usual, "times", case.goal, "higher"))
                if case.first:
                    results.append(Result("  the same, asked first", their_first / first, "times"))
    report(results, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
