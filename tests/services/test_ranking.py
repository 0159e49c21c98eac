"""Runs in an order of several keys: against a plain recomputation, while they change."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import And, Attribute, Comparison, Exists, Not, OneOf, Operator, Or, Query
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType as T
from trireme.server.services import Services
from trireme.services.ranking import Kind, Rank
from trireme.services.writes import FloatEntries, Identity, Writes

LOSS = Attribute("loss", T.FLOAT_SERIES)
TEXTS = ["adam", "sgd", "Ärger", "", "z\U0001f600", "10", "9"]
NUMBERS = [0.0, -1.5, 2.0, 2.0, math.nan, math.inf, -math.inf, 1e300]
COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: operator.eq, Operator.NE: operator.ne, Operator.GT: operator.gt,
    Operator.GE: operator.ge, Operator.LT: operator.lt, Operator.LE: operator.le,
}  # fmt: skip


@dataclass
class Kept:
    """A run as the test remembers it."""

    run: RunRecord
    created: int
    loss: float | None = None
    texts: dict[str, str] = field(default_factory=dict)
    trashed: bool = False


def holds(query: Query, run: Kept) -> bool:
    match query:
        case And(operands):
            return all(holds(operand, run) for operand in operands)
        case Or(operands):
            return any(holds(operand, run) for operand in operands)
        case Not(operand):
            return not holds(operand, run)
        case OneOf(runs):
            return int(run.run.key) in runs
        case Exists(attribute):
            return attribute.path in run.texts
        case Comparison(attribute, op, value):
            found = run.loss if attribute == LOSS else run.texts.get(attribute.path)
            return found is not None and COMPARE[op](found, value)


def sort_key(rank: Rank, run: Kept) -> tuple[int, Any]:
    """Numbers first, then NaN, then nothing."""
    found: Any = None
    if rank.kind is Kind.METRIC:
        found = run.loss
    elif rank.kind is Kind.TIME:
        found = run.created
    elif rank.kind is Kind.TEXT:
        found = next((run.texts[path] for path in rank.paths if path in run.texts), None)
    if found is None:
        return 2, 0
    return (1, 0) if found != found else (0, found.encode() if isinstance(found, str) else found)


def in_order(runs: list[Kept], ranks: list[Rank]) -> list[RunKey]:
    ordered = sorted(runs, key=lambda kept: kept.run.key)
    ordered.sort(key=lambda kept: kept.run.custom_run_id)
    ordered.sort(key=lambda kept: -kept.created)
    for rank in reversed(ranks):
        with_value = [kept for kept in ordered if not sort_key(rank, kept)[0]]
        with_value.sort(key=lambda kept: sort_key(rank, kept)[1], reverse=not rank.ascending)
        ordered = with_value + sorted(
            (kept for kept in ordered if sort_key(rank, kept)[0]), key=lambda kept: sort_key(rank, kept)[0]
        )
    return [kept.run.key for kept in ordered]


class Fleet:
    """Two projects whose runs change at random."""

    def __init__(self, services: Services, actor: Actor, chance: random.Random) -> None:
        self.services, self.actor, self.chance = services, actor, chance
        self.runs: dict[str, list[Kept]] = {"default/one": [], "default/two": []}
        self.steps = 0

    def home(self, name: str) -> ProjectRecord:
        return self.services.projects.get(self.actor, *name.split("/"))

    def make(self, name: str) -> None:
        created = 1_700_000_000_000 + self.chance.randrange(3)
        made = self.services.runs.create(
            self.actor, project=name, custom_run_id=f"{self.chance.getrandbits(64):x}", created_at=created
        )
        self.runs[name].append(Kept(made.record, created))

    def change(self) -> None:
        name = self.chance.choice(list(self.runs))
        if len(self.runs[name]) < 4 or self.chance.random() < 0.15:
            self.make(name)
            return
        kept = self.chance.choice(self.runs[name])
        match self.chance.choice(["loss", "text", "text", "trash", "delete"]):
            case "loss":
                self.steps += 1
                kept.loss = self.chance.choice(NUMBERS)
                point = FloatEntries(
                    np.zeros(1, np.uint32), np.array([self.steps]), np.array([1_700_000_000_000]), np.array([kept.loss]),
                    np.zeros(1, np.uint8),
                )  # fmt: skip
                assert not self.services.ingest.write(
                    self.actor, kept.run, Writes(["loss"], floats=point), identity=Identity.STEP
                )
            case "text":
                path = self.chance.choice(["p", "params/p"])
                kept.texts[path] = self.chance.choice(TEXTS)
                self.services.ingest.set_attributes(kept.run, {path: (T.STRING, kept.texts[path])})
            case "trash":
                kept.trashed = not kept.trashed
                self.services.runs.patch(self.actor, self.home(name), f"key:{kept.run.key}", trashed=kept.trashed)
            case _ if kept.texts:
                path = self.chance.choice(list(kept.texts))
                del kept.texts[path]
                self.services.ingest.set_attributes(kept.run, {path: (T.STRING, None)})

    def condition(self, depth: int = 2) -> Query:
        if depth and self.chance.random() < 0.6:
            parts = tuple(self.condition(depth - 1) for _ in range(self.chance.randint(1, 3)))
            return self.chance.choice([And(parts), Or(parts), Not(parts[0])])
        text = Attribute(self.chance.choice(["p", "params/p"]), T.STRING)
        number = self.chance.choice([value for value in NUMBERS if value == value])
        return self.chance.choice(
            [
                Comparison(LOSS, self.chance.choice(list(COMPARE)), number),
                Comparison(text, self.chance.choice([Operator.EQ, Operator.NE]), self.chance.choice(TEXTS)),
                Exists(text),
                OneOf(tuple(int(kept.run.key) for kept in self.runs["default/one"][:3])),
            ]
        )

    def order(self) -> list[Rank]:
        ranks = [
            Rank(Kind.METRIC, ("loss",), self.chance.random() < 0.5),
            Rank(Kind.TEXT, ("params/p", "p"), self.chance.random() < 0.5),
            Rank(Kind.TIME, ("sys/creation_time",), self.chance.random() < 0.5),
        ]
        return self.chance.sample(ranks, self.chance.randint(0, 3))


@pytest.mark.parametrize("seed", range(2))
def test_pages_are_those_of_a_plain_recomputation_while_runs_change(services: Services, actor: Actor, seed: int) -> None:
    chance = random.Random(seed)
    fleet = Fleet(services, actor, chance)
    for name in fleet.runs:
        for _ in range(6):
            fleet.make(name)
    for _ in range(40):
        fleet.change()
        names = chance.sample(list(fleet.runs), chance.randint(1, 2))
        query = fleet.condition() if chance.random() < 0.8 else None
        trashed = chance.choice([False, True, None])
        ranks, offset, limit = fleet.order(), chance.choice([0, 0, 3]), chance.choice([1, 4, 100])
        matching = [
            kept
            for name in names
            for kept in fleet.runs[name]
            if (query is None or holds(query, kept)) and trashed in (None, kept.trashed)
        ]
        found = services.ranking.find(
            actor, [(fleet.home(name), query) for name in names], ranks, offset=offset, limit=limit, trashed=trashed
        )
        assert [key for _, key in found] == in_order(matching, ranks)[offset : offset + limit], (query, ranks, trashed)


def test_a_deleted_run_and_an_empty_project_are_not_found(services: Services, actor: Actor) -> None:
    fleet = Fleet(services, actor, random.Random(1))
    services.projects.create(actor, "default", "empty", key=None, description="")
    for _ in range(2):
        fleet.make("default/one")
    home, empty = fleet.home("default/one"), fleet.home("default/empty")
    ask = [(home, None), (empty, None)]
    assert len(services.ranking.find(actor, ask, [], offset=0, limit=10)) == 2
    gone = fleet.runs["default/one"][0].run
    services.runs.patch(actor, home, f"key:{gone.key}", trashed=True)
    services.bulk.delete(actor, home, [gone.key])
    assert [key for _, key in services.ranking.find(actor, ask, [], offset=0, limit=10)] == [fleet.runs["default/one"][1].run.key]
    assert not services.ranking.find(actor, [], [], offset=0, limit=10)
