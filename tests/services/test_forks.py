"""Forks: whatever the tree, a run shows its ancestors' points up to the fork and its own after it; nothing is copied."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.support.derived import derived
from trireme.domain.errors import InvalidInput
from trireme.domain.lineage import Fork, ForkPoint, Segment, heirs, segments
from trireme.domain.permissions import Actor
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.records import FileRef, Histogram
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType as T
from trireme.server.services import Services
from trireme.services.buckets import Axis
from trireme.services.run import RunView
from trireme.services.series import SeriesKey
from trireme.services.writes import Assign, Delete, FloatEntries, Identity, PointEntry, Writes
from trireme.storage.warehouse.rebuild import rebuild_runs

PROJECT = "default/forks"
NOW = 1_700_000_000_000


def floats(path: int, steps: np.ndarray, values: np.ndarray, preview: int = 0) -> FloatEntries:
    count = len(steps)
    return FloatEntries(
        np.full(count, path, np.uint32),
        np.round(np.asarray(steps) * 1e6).astype(np.int64),
        NOW + np.arange(count),
        np.asarray(values, np.float64),
        np.full(count, preview, np.uint8),
    )


@dataclass
class Tree:
    """Runs in a store, and beside each what it must show."""

    services: Services
    actor: Actor
    seen: dict[str, dict[float, float]] = field(default_factory=dict)
    runs: dict[str, RunRecord] = field(default_factory=dict)
    parents: dict[str, tuple[str, float]] = field(default_factory=dict)

    def run(self, name: str, parent: str | None = None, step: float | None = None, **more: object) -> RunView:
        fork = ForkPoint(parent, None if step is None else round(step * 1e6)) if parent else None
        view = self.services.runs.create(self.actor, project=PROJECT, custom_run_id=name, fork=fork, **more)  # type: ignore[arg-type]
        self.runs[name] = view.record
        if parent is not None and step is not None:
            self.parents[name] = (parent, step)
        self.seen.setdefault(name, {s: v for s, v in self.seen[parent].items() if s <= (step or 0)} if parent else {})
        return view

    def write(self, name: str, writes: Writes, identity: Identity = Identity.STEP) -> list[tuple[str, str, int]]:
        found = self.services.ingest.write(self.actor, self.runs[name], writes, identity=identity)
        return [(rejection.path, rejection.code, rejection.count) for rejection in found]

    def log(self, name: str, steps: np.ndarray, values: np.ndarray) -> None:
        assert self.write(name, Writes(["loss"], floats(0, steps, values))) == []
        points = dict(zip(np.asarray(steps).tolist(), np.asarray(values).tolist(), strict=True))
        self._show(name, points)

    def _show(self, name: str, points: dict[float, float]) -> None:
        self.seen[name] |= points
        for child, (parent, step) in self.parents.items():
            if parent == name:
                self._show(child, {s: v for s, v in points.items() if s <= step})

    def check(self, *, buckets: int = 100) -> None:
        """Points, charts, summaries and tables agree with what each run must show."""
        services, project = self.services, self.services.projects.get(self.actor, "default", "forks")
        warehouse = services.series._warehouse
        before = derived(warehouse)
        rebuild_runs(warehouse, project.id, [run.key for run in self.runs.values()])
        assert derived(warehouse) == before
        columns = [Attribute("loss", T.FLOAT_SERIES, aggregate) for aggregate in (Aggregate.LAST, Aggregate.MIN, Aggregate.COUNT)]
        table = services.search.table(self.actor, project, columns=columns, limit=100)
        cells = {row.run.custom_run_id: row.values for row in table.rows}
        for name, run in self.runs.items():
            expected = sorted(self.seen[name].items())
            key = SeriesKey(run.key, "loss")
            points = services.series.points(self.actor, project, [key]).table
            assert list(zip(points["step"].to_pylist(), points["value"].to_pylist(), strict=True)) == expected, name
            if not expected:
                continue
            steps, values = np.array(expected).T
            assert cells[name] == [values[-1], values.min(), len(values)], name
            ranges = [(None, None), (steps[len(steps) // 3], steps[-len(steps) // 3])]
            for start, stop in ranges:
                if start is not None and start >= stop:
                    continue
                rows = services.series.buckets(
                    self.actor, project, [key], start=start, stop=stop, buckets=buckets
                ).table.to_pylist()
                inside = values if start is None else values[(steps >= start) & (steps <= stop)]
                total = sum(row["count"] for row in rows)
                assert total == len(values) if start is None else total >= len(inside), name
                assert min(row["min"] for row in rows) <= inside.min() and max(row["max"] for row in rows) >= inside.max()
                if start is None:
                    assert sum(row["count"] * row["mean"] for row in rows) == pytest.approx(values.sum())
            for axis in (Axis.RELATIVE, Axis.TIME):
                rows = services.series.buckets(self.actor, project, [key], axis=axis, buckets=buckets).table.to_pylist()
                assert sum(row["count"] for row in rows) == len(values), (name, axis)
            if name not in list(self.runs)[-3:]:
                continue  # the youngest have the longest lineages
            rows = services.series.buckets(self.actor, project, [key], buckets=buckets, log=True).table.to_pylist()
            assert sum(row["count"] for row in rows) == (steps > 0).sum(), name
            rows = services.series.buckets(self.actor, project, [key], buckets=buckets, x_metric="loss").table.to_pylist()
            assert sum(row["count"] for row in rows) == np.isfinite(values).sum(), name


@pytest.fixture
def tree(services: Services, actor: Actor) -> Tree:
    return Tree(services, actor)


def test_chains_become_segments() -> None:
    chain = [Fork(3, 2, 50), Fork(2, 1, 80)]  # type: ignore[arg-type]
    assert segments(3, chain) == [Segment(3, 50, None), Segment(1, None, 50)]  # type: ignore[arg-type]
    chain = [Fork(3, 2, 90), Fork(2, 1, 80)]  # type: ignore[arg-type]
    assert segments(3, chain) == [Segment(3, 90, None), Segment(2, 80, 90), Segment(1, None, 80)]  # type: ignore[arg-type]
    assert segments(1, []) == [Segment(1, None, None)]  # type: ignore[arg-type]
    assert heirs(1, [Fork(2, 1, 80), Fork(3, 2, 90), Fork(4, 2, 10)]) == {2: 80, 3: 80, 4: 10}  # type: ignore[arg-type]


@pytest.mark.parametrize("stride", [1.0, 0.25, 37.0])
def test_long_runs_forked_anywhere(tree: Tree, stride: float) -> None:
    chance = np.random.default_rng(int(stride * 4))
    count = 40_000
    steps = np.arange(count) * stride
    tree.run("root")
    tree.log("root", steps, chance.normal(size=count))
    tree.run("end", "root", steps[-1])
    tree.run("middle", "root", steps[count // 2] + stride / 2)
    tree.run("start", "root", 0.0)
    tree.run("before", "root", -1.0)
    tree.log("middle", steps[count // 2 + 1 :], chance.normal(size=count - count // 2 - 1))
    tree.log("start", steps[1:500], chance.normal(size=499))
    tree.run("deep", "middle", steps[3 * count // 4])
    tree.log("deep", steps[3 * count // 4 + 1 :] + stride / 4, chance.normal(size=count - 3 * count // 4 - 1))
    tree.run("shallow", "deep", steps[100])
    tree.log("shallow", steps[101:3000], chance.normal(size=2899))
    tree.check()


def test_points_that_come_late_into_the_parent(tree: Tree) -> None:
    tree.run("root")
    tree.log("root", np.arange(0, 100, 2), np.arange(50.0))
    tree.run("child", "root", 60)
    tree.run("grandchild", "child", 30)
    tree.run("cousin", "child", 80)
    tree.log("child", np.arange(61, 90), np.ones(29))
    tree.log("root", np.arange(1, 100, 2), np.full(50, -3.0))
    tree.log("root", np.arange(100, 3000), np.zeros(2900))
    tree.check()
    later = Writes(["new"], floats(0, np.array([5.0, 70.0]), np.array([1.0, 2.0])))
    assert tree.write("root", later) == []
    project = tree.services.projects.get(tree.actor, "default", "forks")
    attributes, _ = tree.services.search.run_attributes(tree.actor, project, tree.runs["grandchild"], prefix="new")
    assert [(a.path, a.summary and a.summary.last, a.summary and a.summary.count) for a in attributes] == [("new", 1.0, 1)]


def test_what_is_inherited(tree: Tree) -> None:
    tree.run("root", tags=["a"])
    file = FileRef("ab" * 32, 3, "text/plain", "x.txt")
    tree.write(
        "root",
        Writes(
            ["params/lr", "text", "bins", "shots", "late", "sys/description"],
            points=[PointEntry(1, step * 1_000_000, NOW, f"line {step}") for step in range(10)]
            + [PointEntry(2, 2_000_000, NOW, Histogram((0.0, 1.0), (4.0,)))]
            + [PointEntry(3, 3_000_000, NOW, file), PointEntry(4, 9_000_000, NOW, "too late")],
            values=[Assign(0, T.FLOAT, 0.1), Assign(5, T.STRING, "said")],
        ),
    )
    tree.run("child", "root", 5)
    tree.run("bare", "root", 5, inherit=False)
    project = tree.services.projects.get(tree.actor, "default", "forks")

    def attributes(name: str) -> dict[str, object]:
        found, _ = tree.services.search.run_attributes(tree.actor, project, tree.runs[name])
        return {a.path: a.value for a in found if not a.path.startswith("sys/") or a.path in ("sys/tags", "sys/description")}

    series = {"text": None, "bins": None, "shots": None}
    assert attributes("child") == {"params/lr": 0.1, "sys/tags": frozenset("a"), "sys/description": "said", **series}
    assert attributes("bare") == series
    key = SeriesKey(tree.runs["child"].key, "text")
    page = tree.services.series.strings(tree.actor, project, key, tail=3)
    assert (page.total, page.table["value"].to_pylist()) == (6, ["line 3", "line 4", "line 5"])
    pages = tree.services.series.strings(tree.actor, project, key, limit=4)
    rest = tree.services.series.strings(tree.actor, project, key, limit=4, cursor=pages.next_cursor)
    assert [*pages.table["value"].to_pylist(), *rest.table["value"].to_pylist()] == [f"line {n}" for n in range(6)]
    shot = tree.services.series.file_at(tree.actor, project, SeriesKey(tree.runs["child"].key, "shots"), 3)
    assert shot["sha256"] == file.sha256
    assert tree.services.series.histograms(tree.actor, project, SeriesKey(tree.runs["bare"].key, "bins")).total == 1
    # A change in the child does not touch the parent.
    tree.write("child", Writes(["params/lr"], values=[Assign(0, T.FLOAT, 0.2)]))
    assert (attributes("root")["params/lr"], attributes("child")["params/lr"]) == (0.1, 0.2)
    assert tree.write("child", Writes(["text"], floats(0, np.array([9.0]), np.ones(1)))) == [("text", "type_conflict", 1)]


def test_own_points_come_after_the_fork(tree: Tree) -> None:
    tree.run("root")
    tree.log("root", np.arange(10.0), np.arange(10.0))
    tree.run("child", "root", 5)
    refused = tree.write(
        "child",
        Writes(["loss", "log"], floats(0, np.array([4.0, 5.0, 5.000001]), np.ones(3)), [PointEntry(1, 5_000_000, NOW, "x")]),
    )
    assert refused == [("loss", "before_fork", 2), ("log", "before_fork", 1)]
    tree.seen["child"][5.000001] = 1.0
    tree.check()


def test_sorting_and_filtering_see_what_is_inherited(tree: Tree) -> None:
    tree.run("root")
    tree.log("root", np.arange(10.0), np.arange(10.0))
    tree.run("child", "root", 5)
    project = tree.services.projects.get(tree.actor, "default", "forks")

    def found(query: str) -> list[str]:
        sort = SortBy(Attribute("loss", T.FLOAT_SERIES), descending=False)
        rows = tree.services.search.table(tree.actor, project, query=query, sort=sort).rows
        return [row.run.custom_run_id for row in rows]

    assert found("") == ["child", "root"]
    assert found('last(`loss`:floatSeries) == "5"') == ["child"]
    assert found("`loss`:floatSeries EXISTS") == ["child", "root"]


def test_a_deleted_series_goes_from_its_forks(tree: Tree) -> None:
    tree.run("root")
    tree.log("root", np.arange(10.0), np.arange(10.0))
    tree.run("child", "root", 5)
    tree.log("child", np.array([7.0]), np.array([70.0]))
    tree.write("root", Writes(["loss"], values=[Delete(0)]))
    tree.seen = {"root": {}, "child": {7.0: 70.0}}
    tree.check()


def test_a_parent_stays_while_it_has_forks(tree: Tree) -> None:
    root, child = (tree.run("root"), tree.run("child", "root", 5))
    project = tree.services.projects.get(tree.actor, "default", "forks")
    keys = [root.record.key, child.record.key]
    tree.services.bulk.trash(tree.actor, project, keys, trashed=True)
    (refused,) = tree.services.bulk.delete(tree.actor, project, keys[:1]).refused
    assert "continued by 1 forks" in refused.reason
    assert tree.services.bulk.delete(tree.actor, project, keys).changed == keys, "together they may go"


def test_creating_again(tree: Tree) -> None:
    tree.run("root")
    tree.run("child", "root", 5)
    assert not tree.run("child", "root", 5).conflicting
    assert tree.run("child", "root", 6).conflicting
    assert tree.services.catalog.runs.by_key(tree.runs["child"].key).fork_step == 5_000_000  # type: ignore[union-attr]
    assert tree.run("orphan", None).missing_parent is False
    lost = tree.services.runs.create(tree.actor, project=PROJECT, custom_run_id="lost", fork=ForkPoint("nobody", 3), native=False)
    assert lost.missing_parent and lost.record.parent_key is None
    with pytest.raises(InvalidInput, match="itself"):
        tree.services.runs.create(tree.actor, project=PROJECT, custom_run_id="root", fork=ForkPoint("root", 3))


def test_a_dozen_generations(tree: Tree) -> None:
    tree.run("g0")
    tree.log("g0", np.arange(100.0), np.zeros(100))
    for n in range(1, 25):
        tree.run(f"g{n}", f"g{n - 1}", 100.0 * n - 50)
        tree.log(f"g{n}", np.arange(100.0 * n - 49, 100.0 * n + 50), np.full(99, float(n)))
    assert tree.runs["g24"].depth == 24
    tree.check(buckets=300)


def test_an_experiments_head_is_its_newest_run(tree: Tree) -> None:
    project_runs = [tree.run(f"r{n}", experiment="tuning").record for n in range(3)]
    tree.run("other", experiment="else")
    project = tree.services.projects.get(tree.actor, "default", "forks")

    def found(query: str) -> set[str]:
        return {row.run.custom_run_id for row in tree.services.search.table(tree.actor, project, query=query).rows}

    assert found("`sys/experiment/is_head`:bool = true") == {"r2", "other"}
    assert found('`sys/name`:string = "tuning"') == {"r0", "r1", "r2"}
    assert tree.services.catalog.lineage.head(project.id, "tuning") == project_runs[-1].key
    tree.run("r1", experiment="tuning")  # found, not made: the head stays
    assert found("`sys/experiment/is_head`:bool = true") == {"r2", "other"}
