"""What stands around the runs table: groups, values, values at a step, pinned runs, sparklines, export."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.lineage import ForkPoint
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType as T
from trireme.query.nql import parse_nql
from trireme.server.services import Services
from trireme.services.groups import member_of, positions
from trireme.services.order import Question
from trireme.services.writes import FloatEntries, Identity, Writes

PROJECT = "default/table"
NOW = 1_700_000_000_000
LOSS = Attribute("loss", T.FLOAT_SERIES)


class Runs:
    """Runs in a store."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self.services, self.actor = services, actor

    def make(self, name: str, values: dict[str, tuple[T, Any]] | None = None, **more: Any) -> RunRecord:
        run = self.services.runs.create(self.actor, project=PROJECT, custom_run_id=name, **more).record
        if values:
            self.services.ingest.set_attributes(run, values)
        return run

    def points(self, run: RunRecord, steps: np.ndarray, values: np.ndarray, path: str = "loss") -> None:
        count = len(steps)
        entries = FloatEntries(
            np.zeros(count, np.uint32),
            np.round(np.asarray(steps) * 1e6).astype(np.int64),
            NOW + np.arange(count),
            np.asarray(values, np.float64),
            np.zeros(count, np.uint8),
        )
        assert not self.services.ingest.write(self.actor, run, Writes([path], floats=entries), identity=Identity.STEP)

    @property
    def home(self) -> ProjectRecord:
        return self.services.projects.get(self.actor, *PROJECT.split("/"))


@pytest.fixture
def runs(services: Services, actor: Actor) -> Runs:
    return Runs(services, actor)


def test_pinned_runs_come_first_whatever_the_question(runs: Runs, services: Services, actor: Actor) -> None:
    made = [runs.make(f"run-{n}", {"n": (T.INT, n)}) for n in range(9)]
    keys = [run.key for run in made]
    stranger = services.runs.create(actor, project="default/other", custom_run_id="x").record
    first = [keys[2], keys[7], stranger.key, RunKey(99_999), keys[2]]
    for query, sort in (
        ("", None),
        ("", SortBy(Attribute("n"), False)),
        ("n > 3", None),
        ("n > 3", SortBy(Attribute("n"), False)),
    ):
        rest = [key for n, key in enumerate(keys) if (n > 3 or not query) and n not in (2, 7)]
        expected = [keys[2], keys[7], *(rest if sort else reversed(rest))]
        found: list[RunKey] = []
        for offset in range(0, 12, 4):
            page = services.search.table(actor, runs.home, query=query, sort=sort, first=first, limit=4, offset=offset)
            found += [row.run.key for row in page.rows]
            assert (page.total, page.length) == ((5, 6) if query else (9, 9)), "run 2 is pinned, and does not match"
        assert found == expected, (query, sort)
    named = services.search.table(actor, runs.home, runs=[keys[5], keys[1], stranger.key], sort=SortBy(Attribute("n"), False))
    assert [row.run.key for row in named.rows] == [keys[1], keys[5]] and named.total == 2
    with pytest.raises(InvalidInput, match="101 runs to come first"):
        services.search.table(actor, runs.home, first=[keys[0]] * 101)


