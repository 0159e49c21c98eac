"""The data of Trireme's browser benchmarks in the stores of others: MLflow's SQLite, and event files for TensorBoard.

Neither is written by its own client: a million runs take days that way. MLflow's rows go into the schema that `mlflow db upgrade` made;
`benchmarks/event_files.py` writes TensorBoard's with the library of that environment.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.seed import CREATED_AT, METRICS, VALUES
from trireme.domain.paths import path_id
from trireme.domain.types import AttributeType
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

_PART = 50_000
PARAMS = [path for path, *_ in VALUES if path.startswith("params/")]
SCRIPT = Path(__file__).with_name("event_files.py")
_POINTS = "path VARCHAR, value FLOAT, time BIGINT, step BIGINT, run VARCHAR"


@dataclass(frozen=True)
class SeriesBlock:
    """Points of one metric of all runs: *values* by run and step."""

    path: str
    values: np.ndarray


def table_rows(
    warehouse: Warehouse, runs: int, part: int = _PART, only: Sequence[str] | None = None
) -> Iterator[dict[str, Sequence[Any]]]:
    """The million project's first *runs* runs as columns by path, as `seed` makes them; ``n`` is the run's number.

    Parameters:
        only: these metrics and nothing else.
    """
    chosen = [] if only else [each for each in VALUES if each[0] in PARAMS or each[0] in ("sys/name", "sys/owner", "sys/state")]
    sql: list[str] = []
    for path, type_, number, integer, string, _ in chosen:
        value = {AttributeType.FLOAT: number, AttributeType.INT: integer, AttributeType.BOOL: integer}.get(type_, string)
        sql.append(f"{value} AS `{path}`")
    for path in only or METRICS:
        index = METRICS.index(path)
        sql.append(f"toFloat64(toFloat32(cityHash64(n, {index + 40}) / 1.8446744073709552e19)) AS `{path}`")
    for start in range(0, runs, part):
        source = f"(SELECT number + {start} AS n FROM numbers({min(part, runs - start)}))"
        table = warehouse.query(f"SELECT n, {', '.join(sql)} FROM {source} ORDER BY n")
        yield {name: table[name].to_pylist() for name in table.column_names}


def series_of(catalog: Catalog, warehouse: Warehouse, project: tuple[str, str], paths: Sequence[str]) -> Iterator[SeriesBlock]:
    """The stored points of a project whose series all have the same steps, metric by metric; runs in the order of their keys."""
    record = catalog.projects.get(*project)
    assert record is not None
    several = max(1, 4_000_000 // warehouse_points(warehouse, int(record.id), paths[0]))
    for start in range(0, len(paths), several):
        named = {path_id(path): path for path in paths[start : start + several]}
        table = warehouse.query(
            "SELECT path_id, uniqExact(run) AS runs, groupArray(value) AS values FROM (SELECT path_id, run, step, value FROM float_points FINAL"
            " WHERE project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} ORDER BY path_id, run, step) GROUP BY path_id",
            {"project": int(record.id), "paths": list(named)},
        )
        lists = table["values"].combine_chunks()
        ends = np.append(lists.offsets.to_numpy(), 0)
        flat = lists.values.to_numpy()
        for row, (path, runs) in enumerate(zip(table["path_id"].to_pylist(), table["runs"].to_pylist(), strict=True)):
            yield SeriesBlock(named[path], flat[ends[row] : ends[row + 1]].reshape(runs, -1))


def warehouse_points(warehouse: Warehouse, project: int, path: str) -> int:
    """How many points a metric has in all runs."""
    found = warehouse.query(
        "SELECT count() AS n FROM float_points WHERE project = {project:UInt32} AND path_id = {path:UInt64}",
        {"project": project, "path": path_id(path)},
    )
    return int(found["n"][0].as_py())


def uuid_of(number: int) -> str:
    """The id of a run in MLflow."""
    return f"{number:032x}"


class MlflowDatabase:
    """MLflow's SQLite file, made by the library's own migrations.

    Parameters:
        python: an interpreter that has mlflow.
    """

    def __init__(self, python: str, file: Path) -> None:
        self.file = file
        subprocess.run([python, "-m", "mlflow", "db", "upgrade", f"sqlite:///{file}"], check=True, capture_output=True)

    def experiment(self, name: str) -> tuple[int, bool]:
        """The number of an experiment, and whether it is new."""
        with self._open() as db:
            found = db.execute("SELECT experiment_id FROM experiments WHERE name = ?", (name,)).fetchone()
            if found:
                return int(found[0]), False
            number = 1 + int(db.execute("SELECT coalesce(max(experiment_id), 0) FROM experiments").fetchone()[0])
            db.execute(
                "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
                " VALUES (?, ?, ?, 'active', ?, ?)",
                (number, name, f"mlflow-artifacts:/{number}", CREATED_AT, CREATED_AT),
            )
            return number, True

    def fill_table(self, name: str, parts: Iterator[dict[str, Sequence[Any]]]) -> int:
        """Write runs with their params and metrics, unless they are there; the number of their experiment."""
        experiment, is_new = self.experiment(name)
        if not is_new:
            return experiment
        base = experiment * 10**12
        with self._open() as db, self._without_indexes(db):
            for part in parts:
                columns = list(part)
                names = ", ".join(f'"{path}"' for path in columns)
                db.execute("DROP TABLE IF EXISTS temp.part")
                db.execute(f"CREATE TEMP TABLE part (uuid, {names})")
                marks = ", ".join("?" * (len(columns) + 1))
                rows = zip((uuid_of(base + n) for n in part["n"]), *part.values(), strict=True)
                db.executemany(f"INSERT INTO part VALUES ({marks})", rows)
                started = f"{CREATED_AT} + n"
                self._insert_runs(db, experiment, '"sys/name", "sys/owner", upper("sys/state")', started, "part")
                for path in columns:
                    if path.startswith("params/"):
                        db.execute(
                            f"INSERT INTO params (key, value, run_uuid) SELECT '{path}', CAST(\"{path}\" AS TEXT), uuid FROM part"
                        )
                    elif path in METRICS:
                        for table in ("metrics", "latest_metrics"):
                            db.execute(
                                f"INSERT INTO {table} (key, value, timestamp, run_uuid, step, is_nan)"
                                f" SELECT '{path}', \"{path}\", {started}, uuid, 1, 0 FROM part"
                            )
        return experiment

    def fill_series(self, name: str, blocks: Iterator[SeriesBlock]) -> int:
        """Write runs with long metrics, unless they are there; the number of their experiment."""
        experiment, is_new = self.experiment(name)
        if not is_new:
            return experiment
        base, known = experiment * 10**12, False
        with self._open() as db, self._without_indexes(db):
            for block in blocks:
                runs, points = block.values.shape
                uuids = [uuid_of(base + n) for n in range(runs)]
                if not known:
                    db.execute("CREATE TEMP TABLE made (uuid, n)")
                    db.executemany("INSERT INTO made VALUES (?, ?)", zip(uuids, range(runs), strict=True))
                    self._insert_runs(db, experiment, "'run ' || n, 'bench', 'FINISHED'", f"{CREATED_AT} + n", "made")
                    known = True
                steps = range(points)
                rows = (
                    (block.path, value, CREATED_AT + step * 1000, uuid, step)
                    for uuid, values in zip(uuids, block.values.tolist(), strict=True)
                    for step, value in zip(steps, values, strict=True)
                )
                db.executemany(
                    "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)", rows
                )
                last = ((block.path, value, uuid) for uuid, value in zip(uuids, block.values[:, -1].tolist(), strict=True))
                db.executemany(
                    "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan)"
                    f" SELECT ?, ?, {CREATED_AT + (points - 1) * 1000}, ?, {points - 1}, 0",
                    last,
                )
        return experiment

    def _insert_runs(self, db: sqlite3.Connection, experiment: int, named: str, started: str, source: str) -> None:
        db.execute(
            "INSERT INTO runs (run_uuid, name, user_id, status, source_type, source_name, entry_point_name, start_time, end_time,"
            " source_version, lifecycle_stage, artifact_uri, experiment_id)"
            f" SELECT uuid, {named}, 'UNKNOWN', '', '', {started}, {started} + 1000, '', 'active',"
            f" 'mlflow-artifacts:/{experiment}/' || uuid || '/artifacts', {experiment} FROM {source}"
        )
        db.execute(f"INSERT INTO tags (key, value, run_uuid) SELECT 'mlflow.runName', 'run ' || n, uuid FROM {source}")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA cache_size = -1000000")
            with db:
                yield db

    @contextlib.contextmanager
    def _without_indexes(self, db: sqlite3.Connection) -> Iterator[None]:
        """What is inserted meanwhile is indexed at the end."""
        found = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('runs', 'metrics', 'latest_metrics', 'params', 'tags')"
        ).fetchall()
        for name, _ in found:
            db.execute(f"DROP INDEX {name}")
        yield
        for _, sql in found:
            db.execute(sql)
        db.execute("ANALYZE")


def event_files(python: str, folder: Path, runs: int, parts: Iterator[dict[str, Any]]) -> None:
    """Write event files for TensorBoard, unless they are there.

    Parameters:
        python: an interpreter that has tensorboard.
        parts: what `benchmarks/event_files.py` is told: ``{"hparams": {...}, "metrics": {...}}`` a run, or ``{"path", "values"}`` a metric.
    """
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [python, str(SCRIPT), str(folder), str(runs)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        for part in parts:
            writer.stdin.write(json.dumps(part).encode() + b"\n")
        writer.stdin.close()
        if writer.wait():
            raise RuntimeError(f"{' '.join(command)} failed")
    (folder / "complete").touch()
