"""Fill a data folder with a project of many runs, by SQL inside the warehouse: a million runs with 50 attributes in minutes.

    python -m benchmarks.seed --data FOLDER [--runs 1000000]

Each run has 10 `sys/` attributes, 20 params (floats, ints, strings, bools) and 20 metrics. A metric has one point a run, so that the
summaries that tables read are the real ones, made by the real views.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from trireme.domain.ids import ProjectId
from trireme.domain.paths import path_id
from trireme.domain.types import AttributeType
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

PROJECT = ("default", "million")
CREATED_AT = 1_700_000_000_000
_PART = 250_000

# path, type, SQL of number, int, string, strings over `n`, the run's position
VALUES: list[tuple[str, AttributeType, str, str, str, str]] = [
    ("sys/id", AttributeType.STRING, "nan", "0", "concat('MILLION-', toString(n + 1))", "[]"),
    ("sys/custom_run_id", AttributeType.STRING, "nan", "0", "concat('run-', toString(n))", "[]"),
    ("sys/name", AttributeType.STRING, "nan", "0", "concat('run ', toString(n))", "[]"),
    ("sys/owner", AttributeType.STRING, "nan", "0", "concat('user', toString(n % 12))", "[]"),
    ("sys/state", AttributeType.RUN_STATE, "nan", "0", "if(n % 50 = 0, 'failed', 'finished')", "[]"),
    ("sys/failed", AttributeType.BOOL, "toFloat64(n % 50 = 0)", "n % 50 = 0", "''", "[]"),
    ("sys/trashed", AttributeType.BOOL, "0", "0", "''", "[]"),
    ("sys/creation_time", AttributeType.DATETIME, f"toFloat64({CREATED_AT} + n)", f"{CREATED_AT} + n", "''", "[]"),
    ("sys/running_time_seconds", AttributeType.FLOAT, "toFloat64(n % 86400)", "0", "''", "[]"),
    ("sys/tags", AttributeType.STRING_SET, "nan", "0", "''", "[concat('tag', toString(n % 7)), if(n % 3 = 0, 'best', 'plain')]"),
]
for _number in range(8):
    VALUES.append(
        (f"params/float{_number}", AttributeType.FLOAT, f"cityHash64(n, {_number}) / 1.8446744073709552e19", "0", "''", "[]")
    )
for _number in range(4):
    _sql = f"toInt64(cityHash64(n, {_number + 10}) % 1000)"
    VALUES.append((f"params/int{_number}", AttributeType.INT, f"toFloat64({_sql})", _sql, "''", "[]"))
for _number in range(6):
    VALUES.append(
        (
            f"params/choice{_number}",
            AttributeType.STRING,
            "nan",
            "0",
            f"concat('option-', toString(cityHash64(n, {_number + 20}) % 20))",
            "[]",
        )
    )
for _number in range(2):
    _sql = f"cityHash64(n, {_number + 30}) % 2"
    VALUES.append((f"params/flag{_number}", AttributeType.BOOL, f"toFloat64({_sql})", _sql, "''", "[]"))
METRICS = [f"metrics/m{number}" for number in range(20)]


def seed(catalog: Catalog, warehouse: Warehouse, runs: int) -> ProjectId:
    """Make the project with *runs* runs, unless it is there already."""
    project = catalog.projects.ensure(*PROJECT)
    if catalog.runs.count(project.id) >= runs:
        return project.id
    keys = catalog.runs.create_many(project.id, [f"run-{n}" for n in range(runs)], created_at=CREATED_AT)
    names = ", ".join(f"({path_id(path)}, {int(type_)}, '{path}')" for path, type_, *_ in VALUES)
    names += "".join(f", ({path_id(path)}, {int(AttributeType.FLOAT_SERIES)}, '{path}')" for path in METRICS)
    warehouse.execute(
        f"INSERT INTO attribute_names (project, path_id, type, path) SELECT {int(project.id)}, t.1, t.2, t.3 FROM (SELECT arrayJoin([{names}]) AS t)"
    )
    for start in range(0, runs, _PART):
        count = min(_PART, runs - start)
        source = f"(SELECT number + {start} AS n FROM numbers({count}))"
        for path, type_, number, integer, string, strings in VALUES:
            warehouse.execute(
                "INSERT INTO run_attributes (project, run, path_id, type, number, int, string, strings, version, is_deleted)"
                f" SELECT {int(project.id)}, {keys.start} + n, {path_id(path)}, {int(type_)}, toFloat64({number}), toInt64({integer}), {string},"
                f" {strings}, 1, 0 FROM {source}"
            )
        for index, path in enumerate(METRICS):
            warehouse.execute(
                "INSERT INTO run_attributes (project, run, path_id, type, number, int, string, strings, version, is_deleted)"
                f" SELECT {int(project.id)}, {keys.start} + n, {path_id(path)}, {int(AttributeType.FLOAT_SERIES)}, nan, 0, '', [], 1, 0 FROM {source}"
            )
            warehouse.execute(
                "INSERT INTO float_points (project, path_id, run, step, timestamp, seq, value, preview)"
                f" SELECT {int(project.id)}, {path_id(path)}, {keys.start} + n, 1000000, {CREATED_AT} + n, {index},"
                f" toFloat32(cityHash64(n, {index + 40}) / 1.8446744073709552e19), 0 FROM {source}"
            )
    # What background merges do in time; a store is not read in the minute in which a million runs arrived.
    for table in ("run_attributes", "attribute_values", "float_summary", "float_summary_by_path", "float_points"):
        warehouse.execute(f"OPTIMIZE TABLE {table} FINAL")
    return project.id


def main() -> None:
    """Seed a folder."""
    from trireme.server.services import open_store
    from trireme.settings import Settings

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--runs", type=int, default=1_000_000)
    args = options.parse_args()
    started = time.perf_counter()
    with open_store(Settings(data=args.data)) as (catalog, warehouse):
        seed(catalog, warehouse, args.runs)
    print(f"{args.runs:,} runs in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
