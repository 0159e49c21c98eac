"""What Neptune 3 clients send, accepted over HTTP: a raw load generator, and the released client if it is there.

    python -m benchmarks.neptune_ingest                           # generator only
    python -m benchmarks.neptune_ingest --neptune-python PYTHON   # and neptune-scale, in the environment of that interpreter

The generator posts bodies that were encoded before the clock starts, as the client batches them: one snapshot a step, many snapshots a
body. A body is acknowledged when its points are on disk and readable; every point is counted afterwards. The generators share the cores
with the server; what they take is told. For comparison, in the same run: decoding the same bodies with protobuf and walking over their
values, on one core, without storing anything.
"""

from __future__ import annotations

import base64
import http.client
import json
import multiprocessing as mp
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.common import Result, Server, call, cpu_seconds, data_folder, parser, report, trireme_server

PROJECT = "default/bench"
_GOAL = 200_000


def bodies_of(run: str, metrics: int, steps: int, steps_a_body: int) -> list[bytes]:
    """A run's creation and its points, *metrics* a step, as the bodies of requests."""
    from trireme.protocols.neptune.wire import message

    operation = message("ingest.RunOperation")
    names = [f"metrics/group{number % 10}/m{number}" for number in range(metrics)]
    bodies = [operation(project=PROJECT, run_id=run, create={"run_id": run}).SerializeToString()]
    for first in range(0, steps, steps_a_body):
        made = operation(project=PROJECT, run_id=run)
        for step in range(first, min(first + steps_a_body, steps)):
            snapshot = made.update_batch.snapshots.add()
            snapshot.step.whole = step
            snapshot.timestamp.seconds = 1_700_000_000 + step
            for number, name in enumerate(names):
                snapshot.append[name].float64 = number + 1 / (step + 1)
        bodies.append(made.SerializeToString())
    return bodies


def decode_only(bodies: list[bytes]) -> int:
    """Parse and visit every value; how many there were."""
    from trireme.protocols.neptune.wire import message

    operation, points = message("ingest.RunOperation"), 0
    for body in bodies:
        for snapshot in operation.FromString(body).update_batch.snapshots:
            for value in snapshot.append.values():
                if value.WhichOneof("value") == "float64" and value.float64 == value.float64:
                    points += 1
    return points