def test_groups_count_every_run_once_and_their_numbers_are_exact(runs: Runs, services: Services, actor: Actor) -> None:
    optimizers = ["adam", "sgd", None, "adam", "ada:m", "sgd", "adam"]
    for n, optimizer in enumerate(optimizers):
        values: dict[str, tuple[T, Any]] = {
            "n": (T.INT, n), "x": (T.FLOAT, [0.5, math.nan, -0.0, 0.0, math.inf, 0.5, 1e300][n]), "ok": (T.BOOL, n % 2 == 0),
            "tags": (T.STRING_SET, frozenset({"a", "b"} if n % 2 else {"b"})), "when": (T.DATETIME, NOW + n // 4),
        }  # fmt: skip
        if optimizer is not None:
            values["opt"] = (T.STRING, optimizer)
        run = runs.make(f"run-{n}", values)
        runs.points(run, np.arange(3), np.array([n, n / 2, n + 1.0]))
    by_n = Question(None, SortBy(Attribute("n"), descending=False))
    page = services.groups.groups(
        actor, runs.home, by_n, Attribute("opt"), columns=[Attribute("n"), Attribute("x"), LOSS, Attribute("opt")]
    )
    assert [(group.value, group.runs) for group in page.groups] == [("adam", 3), ("sgd", 2), ("ada:m", 1), (None, 1)]
    assert (page.total, page.runs) == (4, 7)
    adam = page.groups[0]
    n_of, x_of, loss, text = adam.cells
    assert n_of is not None and (n_of.count, n_of.mean, n_of.min, n_of.max) == (3, 3.0, 0, 6) and text is None
    assert x_of is not None and (x_of.count, x_of.min, x_of.max) == (3, 0.0, 1e300)
    assert loss is not None and (loss.mean, loss.max) == ((1 + 4 + 7) / 3, 7)
    # Whatever the groups are made by, its members are found again, and every run is in one of them.
    for by in ("opt", "n", "x", "ok", "tags", "when"):
        whole = services.groups.groups(actor, runs.home, by_n, Attribute(by))
        seen: list[RunKey] = []
        for group in whole.groups:
            condition = member_of(Attribute(by, group.type), group.value)
            members = services.search.table(actor, runs.home, within=[condition], sort=by_n.sort)
            assert members.total == group.runs and members.rows[0].run.key == group.first, (by, group)
            seen += [row.run.key for row in members.rows]
        assert len(seen) == len(set(seen)) == 7, by
    second = services.groups.groups(actor, runs.home, by_n, Attribute("opt"), limit=1, offset=1)
    assert [group.value for group in second.groups] == ["sgd"]
    by_metric = services.groups.groups(actor, runs.home, by_n, Attribute("loss", T.FLOAT_SERIES, Aggregate.MIN))
    assert [group.value for group in by_metric.groups] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    everything = services.groups.groups(actor, runs.home, Question(parse_nql("n > 3")), None, columns=[Attribute("n")])
    assert everything.total == 1 and everything.groups[0].cells[0] is not None and everything.groups[0].cells[0].mean == 5
    nothing = services.groups.groups(actor, runs.home, Question(parse_nql("n > 99")), Attribute("opt"), columns=[LOSS])
    assert (nothing.groups, nothing.total, nothing.runs) == ([], 0, 0)
    with pytest.raises(InvalidInput, match="a string_series"):
        services.groups.groups(actor, runs.home, by_n, Attribute("log", T.STRING_SERIES))


@pytest.mark.parametrize("spread", [1, 10_000_000])
def test_positions(spread: int) -> None:
    order = np.array([7, 3, 9, 5], np.uint64) * np.uint64(spread)
    runs = np.array([9, 1, 3, 100, 7, 0], np.uint64) * np.uint64(spread)
    assert positions(order, runs).tolist() == [2, -1, 1, -1, 0, -1]
    assert positions(order[:0], runs).tolist() == [-1] * 6


def test_values_at_a_step(runs: Runs, services: Services, actor: Actor) -> None:
    short, long = runs.make("short"), runs.make("long")
    runs.points(short, np.arange(0, 50, 5), np.arange(0, 50, 5) / 10)
    runs.points(long, np.arange(1, 3001), np.arange(1, 3001) * 2.0)
    fork = runs.make("fork", fork=ForkPoint("long", 1000 * 10**6))
    runs.points(fork, np.arange(1001, 1101), np.full(100, -1.0))
    for step, expected in (
        (0, [None, None, 0.0]),
        (7, [14.0, 14.0, 0.5]),
        (999.5, [1998.0, 1998.0, 4.5]),
        (1050, [-1.0, 2100.0, 4.5]),
    ):
        column = Attribute("loss", T.FLOAT_SERIES, at_step=step)
        page = services.search.table(actor, runs.home, columns=[column, LOSS])
        assert [row.values[0] for row in page.rows] == expected, step
    assert [row.values[1] for row in page.rows] == [-1.0, 6000.0, 4.5]
    ordered = services.search.table(actor, runs.home, sort=SortBy(Attribute("loss", T.FLOAT_SERIES, at_step=1050), False))
    assert [row.run.custom_run_id for row in ordered.rows] == ["fork", "short", "long"]


def test_distinct_values(runs: Runs, services: Services, actor: Actor) -> None:
    for n in range(6):
        runs.make(
            f"run-{n}",
            {
                "opt": (T.STRING, ("Adam", "sgd")[n % 3 == 2]), "n": (T.INT, n // 2), "tags": (T.STRING_SET, frozenset({"x", str(n)})),
                "mixed": (T.INT, 1) if n else (T.STRING, "one"),
            },
        )  # fmt: skip
    runs.points(runs.make("with loss"), np.arange(3), np.array([3.0, 1.0, 2.0]))
    services.runs.patch(actor, runs.home, "run-5", trashed=True)

    def ask(path: str, **more: Any) -> tuple[list[tuple[object, int]], int]:
        found = services.distinct.values(actor, runs.home, path, **more)
        return [(each.value, each.runs) for each in found.values], found.total

    assert ask("opt") == ([("Adam", 4), ("sgd", 1)], 2)
    assert ask("opt", search="aD") == ([("Adam", 4)], 1)
    assert ask("n", limit=2) == ([(0, 2), (1, 2)], 3)
    assert ask("tags", limit=1) == ([("x", 5)], 6)
    assert ask("mixed") == ([(1, 4), ("one", 1)], 2)
    assert ask("nothing") == ([], 0)
    numbers = services.distinct.values(actor, runs.home, "n")
    assert (numbers.low, numbers.high) == (0, 2)
    series = services.distinct.values(actor, runs.home, "loss")
    assert (series.values, series.low, series.high) == ([], 2.0, 2.0)


def test_sparklines_hold_every_spike_of_every_series(runs: Runs, services: Services, actor: Actor) -> None:
    chance = np.random.default_rng(3)
    made = []
    for count, first, stride in ((1, 5, 1), (2, 0, 1), (40, 0, 1), (3000, 0, 1), (5000, 70_000, 3), (300, 10**9, 0.5)):
        values = chance.normal(size=count)
        values[count // 2] = 50 + count
        if count == 40:
            values[3] = math.nan
        run = runs.make(f"run-{count}")
        runs.points(run, first + np.arange(count) * stride, values)
        made.append((run, values))
    fork = runs.make("fork", fork=ForkPoint("run-3000", 2000 * 10**6))
    runs.points(fork, np.array([2001.0]), np.array([1.0]))
    found = {
        line.run: line
        for line in services.sparklines.sparklines(
            actor, runs.home, [run.key for run, _ in made] + [fork.key], ["loss", "none"], buckets=16
        )
    }
    for run, values in [*made, (fork, np.append(made[3][1][:2001], 1.0))]:
        line = found[run.key]
        assert np.nanmax(line.max) == np.nanmax(values) and np.nanmin(line.min) == np.nanmin(values), len(values)
        assert 1 <= len(line.x) <= 34 and (np.diff(line.x) >= 0).all() and line.x.min() >= 0 and line.x.max() <= 1000
        if len(values) > 40:
            assert len(line.x) >= 8 and line.x[0] < 80 and line.x[-1] > 920
    with pytest.raises(InvalidInput, match="2,000 series"):
        services.sparklines.sparklines(actor, runs.home, [RunKey(n) for n in range(1000)], ["a", "b"])


def test_an_export_is_the_whole_table(runs: Runs, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trireme.services.export.CHUNK_ROWS", 3)
    long = "x" * 5000 + "ż"
    for n in range(8):
        values: dict[str, tuple[T, Any]] = {
            "n": (T.INT, 2**60 + n), "ok": (T.BOOL, n % 2 == 0), "when": (T.DATETIME, NOW + n), "tags": (T.STRING_SET, frozenset({"b", "a"})),
            "note": (T.STRING, long if n == 4 else f"note {n}"), "mixed": (T.INT, 1) if n else (T.STRING, "one"),
        }  # fmt: skip
        run = runs.make(f"run-{n}", values if n != 6 else {"n": values["n"]})
        runs.points(run, np.arange(3), np.array([n, n / 2, n + 1.0]))
    columns = [Attribute(path) for path in ("n", "ok", "when", "tags", "note", "mixed", "loss", "none")]
    columns += [
        Attribute("loss", T.FLOAT_SERIES, Aggregate.MIN),
        Attribute("loss", T.FLOAT_SERIES, at_step=0),
        Attribute("sys/name"),
    ]
    question = Question(parse_nql(f"n >= {2**60 + 1}"), SortBy(Attribute("n"), descending=False))
    tables = list(services.exports.tables(actor, runs.home, question, columns))
    assert [table.num_rows for table in tables] == [3, 3, 1]
    rows = [row for table in tables for row in table.to_pylist()]
    assert rows[0] == {
        "sys/id": "TABLE-2", "sys/custom_run_id": "run-1", "sys/name": "TABLE-2", "sys/state": "running", "n": 2**60 + 1, "ok": False,
        "when": datetime.fromtimestamp((NOW + 1) / 1000, UTC), "tags": ["a", "b"], "note": "note 1", "mixed": "1", "loss": 2.0,
        "none": None, "loss min": 0.5, "loss at step 0": 1.0,
    }  # fmt: skip
    assert [row["sys/custom_run_id"] for row in rows] == [f"run-{n}" for n in range(1, 8)]
    assert rows[3]["note"] == long and rows[5]["note"] is rows[5]["ok"] is rows[5]["tags"] is None
    (empty,) = services.exports.tables(actor, runs.home, Question(parse_nql("n = 1")), columns)
    assert empty.num_rows == 0 and empty.schema == tables[0].schema


def test_kept_orders_and_groups_follow_every_change_that_concerns_them(
    runs: Runs, services: Services, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept while other attributes change must not outlive a change of its own."""
    lr, kind = Attribute("lr", T.FLOAT), Attribute("kind", T.STRING)
    made = [runs.make(f"r{n}", {"lr": (T.FLOAT, n / 10), "kind": (T.STRING, "a")}) for n in range(4)]
    query = "`loss`:float_series < 1.0 OR `lr`:float >= 0.0"
    question = Question(parse_nql(query), SortBy(lr, descending=False))

    def shown() -> list[str]:
        page = services.search.table(actor, runs.home, query=query, sort=question.sort)
        return [row.run.custom_run_id for row in page.rows]

    def counts() -> dict[Any, int]:
        page = services.groups.groups(actor, runs.home, question, kind)
        return {group.value: group.runs for group in page.groups}

    assert (shown(), counts()) == (["r0", "r1", "r2", "r3"], {"a": 4})
    asked: list[str] = []
    warehouse = services.attributes._warehouse
    read = warehouse.query
    monkeypatch.setattr(warehouse, "query", lambda sql, *args, **more: asked.append(sql) or read(sql, *args, **more))
    services.ingest.set_attributes(made[0], {"unrelated": (T.STRING, "x")})
    shown()
    assert not [sql for sql in asked if "bitmap" in sql]  # the order was kept
    services.ingest.set_attributes(made[0], {"lr": (T.FLOAT, 0.25)})
    assert shown() == ["r1", "r2", "r0", "r3"]
    services.ingest.set_attributes(made[1], {"lr": (T.FLOAT, None)})
    assert shown() == ["r2", "r0", "r3"]
    runs.points(made[1], np.array([1.0]), np.array([0.5]))
    assert shown() == ["r2", "r0", "r3", "r1"]
    services.ingest.set_attributes(made[2], {"kind": (T.STRING, "b")})
    assert counts() == {"a": 3, "b": 1}
    runs.make("r4", {"lr": (T.FLOAT, 0.22)})
    assert shown() == ["r2", "r4", "r0", "r3", "r1"]
    services.runs.patch(actor, runs.home, made[0].short_id, trashed=True)
    assert shown() == ["r2", "r4", "r3", "r1"]
    services.bulk.delete(actor, runs.home, [made[0].key])
    assert (shown(), counts()) == (["r2", "r4", "r3", "r1"], {"a": 2, "b": 1, None: 1})
