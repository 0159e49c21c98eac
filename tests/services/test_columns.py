"""Attributes of many runs as columns, and what parameters say about a metric."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.services.test_comparison import NOW, Runs
from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.permissions import Actor
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.records import FileRef
from trireme.domain.types import AttributeType as T
from trireme.server.services import Services
from trireme.services.columns import Kind, Selection
from trireme.services.importance import chi_squared_tail, effect_of, groups_of, ranks
from trireme.services.writes import PointEntry, Writes


@pytest.fixture
def runs(services: Services, actor: Actor) -> Runs:
    return Runs(services, actor)


def test_columns(runs: Runs) -> None:
    given: list[dict[str, tuple[T, Any]]] = [
        {
            "lr": (T.FLOAT, 0.1),
            "opt": (T.STRING, "sgd"),
            "depth": (T.STRING, "3"),
            "ok": (T.BOOL, True),
            "when": (T.DATETIME, NOW),
        },
        {"lr": (T.INT, 2), "opt": (T.STRING, "adam"), "depth": (T.STRING, "10"), "tags": (T.STRING_SET, frozenset("ba"))},
        {"lr": (T.FLOAT, math.nan), "opt": (T.STRING, "7"), "mixed": (T.INT, 1)},
    ]
    for values in given:
        runs.log(runs.add(values), "loss", [3.0, 1.0, 2.0])
    runs.add({"mixed": (T.STRING, "one")})
    names = ["lr", "opt", "depth", "ok", "when", "tags", "mixed", "nothing"]
    asked = [*map(Attribute, names), Attribute("loss", T.FLOAT_SERIES, Aggregate.MIN), Attribute("loss")]
    sort = SortBy(Attribute("sys/custom_run_id"), descending=False)
    found = runs.services.columns.read(runs.actor, runs.project, Selection(sort=sort), asked)
    assert found.runs.tolist() == [int(key) for key in runs.keys] and found.total == 4
    assert found.ids == [run.short_id for run in runs.records] and len(set(found.names)) == 4
    lr, opt, depth, ok, when, tags, mixed, nothing, low, last = found.columns
    assert lr.kind is Kind.NUMBER and lr.numbers is not None and lr.present.tolist() == [True, True, True, False]
    np.testing.assert_array_equal(lr.numbers, [0.1, 2, math.nan, math.nan])
    assert depth.kind is Kind.NUMBER and depth.numbers is not None and depth.numbers[:2].tolist() == [3, 10]
    assert when.kind is Kind.TIME and when.numbers is not None and when.numbers[0] == NOW
    assert nothing.kind is Kind.NUMBER and not nothing.present.any()
    assert low.numbers is not None and last.numbers is not None
    assert low.numbers[:3].tolist() == [1.0] * 3 and last.numbers[:3].tolist() == [2.0] * 3

    def texts(column: Any) -> list[str | None]:
        assert column.kind is Kind.CATEGORY
        return [column.levels[code] if code >= 0 else None for code in column.codes]

    assert texts(opt) == ["sgd", "adam", "7", None] and texts(ok) == ["true", None, None, None]
    assert texts(tags) == [None, "a, b", None, None] and texts(mixed) == [None, None, "1", "one"]
    few = runs.services.columns.read(runs.actor, runs.project, Selection(query="lr > 0"), [Attribute("lr")], limit=1)
    assert few.total == 2 and len(few.runs) == 1
    some = runs.services.columns.read(runs.actor, runs.project, Selection(runs=runs.keys[1:3]), [])
    assert some.runs.tolist() == [int(key) for key in runs.keys[1:3]]
    with pytest.raises(InvalidInput, match="50,000"):
        runs.services.columns.read(runs.actor, runs.project, Selection(), [], limit=60_000)


def test_what_parameters_say(runs: Runs) -> None:
    chance = np.random.default_rng(5)
    for number in range(40):
        lr, opt = 10 ** chance.uniform(-4, 0), ("sgd", "adam")[number % 2]
        values: dict[str, tuple[T, Any]] = {
            "lr": (T.FLOAT, float(lr)), "opt": (T.STRING, opt), "noise": (T.INT, int(chance.integers(5))),
            "folder": (T.STRING, f"out/{number}"), "same": (T.INT, 3), "source/python": (T.STRING, f"3.{number}"),
        }  # fmt: skip
        run = runs.add(values)
        # A valley in the learning rate: no rank correlation, and yet it decides.
        loss = abs(math.log10(lr) + 2) + (0.3 if opt == "sgd" else 0) if number else math.nan
        runs.log(run, "loss", [math.inf if number == 1 else loss])
    ranking = runs.services.parameters.rank(runs.actor, runs.project, Selection(), metric=Attribute("loss"))
    assert (ranking.runs, ranking.total, ranking.metric_runs, ranking.varying, ranking.constant) == (40, 40, 39, 4, 1)
    found = {each.path: each for each in ranking.parameters}
    assert [each.path for each in ranking.parameters][::3] == ["lr", "folder"]
    lr, opt, noise, folder = (found[path] for path in ("lr", "opt", "noise", "folder"))
    assert lr.effect and opt.effect and noise.effect and folder.effect is None
    assert lr.effect.importance > 0.4 and lr.effect.p_value < 0.01 and abs(lr.effect.correlation or 0) < 0.5
    assert noise.effect.importance < 0.2 and opt.effect.correlation is None
    assert {group.label for group in opt.groups} == {"sgd", "adam"} and sum(group.runs for group in opt.groups) == 39
    lows = [group.low for group in lr.groups]
    assert None not in lows and lows == sorted(lows)  # type: ignore[type-var]
    assert all(group.quartiles and group.quartiles[0] <= group.quartiles[1] <= group.quartiles[2] for group in lr.groups)
    bare = runs.services.parameters.rank(runs.actor, runs.project, Selection(), regex="^(lr|opt)$")
    assert [(each.path, each.effect, each.distinct) for each in bare.parameters] == [("lr", None, 40), ("opt", None, 2)]
    nobody = runs.services.parameters.rank(runs.actor, runs.project, Selection(query="lr > 5"), metric=Attribute("loss"))
    assert (nobody.parameters, nobody.total) == ([], 0)
    with pytest.raises(InvalidQuery, match="regular expression"):
        runs.services.parameters.rank(runs.actor, runs.project, Selection(), regex="(")
    with pytest.raises(InvalidInput, match="not a number"):
        runs.services.parameters.rank(runs.actor, runs.project, Selection(), metric=Attribute("folder"))


def test_statistics() -> None:
    assert ranks(np.array([3, math.inf, 1, 3, -math.inf])).tolist() == [3.5, 5, 2, 3.5, 1]
    # From the tables of the distribution.
    for x, degrees, tail in ((3.841459, 1, 0.05), (18.307038, 10, 0.05), (0.0, 3, 1.0), (6.634897, 1, 0.01), (1000.0, 2, 0.0)):
        assert chi_squared_tail(x, degrees) == pytest.approx(tail, abs=1e-5)
    # Kruskal and Wallis, 1952: three machines, H = 5.656.
    groups = np.array([0] * 5 + [1] * 3 + [2] * 4)
    output = np.array([340, 345, 330, 342, 338, 339, 333, 344, 347, 343, 349, 355], float)
    effect = effect_of(groups, output, None)
    assert effect is not None and effect.importance == pytest.approx((5.656 - 2) / 9, abs=1e-3)
    assert effect.p_value == pytest.approx(0.0591, abs=1e-3)
    line = np.arange(50.0)
    whole = effect_of(groups_of(line), line**3, line)
    assert whole is not None and whole.importance > 0.9 and whole.correlation == pytest.approx(1)
    chance = np.random.default_rng(0)
    nothing = [effect_of(groups_of(chance.normal(size=60)), chance.normal(size=60), None) for _ in range(200)]
    assert np.mean([each.importance for each in nothing if each]) < 0.05
    assert effect_of(np.zeros(10, int), line[:10], None) is None, "one group"
    assert effect_of(np.arange(10), line[:10], None) is None, "a group for each run"
    assert effect_of(np.array([0, 1] * 5), np.ones(10), None) is None, "a metric that is the same everywhere"
    tied = groups_of(np.array([0.0] * 90 + list(range(1, 21))))
    assert len(set(tied[:90])) == 1 and tied.max() >= 1


def test_media(runs: Runs) -> None:
    picture = FileRef("ab" * 32, 3, "image/png", "x.png")

    def file(number: int) -> FileRef:
        return FileRef(f"{number:02}" * 32, number, "image/png", f"{number}.png")

    a, b, c = runs.add(), runs.add({"single": (T.FILE, picture)}), runs.add()
    for run, steps in ((a, (0, 10, 20)), (b, (5, 15))):
        points = [PointEntry(0, step * 1_000_000, NOW, file(step)) for step in steps]
        runs.write(run, Writes(["shots", "says"], points=[*points, PointEntry(1, 0, NOW, "ż" * 30_000)]))
    grid = runs.services.media.grid(runs.actor, runs.project, runs.keys, "shots", [4, 15, 1000])
    assert (grid.steps, grid.total_steps) == ([0, 5, 10, 15, 20], 5)
    cells = [[cell and cell.step for cell in row.cells] for row in grid.rows]
    assert cells == [[0, 10, 20], [None, 15, 15], [None] * 3] and [row.total for row in grid.rows] == [3, 2, 0]
    assert grid.rows[1].cells[1] is not None and grid.rows[1].cells[1].content == file(15)
    last = runs.services.media.grid(runs.actor, runs.project, [c.key, b.key], "shots")
    assert [row.run for row in last.rows] == [c.key, b.key]
    assert [[cell and cell.step for cell in row.cells] for row in last.rows] == [[None], [15]]
    single = runs.services.media.grid(runs.actor, runs.project, runs.keys, "single", [3])
    assert [[cell and (cell.step, cell.content) for cell in row.cells] for row in single.rows] == [
        [None],
        [(None, picture)],
        [None],
    ]
    text = runs.services.media.grid(runs.actor, runs.project, [a.key], "says").rows[0].cells[0]
    assert text is not None and text.content == "ż" * 20_000 + "…"
    with pytest.raises(InvalidInput, match="10,000 cells"):
        runs.services.media.grid(runs.actor, runs.project, runs.keys, "shots", list(range(5000)))