def generate(url: str, token: str, run: str, shape: tuple[int, int, int], ready: Any, go: Any, done: Any) -> None:
    """One generator process. It puts the CPU time that sending took it into *done*."""
    bodies = bodies_of(run, *shape)
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-protobuf"}

    def send(body: bytes) -> None:
        connection.request("POST", "/api/client/v1/ingest", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(text.decode(errors="replace"))

    send(bodies[0])
    ready.release()
    go.wait()
    before = time.process_time()
    for body in bodies[1:]:
        send(body)
    done.put(time.process_time() - before)


def api_token(folder: Path, *options: str) -> str:
    """A token made on the command line."""
    command = [sys.executable, "-m", "trireme.cli", "token", "create", "--data", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def session_token(url: str, token: str) -> str:
    """What a client exchanges its token for."""
    from urllib import request

    asked = request.Request(f"{url}/api/backend/v1/authorization/oauth-token", headers={"X-Neptune-Api-Token": token})
    with request.urlopen(asked) as answer:
        return str(json.load(answer)["accessToken"])


def stored(url: str, runs: list[str], metrics: int) -> int:
    """How many points the server has of *metrics* of these runs, by its summaries."""
    columns = [{"path": f"metrics/group{n % 10}/m{n}", "aggregate": "count"} for n in range(metrics)]
    total = 0
    for first in range(0, metrics, 500):
        query = " OR ".join(f'`sys/custom_run_id`:string == "{run}"' for run in runs)
        body = {"query": query, "columns": columns[first : first + 500], "limit": len(runs)}
        rows = json.loads(call(f"{url}/api/v1/projects/{PROJECT}/runs/search", body))["rows"]
        total += sum(value or 0 for row in rows for value in row["values"])
    return total


def generator_case(server: Server, token: str, name: str, shape: tuple[int, int, int], processes: int) -> list[Result]:
    """Points a second accepted from generators, the server's CPU, and the limit that decoding sets."""
    metrics, steps, _ = shape
    context = mp.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    done: Any = context.SimpleQueue()
    runs = [f"{name}-{number}" for number in range(processes)]
    workers = [context.Process(target=generate, args=(server.url, token, run, shape, ready, go, done)) for run in runs]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    before, started = cpu_seconds(server.pid), time.perf_counter()
    go.set()
    generating = sum(done.get() for _ in workers)
    seconds, cpu = time.perf_counter() - started, cpu_seconds(server.pid) - before
    for worker in workers:
        worker.join()
    points = processes * metrics * steps
    if (found := stored(server.url, runs, metrics)) != points:
        raise RuntimeError(f"{points - found:,} points are missing")
    sample = bodies_of("sample", *shape)[1:]
    started = time.perf_counter()
    decoded = decode_only(sample)
    limit = decoded / (time.perf_counter() - started)
    title = f"{processes} generators, {metrics:,} {'metrics' if metrics > 1 else 'metric'} a step"
    return [
        Result(f"{title}: accepted", points / seconds, "points/s", _GOAL, "higher"),
        Result(f"{title}: server CPU", cpu / points * 1e6, "s/Mpoint"),
        Result(f"{title}: the generators' own CPU", generating / points * 1e6, "s/Mpoint"),
        Result(f"{title}: only decoding them with protobuf, one core", limit, "points/s"),
    ]


CLIENT = """
import sys, time, warnings
from neptune_scale import Run
name, metrics, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if __name__ == "__main__":
    run = Run(run_id=name, enable_console_log_capture=False)
    names = [f"metrics/group{n % 10}/m{n}" for n in range(metrics)]
    run.wait_for_processing(verbose=False)
    started = time.perf_counter()
    for step in range(steps):
        run.log_metrics({name: n + 1 / (step + 1) for n, name in enumerate(names)}, step=step)
    logged = time.perf_counter() - started
    run.wait_for_processing(verbose=False)
    print(logged, time.perf_counter() - started, flush=True)
    run.close()
"""


def client_case(server: Server, python: str, folder: Path, metrics: int, steps: int) -> list[Result]:
    """The same points through the released client, until it has its acknowledgements."""
    work = folder / "client"
    work.mkdir()
    (work / "log.py").write_text(CLIENT)
    token = api_token(folder, "--neptune")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEPTUNE_")}
    environment = kept | {"NEPTUNE_API_TOKEN": token, "NEPTUNE_PROJECT": PROJECT}
    before = cpu_seconds(server.pid)
    command = [python, "log.py", "client-0", str(metrics), str(steps)]
    answer = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=True)
    cpu = cpu_seconds(server.pid) - before
    logged, sent = (float(part) for part in answer.stdout.split()[-2:])
    points = metrics * steps
    if (found := stored(server.url, ["client-0"], metrics)) != points:
        raise RuntimeError(f"{points - found:,} points are missing")
    title = f"neptune-scale, {metrics:,} metrics a step"
    return [
        Result(f"{title}: logged", points / logged, "points/s"),
        Result(f"{title}: acknowledged", points / sent, "points/s"),
        Result(f"{title}: server CPU", cpu / points * 1e6, "s/Mpoint"),
    ]


def main() -> None:
    """Run all cases."""
    options = parser(__doc__)
    options.add_argument("--points", type=int, default=2_000_000, help="points a generator")
    options.add_argument("--neptune-python", help="interpreter that has neptune-scale")
    args = options.parse_args()
    results: list[Result] = []
    with data_folder(args.data) as folder, trireme_server(folder) as server:
        call(f"{server.url}/api/v1/projects", {"workspace": "default", "name": "bench"})
        key = api_token(folder)
        wrapped = base64.b64encode(json.dumps({"api_key": key}).encode()).decode()
        token = session_token(server.url, wrapped)
        results += generator_case(server, token, "wide", (1000, args.points // 1000, 50), 2)
        results += generator_case(server, token, "narrow", (10, args.points // 10, 5000), 2)
        results += generator_case(server, token, "single", (1, args.points // 4, 50_000), 2)
        if args.neptune_python:
            results += client_case(server, args.neptune_python, folder, 100, 5000)
    report(results, as_json=args.json)


if __name__ == "__main__":
    main()
