"""Runs side by side: the rows that differ are those that a plain comparison of what was logged finds."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from tests.support import loop
from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.ids import RunKey
from trireme.domain.lineage import ForkPoint
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute
from trireme.domain.records import FileRef, Histogram
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType as T
from trireme.server.services import Services
from trireme.services.comparison import ComparedRow
from trireme.services.comparison_index import Section
from trireme.services.packages import parse_requirements
from trireme.services.writes import Assign, FloatEntries, Identity, PointEntry, Writes

NOW = 1_700_000_000_000
SPAN = 20


class Runs:
    """Runs of one project."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self.services, self.actor = services, actor
        self.records: list[RunRecord] = []

    def add(self, values: dict[str, tuple[T, Any]] | None = None, fork: ForkPoint | None = None) -> RunRecord:
        name = f"run-{len(self.records)}"
        record = self.services.runs.create(self.actor, project="default/compare", custom_run_id=name, fork=fork).record
        self.records.append(record)
        self.write(record, Writes(list(values or {}), values=[Assign(n, *v) for n, v in enumerate((values or {}).values())]))
        return record

    def write(self, run: RunRecord, writes: Writes) -> None:
        assert self.services.ingest.write(self.actor, run, writes, identity=Identity.STEP) == []

    def log(self, run: RunRecord, path: str, values: list[float], first: int = 0) -> None:
        count = len(values)
        steps = (np.arange(count) + first) * 1_000_000
        none = np.zeros(count, np.uint32)
        self.write(run, Writes([path], FloatEntries(none, steps, NOW + steps // 1_000_000, np.array(values, float), none)))

    @property
    def project(self) -> ProjectRecord:
        return self.services.projects.get(self.actor, "default", "compare")

    @property
    def keys(self) -> list[RunKey]:
        return [run.key for run in self.records]

    def rows(self, **options: Any) -> list[ComparedRow]:
        page = self.services.comparisons.page(self.actor, self.project, self.keys, limit=1000, **options)
        return page.rows

    def store(self, content: bytes, name: str) -> FileRef:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        digest = hashlib.sha256(content).hexdigest()
        loop.run(self.services.files.put(self.actor, digest, chunks()))
        return FileRef(digest, len(content), "text/plain", name)


@pytest.fixture
def runs(services: Services, actor: Actor) -> Runs:
    return Runs(services, actor)


def differing(rows: list[ComparedRow]) -> set[str]:
    return {row.found.path for row in rows if row.found.differs and row.found.section is not Section.RUN}


def shown(rows: list[ComparedRow], path: str) -> list[object]:
    return next(row.values for row in rows if row.found.path == path)


def test_what_differs_is_exact(runs: Runs) -> None:
    chance = random.Random(3)
    given: dict[str, list[Any]] = {}
    choices: dict[T, list[Any]] = {
        T.FLOAT: [0.1, 1.0, math.nan, math.inf, -0.0],
        T.INT: [1, 2, 2**60, 2**60 + 1],
        T.STRING: ["a", "A", "ab", "żółw", "1"],
        T.BOOL: [True, False],
        T.STRING_SET: [frozenset("ab"), frozenset("a")],
    }
    for number in range(60):
        type_ = chance.choice(list(choices))
        few = chance.sample(choices[type_], chance.choice([1, 1, 2]))
        given[f"p/{number:02}"] = [type_, *(chance.choice([*few, few[0]]) if chance.random() < 0.97 else None for _ in range(4))]
    for index in range(1, 5):
        runs.add({path: (row[0], row[index]) for path, row in given.items() if row[index] is not None})
    rows = [row for row in runs.rows() if row.found.section is Section.CONFIG]
    assert [row.found.path for row in rows] == sorted(path for path, row in given.items() if any(v is not None for v in row[1:]))

    def same(values: list[Any]) -> bool:
        return len({repr(0.0 if value == 0 else value) if not isinstance(value, frozenset) else value for value in values}) == 1

    for row in rows:
        values = given[row.found.path][1:]
        assert row.found.differs is not same(values), row
        assert [repr(v) for v in row.values] == [repr(0.0 if v == 0 and isinstance(v, float) and 0 else v) for v in values]
    only = [row.found.path for row in runs.rows(differing_only=True) if row.found.section is Section.CONFIG]
    assert only == [row.found.path for row in rows if row.found.differs]


def test_numbers_of_two_types_are_numbers_and_texts_are_not(runs: Runs) -> None:
    for lr, name in ((T.FLOAT, 1.0), (T.STRING, "x")), ((T.INT, 1), (T.STRING, "x")):
        runs.add({"lr": lr, "name": name})
    assert differing(runs.rows()) == set()
    runs.add({"lr": (T.STRING, "1"), "name": (T.STRING, "x")})
    row = next(row for row in runs.rows() if row.found.path == "lr")
    assert row.found.differs and row.values == [1.0, 1, "1"] and row.types == [T.FLOAT, T.INT, T.STRING]


def test_metrics_differ_by_aggregate(runs: Runs) -> None:
    a, b = runs.add(), runs.add()
    runs.log(a, "loss", [3, 1, 2])
    runs.log(b, "loss", [4, 1, 2])
    runs.log(a, "same", [0.1] * SPAN)
    for start in range(SPAN):  # the same points in other pieces: sums differ in their last digit
        runs.log(b, "same", [0.1], start)
    runs.log(a, "bad", [math.nan])
    runs.log(b, "bad", [math.nan])
    runs.log(a, "worse", [math.nan])
    runs.log(b, "worse", [math.inf])
    aggregates = list(Aggregate)
    rows = [row for row in runs.rows(aggregates=aggregates) if row.found.section is Section.METRICS]
    found = {(row.found.path, row.found.aggregate): row for row in rows}
    assert len(rows) == 4 * len(aggregates)
    flags = {each: found["loss", each].found.differs for each in aggregates}
    assert flags == dict.fromkeys(aggregates, False) | dict.fromkeys(
        (Aggregate.FIRST, Aggregate.MAX, Aggregate.AVERAGE, Aggregate.VARIANCE), True
    )
    assert found["loss", Aggregate.MAX].values == [3.0, 4.0]
    assert not any(found["same", each].found.differs or found["bad", each].found.differs for each in aggregates)
    assert found["bad", Aggregate.MIN].values == [None, None]
    assert found["worse", Aggregate.LAST].found.differs
    assert {row.found.aggregate for row in runs.rows() if row.found.section is Section.METRICS} == {Aggregate.LAST}


def test_other_series_and_forks(runs: Runs) -> None:
    a = runs.add()
    points = [PointEntry(0, step * 1_000_000, NOW, f"line {step}") for step in range(5)]
    bins = [PointEntry(1, 0, NOW, Histogram((0.0, 1.0), (4.0,)))]
    runs.write(a, Writes(["text", "bins"], points=points + bins))
    runs.log(a, "loss", [1, 2, 3])
    fork = runs.add(fork=ForkPoint(a.custom_run_id, 4_000_000))
    assert differing(runs.rows()) == set()
    assert shown(runs.rows(), "text") == ["line 4", "line 4"]
    runs.write(fork, Writes(["text"], points=[PointEntry(0, 5_000_000, NOW, "more")]))
    rows = runs.rows()
    assert differing(rows) == {"text"}
    text = next(row for row in rows if row.found.path == "text")
    assert text.values == ["line 4", "more"] and text.points is not None
    assert [(each.count, each.last_step) for each in text.points if each] == [(5, 4.0), (6, 5.0)]


def test_packages_and_files(runs: Runs) -> None:
    lists = [b"numpy==1.26\nTorch_Vision==0.2\n", b"numpy==2.0\ntorch-vision==0.2\nx @ git+https://h/x@abc\n"]
    for content in lists:
        ref = runs.store(content, "requirements.txt")
        runs.add({"source/packages": (T.FILE, ref), "model": (T.FILE, FileRef("ab" * 32, 3, "a/b", f"{ref.sha256[:4]}.bin"))})
    bare = runs.add()
    page = runs.services.comparisons.page(runs.actor, runs.project, runs.keys, limit=100)
    packages = {row.found.path: row for row in page.rows if row.found.section is Section.PACKAGES}
    assert {path: row.values for path, row in packages.items()} == {
        "numpy": ["1.26", "2.0", None],
        "torch-vision": ["0.2", "0.2", None],
        "x": [None, "@ git+https://h/x@abc", None],
    }
    assert {path for path, row in packages.items() if row.found.differs} == {"numpy", "x"}
    assert page.unrecorded == [bare.key]
    assert [row.found.path for row in runs.rows(regex="^num")] == ["numpy"]
    runs.records.remove(bare)
    assert differing(runs.rows()) == {"source/packages", "numpy", "x"}, "a file is its content, not its name"


def test_order_sections_and_pages(runs: Runs) -> None:
    for value in (1, 2):
        run = runs.add({f"params/{n:03}": (T.INT, n if n % 10 else value) for n in range(100)})
        runs.log(run, "val/loss", [value, value / 2])
        runs.log(run, "system/host/cpu", [50])
    first = [Attribute("val/loss", T.FLOAT_SERIES, Aggregate.MAX), Attribute("params/050"), Attribute("nothing")]
    page = runs.services.comparisons.page(
        runs.actor, runs.project, runs.keys, regex="params|loss|cpu", first=first, offset=2, limit=5, positions=True
    )
    counts = [(each.section, each.total, each.differing) for each in page.sections]
    assert counts == [(Section.COLUMNS, 2, 2), (Section.CONFIG, 99, 9), (Section.METRICS, 1, 1), (Section.SYSTEM, 1, 0)]
    assert page.total == 103 and [row.found.path for row in page.rows] == [f"params/{n:03}" for n in range(5)]
    assert page.differing == [0, 1, 2, 12, 22, 32, 42, *(51 + n for n in (10, 20, 30, 40)), 101]
    only = runs.services.comparisons.page(
        runs.actor, runs.project, runs.keys, regex="params|loss|cpu", first=first, limit=5, differing_only=True
    )
    assert only.total == 12 and only.sections == page.sections
    assert [row.found.path for row in only.rows] == ["val/loss", "params/050", "params/000", "params/010", "params/020"]
    assert only.rows[0].found.aggregate is Aggregate.MAX and only.rows[0].values == [1.0, 2.0]
    runs.write(runs.records[0], Writes(["params/000"], values=[Assign(0, T.INT, 2)]))
    assert runs.rows(differing_only=True, regex="params/000") == [], "a change is seen at once"


def test_long_texts_are_cut_but_compared_whole(runs: Runs) -> None:
    for end in ("x", "y"):
        runs.add({"prompt": (T.STRING, "ż" * 5000 + end)})
    row = next(row for row in runs.rows() if row.found.path == "prompt")
    assert row.found.differs and row.values == ["ż" * 1000 + "…"] * 2


def test_refusals(runs: Runs) -> None:
    runs.add({"a": (T.INT, 1)})
    with pytest.raises(InvalidQuery, match="regular expression"):
        runs.rows(regex="(")
    with pytest.raises(InvalidInput, match="0 runs"):
        runs.services.comparisons.page(runs.actor, runs.project, [])
    with pytest.raises(InvalidInput, match="200,000 values"):
        runs.services.comparisons.page(runs.actor, runs.project, [RunKey(n) for n in range(1000)], limit=500)


def test_requirements_of_every_kind() -> None:
    text = "A==1\nb_c===2.0+cu1  # editable: file:///x\n# no\n\n-e .\nd @ https://h/d.whl\na==2\nplain\n"
    assert parse_requirements(text) == {"a": "1", "b-c": "2.0+cu1", "d": "@ https://h/d.whl"}
