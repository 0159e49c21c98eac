"""Charts over HTTP: 10 series of 1 M points and 100 series of 10 k points to 1,000 buckets; storage per point.

The envelope is compared with numpy on the same points: every bucket's min and max must be those of the points it counts,
and the spikes planted at random places must all be seen.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.common import Result, Server, call, data_folder, parser, percentile, report, trireme_server
from trireme.domain.paths import path_id
from trireme.domain.types import AttributeType

PROJECT = "default/charts"
ARROW = "application/vnd.apache.arrow.stream"


def losses(points: int, seed: int) -> np.ndarray:
    """A float32-valued loss curve with rare spikes."""
    chance = np.random.default_rng(seed)
    steps = np.arange(points)
    values = 2 * np.exp(-steps / (points / 5)) + 0.3 + chance.normal(0, 0.02, points)
    values[chance.integers(0, points, 20)] += 5
    return values.astype(np.float32).astype(np.float64)


def seed(folder: Path, series: dict[str, tuple[int, int]]) -> dict[str, list[int]]:
    """Write runs straight into the store: name -> (runs, points each). Run keys by name."""
    from trireme.server.services import open_store
    from trireme.services.changes import Changes
    from trireme.services.ingest import IngestService
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (catalog, warehouse):
        project = catalog.projects.ensure(*PROJECT.split("/"))
        ingest = IngestService(catalog, warehouse, Changes())
        keys: dict[str, list[int]] = {}
        for name, (runs, points) in series.items():
            for number in range(runs):
                run, *_ = catalog.runs.create(project.id, f"{name}-{number}", created_at=1_700_000_000_000)
                ingest.set_attributes(run, {"sys/id": (AttributeType.STRING, run.short_id)})
                keys.setdefault(name, []).append(int(run.key))
                values = losses(points, number)
                clock = np.random.default_rng(number).integers(-2, 3, points).cumsum() + np.arange(points) * 37
                for start in range(0, points, 250_000):
                    part = slice(start, min(points, start + 250_000))
                    count = part.stop - part.start
                    block = pa.table(
                        {
                            "project": np.full(count, int(project.id), np.uint32),
                            "path_id": np.full(count, path_id("train/loss"), np.uint64),
                            "run": np.full(count, int(run.key), np.uint64),
                            "step": np.arange(part.start, part.stop, dtype=np.int64) * 1_000_000,
                            "timestamp": 1_700_000_000_000 + clock[part].astype(np.int64),
                            "seq": np.arange(part.start, part.stop, dtype=np.uint64),
                            "value": values[part],
                            "preview": np.zeros(count, np.uint8),
                        }
                    )
                    warehouse.insert("float_points", block)
        ingest.close()
        for table in ("float_points", "float_summary", "float_summary_by_path", "float_rollup"):
            warehouse.execute(f"OPTIMIZE TABLE {table} FINAL")
        return keys


def bytes_per_point(folder: Path) -> float:
    """Bytes on disk of points and all that is derived from them, a point."""
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (_, warehouse):
        row = warehouse.query(
            "SELECT sum(bytes_on_disk) AS bytes, sumIf(rows, table = 'float_points') AS points FROM system.parts"
            " WHERE active AND database = currentDatabase() AND startsWith(table, 'float_')"
        ).to_pylist()[0]
    return float(row["bytes"]) / float(row["points"])


def buckets(server: Server, runs: list[int], start: float | None, stop: float | None) -> tuple[float, pa.Table]:
    """Milliseconds and the answer of one chart request."""
    body = {"series": [{"run": run, "path": "train/loss"} for run in runs], "start": start, "stop": stop, "buckets": 1000}
    began = time.perf_counter()
    raw = call(f"{server.url}/api/v1/projects/{PROJECT}/series/buckets", body, accept=ARROW)
    table = pa.ipc.open_stream(raw).read_all()
    return (time.perf_counter() - began) * 1000, table


def check_envelope(table: pa.Table, points: int, whole: bool) -> None:
    """Compare with numpy.

    Raises:
        AssertionError: a bucket's min or max is not that of its points, or a point is missing.
    """
    for number in range(int(table["series"].to_numpy().max()) + 1):
        mask = table["series"].to_numpy() == number
        values = losses(points, number)
        count = table["count"].to_numpy()[mask]
        middle = table["x"].to_numpy()[mask]
        # A bucket's points are consecutive steps around its middle.
        first = np.rint(middle - (count - 1) / 2).astype(int)
        edges = np.append(first, first[-1] + count[-1])
        assert (edges[1:] - edges[:-1] == count).all(), "buckets overlap or leave a gap"
        if whole:
            assert edges[0] == 0 and edges[-1] == points, "points are missing"
        part = values[: edges[-1]]
        assert (np.minimum.reduceat(part, edges[:-1]) == table["min"].to_numpy()[mask]).all(), "a minimum is wrong"
        assert (np.maximum.reduceat(part, edges[:-1]) == table["max"].to_numpy()[mask]).all(), "a maximum is wrong"


def main() -> None:
    """Seed, then measure."""
    options = parser(__doc__)
    options.add_argument("--repeat", type=int, default=20)
    args = options.parse_args()
    long, many = 1_000_000, 10_000
    results: list[Result] = []
    with data_folder(args.data) as folder:
        keys_file = folder / "bench-keys.json"
        if not keys_file.exists():
            keys_file.write_text(json.dumps(seed(folder, {"long": (10, long), "many": (100, many)})))
        keys = json.loads(keys_file.read_text())
        results.append(Result("storage, all views included", bytes_per_point(folder), "B/point", 8))
        with trireme_server(folder) as server:
            buckets(server, keys["long"], None, None)
            whole = [buckets(server, keys["long"], None, None) for _ in range(args.repeat)]
            check_envelope(whole[0][1], long, whole=True)
            results.append(Result("10 series x 1 M points, p50", percentile([t for t, _ in whole], 0.5), "ms", 40))
            results.append(Result("  p95", percentile([t for t, _ in whole], 0.95), "ms"))
            chance = random.Random(0)
            for width in (500_000, 200_000, 66_000, 16_000, 1_000):
                times = []
                for _ in range(args.repeat):
                    start = chance.randrange(long - width)
                    milliseconds, table = buckets(server, keys["long"], start, start + width)
                    times.append(milliseconds)
                check_envelope(table, long, whole=False)
                results.append(Result(f"  zoom to {width:,} steps, p50", percentile(times, 0.5), "ms", 40))
            short = [buckets(server, keys["many"], None, None) for _ in range(args.repeat)]
            check_envelope(short[0][1], many, whole=True)
            results.append(Result("100 series x 10 k points, p50", percentile([t for t, _ in short], 0.5), "ms", 80))
    report(results, as_json=args.json)


if __name__ == "__main__":
    main()
