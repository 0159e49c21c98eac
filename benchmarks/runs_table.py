"""The runs table of a project of a million runs, over HTTP: first page of 50 sorted by a metric's last value, with and without a filter;
and the server's start and memory on the same folder and on an empty one.

    python -m benchmarks.runs_table [--data FOLDER] [--runs 1000000]
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

from benchmarks.common import Result, Server, call, data_folder, parser, percentile, report, resident_bytes, trireme_server
from benchmarks.seed import METRICS, PROJECT, seed

COLUMNS = [{"path": "sys/creation_time"}, {"path": "sys/owner"}, {"path": "sys/tags"}]
COLUMNS += [{"path": f"params/float{n}"} for n in range(3)] + [{"path": path, "type": "float_series"} for path in METRICS[:4]]


def page(server: Server, **request: Any) -> tuple[float, dict[str, Any]]:
    """Milliseconds and the answer of one table request."""
    body = {"columns": COLUMNS, "limit": 50, **request}
    started = time.perf_counter()
    answer = json.loads(call(f"{server.url}/api/v1/projects/{'/'.join(PROJECT)}/runs/search", body))
    return (time.perf_counter() - started) * 1000, answer


def by_metric(number: int) -> dict[str, Any]:
    """A sort by a metric's last value."""
    return {"path": METRICS[number % len(METRICS)], "type": "float_series", "aggregate": "last", "direction": "desc"}


def filter_of(chance: random.Random) -> str:
    """Three terms that hold for about a tenth of all runs."""
    low = chance.random() * 0.4
    return (
        f"`params/float{chance.randrange(8)}`:float > {low:.4f} AND `params/int0`:int < {chance.randrange(400, 600)}"
        f' AND `sys/tags`:stringSet CONTAINS "best"'
    )


def main() -> None:
    """Seed, then measure."""
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=40)
    args = options.parse_args()
    results: list[Result] = []
    with data_folder(args.data) as folder:
        _seed(folder, args.runs)
        with trireme_server(folder) as server:
            results.append(Result(f"start until the first answer, {args.runs:,} runs", server.start_seconds, "s", 5))
            page(server)
            results.append(Result("newest first, p50", percentile([page(server)[0] for _ in range(args.repeat)], 0.5), "ms"))
            page(server, sort=by_metric(0))
            sorted_pages = [page(server, sort=by_metric(n)) for n in range(args.repeat)]
            _check(sorted_pages[0][1], args.runs)
            times = [milliseconds for milliseconds, _ in sorted_pages]
            results.append(Result("sorted by a metric's last value, p50", percentile(times, 0.5), "ms", 100))
            results.append(Result("sorted by a metric's last value, p95", percentile(times, 0.95), "ms", 200))
            states = [{"path": "sys/state", "direction": direction} for direction in ("asc", "desc")]
            times = [page(server, sort=states[n % 2])[0] for n in range(args.repeat)]
            results.append(Result("sorted by the state that is shown, p50", percentile(times, 0.5), "ms", 100))
            chance = random.Random(0)
            filtered = [page(server, sort=by_metric(n), query=filter_of(chance)) for n in range(args.repeat)]
            times = [milliseconds for milliseconds, _ in filtered]
            results.append(Result("with a three-term filter, p50", percentile(times, 0.5), "ms", 250))
            results.append(Result("with a three-term filter, p95", percentile(times, 0.95), "ms"))
            results.append(Result("  runs that match", filtered[0][1]["total"], "runs"))
            deep = [page(server, sort=by_metric(1), offset=chance.randrange(args.runs - 50))[0] for _ in range(args.repeat)]
            results.append(Result("scrolled to anywhere in the sorted table, p50", percentile(deep, 0.5), "ms"))
        with trireme_server(folder) as server:
            page(server)
            time.sleep(5)  # idle
            results.append(Result("memory when idle", resident_bytes(server.pid) / 1e6, "MB", 600))
    with data_folder(None) as folder, trireme_server(folder) as server:
        results.append(Result("start until the first answer, empty store", server.start_seconds, "s", 3))
        results.append(Result("memory when idle, empty store", resident_bytes(server.pid) / 1e6, "MB", 600))
    report(results, as_json=args.json)


def _seed(folder: Path, runs: int) -> None:
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (catalog, warehouse):
        seed(catalog, warehouse, runs)


def _check(answer: dict[str, Any], runs: int) -> None:
    position = 3 + 3  # the first metric among the columns
    values = [row["values"][position] for row in answer["rows"]]
    assert answer["total"] == runs, "the count is not exact"
    assert len(values) == 50 and values == sorted(values, reverse=True), "the page is not sorted"


if __name__ == "__main__":
    main()
