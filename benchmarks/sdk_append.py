"""The SDK in a training loop: one `run["loss"].append(x)`, one `log_metrics` of ten, and what an import costs.

    python -m benchmarks.sdk_append [--url URL] [--json]

Without a URL the values stay in the spool, with its sender process waiting beside; with one they are delivered meanwhile.
Each call is timed by itself; the clock's own cost (about 50 ns) is included. Imports are timed in fresh interpreters.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from time import perf_counter_ns

from benchmarks.common import Result, data_folder, parser, percentile, report

CALLS = 100_000
IMPORTS = 11


def append_latencies(url: str | None) -> list[float]:
    """Seconds of each of `CALLS` calls in one loop."""
    import trireme

    run = trireme.init_run("bench", url=url, capture=False)
    run["loss"].append(0.5)
    times = [0] * CALLS
    for i in range(CALLS):
        start = perf_counter_ns()
        run["loss"].append(0.125)
        times[i] = perf_counter_ns() - start
    run.stop()
    return [t / 1e9 for t in times]


def log_metrics_latencies(url: str | None) -> list[float]:
    """Seconds of each `log_metrics` with ten values."""
    import trireme

    run = trireme.init_run("bench", url=url, capture=False)
    values = {f"metrics/m{i}": i + 0.5 for i in range(10)}
    run.log_metrics(values, step=0)
    times = [0] * (CALLS // 10)
    for i in range(len(times)):
        start = perf_counter_ns()
        run.log_metrics(values, step=i + 1)
        times[i] = perf_counter_ns() - start
    run.stop()
    return [t / 1e9 for t in times]


def import_seconds() -> list[float]:
    """Seconds of ``import trireme`` and everything `init_run` needs, in fresh interpreters."""
    code = "import time; t = time.perf_counter(); import trireme; trireme.init_run; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return [float(subprocess.check_output(command, env=environment)) for _ in range(IMPORTS)]


def init_seconds(url: str | None) -> float:
    """Seconds of `init_run` itself, nothing captured."""
    import trireme

    start = time.perf_counter()
    run = trireme.init_run("bench", url=url, capture=False)
    taken = time.perf_counter() - start
    run.stop(timeout_seconds=0)
    return taken


def main() -> None:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--url", help="a server to deliver to while measuring")
    args = arguments.parse_args()
    with data_folder(args.data) as folder:
        os.environ["TRIREME_DIR"] = str(Path(folder).absolute())
        appends = append_latencies(args.url)
        metrics = log_metrics_latencies(args.url)
        started = init_seconds(args.url)
        imports = import_seconds()
    report(
        [
            Result("append, median", percentile(appends, 0.5) * 1e6, "us", 5),
            Result("append, p99", percentile(appends, 0.99) * 1e6, "us", 50),
            Result("append, p99.9", percentile(appends, 0.999) * 1e6, "us"),
            Result("append, worst of 100,000", max(appends) * 1e6, "us"),
            Result("append, mean", sum(appends) / len(appends) * 1e6, "us"),
            Result("log_metrics of 10, median", percentile(metrics, 0.5) * 1e6, "us"),
            Result("log_metrics of 10, p99", percentile(metrics, 0.99) * 1e6, "us"),
            Result("init_run", started * 1e3, "ms"),
            Result("import, median", percentile(imports, 0.5) * 1e3, "ms", 150),
        ],
        as_json=args.json,
    )


if __name__ == "__main__":
    main()
