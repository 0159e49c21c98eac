"""What both engines must do alike."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.derived import derived
from trireme.domain.errors import Conflict, InvalidQuery, QueryTimeout
from trireme.domain.ids import ProjectId, RunKey
from trireme.storage.warehouse.embedded import EmbeddedWarehouse
from trireme.storage.warehouse.engine import Warehouse, WarehouseError
from trireme.storage.warehouse.rebuild import rebuild_runs
from trireme.storage.warehouse.schema import migrate

RUNS = itertools.count(1000)


def points(run: int, steps: np.ndarray, values: np.ndarray, *, path: int = 7, seq: int = 0) -> pa.Table:
    """A block of float points of one series."""
    count = len(steps)
    return pa.table(
        {
            "project": np.ones(count, np.uint32),
            "path_id": np.full(count, path, np.uint64),
            "run": np.full(count, run, np.uint64),
            "step": steps.astype(np.int64),
            "timestamp": np.arange(count, dtype=np.int64) + 1_700_000_000_000,
            "seq": np.arange(count, dtype=np.uint64) + np.uint64(seq),
            "value": values.astype(np.float64),
            "preview": np.zeros(count, np.uint8),
        }
    )


def test_migrations_run_once(warehouse: Warehouse) -> None:
    assert migrate(warehouse) == 0


def test_unknown_migration_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute("INSERT INTO migrations (number, name) SELECT {n:UInt32}, 'future'", {"n": 9999})
    with pytest.raises(Conflict, match="9999"):
        migrate(warehouse)


@pytest.mark.parametrize(
    "text",
    ["plain", "it's", 'say "hi"', "back\\slash", "tab\there", "line\nbreak", "żółw 🐢", "'; DROP TABLE x; --", "", "\x00nul"],
)
def test_values_are_bound_not_pasted(warehouse: Warehouse, text: str) -> None:
    found = warehouse.query(
        "SELECT {text:String} AS text, {list:Array(String)} AS list, {number:Int64} AS number",
        {"text": text, "list": [text, "x"], "number": -(2**63)},
    )
    assert found.to_pylist() == [{"text": text, "list": [text, "x"], "number": -(2**63)}]


def test_insert_brings_back_what_went_in(warehouse: Warehouse) -> None:
    values = np.array([0.5, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308])
    warehouse.insert("float_points", points(1, np.arange(7) * 1_000_000, values))
    found = warehouse.query("SELECT value FROM float_points FINAL ORDER BY step")["value"].to_numpy()
    assert found.tobytes() == values.tobytes()


def test_reads_cannot_write(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError):
        warehouse.query("DROP TABLE float_points")
    assert warehouse.query("SELECT count() AS n FROM float_points").to_pylist() == [{"n": 0}]


def test_errors_have_our_words(warehouse: Warehouse) -> None:
    with pytest.raises(InvalidQuery, match="regular expression"):
        warehouse.query("SELECT match('a', {r:String})", {"r": "("})
    with pytest.raises(QueryTimeout):
        warehouse.query("SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1", timeout_seconds=0.2)
    with pytest.raises(WarehouseError) as refused:
        warehouse.query("SELECT secret_column FROM float_points")
    assert "secret_column" not in str(refused.value)


def test_a_failed_query_leaves_nothing_behind(tmp_path: Path) -> None:
    # chDB answered a query with nothing, or with an earlier one's rows, after one on the same connection had been ended.
    warehouse = EmbeddedWarehouse(tmp_path / "warehouse")
    warehouse.execute("CREATE TABLE numbered (id UInt64) ENGINE = MergeTree ORDER BY id")
    warehouse.execute("INSERT INTO numbered SELECT number FROM numbers(1000000)")
    kept = warehouse.query("SELECT id AS kept FROM numbered ORDER BY id")
    failed = 0

    def ask(number: int) -> None:
        nonlocal failed
        limit = 0.002 + 0.004 * (number % 10)
        try:
            late = warehouse.query(
                "SELECT id % 100000 AS late, count() AS n FROM numbered GROUP BY late ORDER BY n, late", timeout_seconds=limit
            )
        except QueryTimeout:
            failed += 1
        else:
            assert (late.column_names, late.num_rows) == (["late", "n"], 100_000)
        found = warehouse.query("SELECT count() AS all, max(id) AS last FROM numbered")
        assert found.to_pylist() == [{"all": 1_000_000, "last": 999_999}]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, range(60)))
    assert failed
    assert kept["kept"].to_numpy().sum() == 999_999 * 500_000
    warehouse.close()


def test_threads_share_a_warehouse(warehouse: Warehouse) -> None:
    def work(run: int) -> None:
        for part in range(3):
            warehouse.insert("float_points", points(run, np.arange(100) + part * 100, np.ones(100), seq=part * 100))
            warehouse.query("SELECT count() FROM float_points WHERE run = {run:UInt64}", {"run": run})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    assert warehouse.query("SELECT count() AS n FROM float_points").to_pylist() == [{"n": 2400}]


def test_a_retry_changes_nothing_after_a_rebuild(warehouse: Warehouse) -> None:
    block = points(3, np.arange(-5, 995) * 1_000_000, np.random.default_rng(0).normal(size=1000))
    other = points(4, np.arange(50) * 1_000_000, np.ones(50))
    for table in (block, other):
        warehouse.insert("float_points", table)
    before = derived(warehouse)
    warehouse.insert("float_points", block)
    assert derived(warehouse) != before, "views count a repeated insert: the reason for the ledger"
    rebuild_runs(warehouse, ProjectId(1), [RunKey(3)])
    assert derived(warehouse) == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1, max_size=80), st.integers(-(2**40), 2**40))
def test_summary_equals_plain_python(warehouse: Warehouse, values: list[float], first: int) -> None:
    run = next(RUNS)  # an example may be tried again
    steps = first + np.arange(len(values)) * 37_000_000
    warehouse.insert("float_points", points(run, steps, np.array(values)))
    row = warehouse.query(
        "SELECT count, finite, min, max, toInt64(bitShiftRight(first, 128)) AS s0, toInt64(bitShiftRight(last, 128)) AS s1,"
        " reinterpretAsFloat64(toUInt64(bitAnd(last, toInt256('18446744073709551615')))) AS last_value"
        " FROM float_summary FINAL WHERE run = {run:UInt64}",
        {"run": run},
    ).to_pylist()[0]
    finite = [value for value in values if math.isfinite(value)]
    assert (row["count"], row["finite"]) == (len(values), len(finite))
    assert (row["s0"], row["s1"]) == (steps[0], steps[-1])
    assert repr(row["last_value"]) == repr(float(values[-1])) or math.isnan(values[-1])
    if finite:
        assert (row["min"], row["max"]) == (min(finite), max(finite))
    rollup = warehouse.query(
        "SELECT level, sum(count) AS n FROM float_rollup WHERE run = {run:UInt64} GROUP BY level ORDER BY level", {"run": run}
    )
    beyond_the_head = int(((steps < 0) | (steps >= 1 << 26)).sum())
    counts = dict(zip(rollup["level"].to_pylist(), rollup["n"].to_pylist(), strict=True))
    assert counts == (dict.fromkeys(range(1, 6), beyond_the_head) if beyond_the_head else {})
