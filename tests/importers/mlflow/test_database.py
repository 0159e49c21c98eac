"""Databases that are none of MLflow's, or of a release that nobody knows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from trireme.domain.errors import InvalidInput, NotFound, Unavailable
from trireme.importers.account import Account
from trireme.importers.mlflow.open import open_source


def database(path: Path, *statements: str) -> str:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return f"sqlite:///{path}"


def test_a_schema_that_lacks_columns_is_named(tmp_path: Path) -> None:
    uri = database(
        tmp_path / "new.db",
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('ffff00001111')",
        "CREATE TABLE experiments (experiment_id INTEGER, name TEXT)",
        "CREATE TABLE runs (run_uuid TEXT, experiment_id INTEGER)",
    )
    with pytest.raises(InvalidInput, match=r"revision ffff00001111.*lacks runs\.status.*metrics\.run_uuid") as error:
        open_source(uri, Account())
    assert "mlflow db upgrade" in str(error.value.hint)


def test_other_databases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no database of MLflow's"):
        open_source(database(tmp_path / "other.db", "CREATE TABLE t (x)"), Account())
    (tmp_path / "no.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable, match="cannot be read"):
        open_source(str(tmp_path / "no.db"), Account())
    with pytest.raises(NotFound, match="no database at"):
        open_source(f"sqlite:///{tmp_path}/missing.db", Account())
    assert not (tmp_path / "missing.db").exists()
    with pytest.raises(Unavailable, match="cannot be read") as error:
        open_source("postgresql://ada:hush@127.0.0.1:1/mlflow", Account())
    assert "hush" not in str(error.value)


OLD = (
    "CREATE TABLE experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT, lifecycle_stage TEXT)",
    "CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, user_id TEXT, status TEXT, start_time BIGINT,"
    " end_time BIGINT, lifecycle_stage TEXT, artifact_uri TEXT)",
    "CREATE TABLE metrics (run_uuid TEXT, key TEXT, timestamp BIGINT, value FLOAT)",
    "CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT)",
    "CREATE TABLE tags (run_uuid TEXT, key TEXT, value TEXT)",
    "INSERT INTO experiments VALUES (3, 'old', '/nowhere', 'active')",
    "INSERT INTO runs VALUES ('a', '', 3, 'ada', 'FINISHED', 5, 9, 'active', '/etc')",
    "INSERT INTO metrics VALUES ('a', 'loss', 7, 0.5), ('a', 'loss', 6, 1.7976931348623157e308)",
    "INSERT INTO tags VALUES ('a', 'mlflow.runName', 'named')",
)


def test_postgresql_is_read_and_not_written(postgres: str) -> None:
    import psycopg

    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE old_mlflow")
    with psycopg.connect(f"{postgres}/old_mlflow") as connection:
        for statement in OLD:
            connection.execute(statement.encode())
    source = open_source(f"{postgres}/old_mlflow", Account())
    (experiment,) = source.experiments()
    (stub,) = source.runs(experiment)
    (points,) = source.points(stub, {})
    assert sorted(zip(points.timestamps, points.steps, points.values, strict=True)) == [(6, 0, float("inf")), (7, 0, 0.5)]
    source.close()
    with pytest.raises(NotFound, match="no database"):
        open_source("sqlite:///", Account())


def test_a_database_of_long_ago_is_read(tmp_path: Path) -> None:
    uri = database(tmp_path / "old.db", *OLD)
    account = Account()
    source = open_source(uri, account)
    (experiment,) = source.experiments()
    (stub,) = source.runs(experiment)
    run = source.run(stub)
    assert run["info"]["run_id"] == "a"
    assert run["data"]["tags"] == [{"key": "mlflow.runName", "value": "named"}]
    (points, *ends) = source.points(stub, {})
    assert sorted(zip(points.timestamps, points.steps, points.values, strict=True)) == [(6, 0, float("inf")), (7, 0, 0.5)]
    # The next time, only what came since is read; everything, once the rows were numbered anew.
    offsets = {end.key: end.offset or 0 for end in ends}
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.execute("INSERT INTO metrics VALUES ('a', 'loss', 8, 0.25)")
    assert [list(found.values) for found in source.points(stub, offsets) if found.values] == [[0.25]]
    assert [len(found.values) for found in source.points(stub, {**offsets, ends[1].key: 1}) if found.values] == [3]
    assert list(source.files(stub)) == []
    assert "outside of what may be read" in account.problems[0].reason
    assert (
        not list(source.logged_models(experiment))
        and not list(source.traces(experiment))
        and not list(source.registered_models())
    )
    source.close()
