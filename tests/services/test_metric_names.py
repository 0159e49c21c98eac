"""Names of metrics: sections, names in one, families of a pattern."""

from __future__ import annotations

import numpy as np
import pytest

from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.run import RunRecord
from trireme.server.services import Services
from trireme.services.writes import FloatEntries, Identity, Writes

PROJECT = "default/names"
FIRST = [
    "loss",
    "train/loss",
    "train/acc",
    "val/loss",
    "val/acc",
    "system/box/cpu",
    "system/box/gpu/0/memory",
    "système/é",
    "a/b/c",
]
SECOND = ["loss", "test/loss", "layers/10/grad", "layers/2/grad", "system/uptime"]


def run_with(services: Services, actor: Actor, name: str, paths: list[str]) -> RunRecord:
    run = services.runs.create(actor, project=PROJECT, custom_run_id=name).record
    count = len(paths)
    points = FloatEntries(
        np.arange(count, dtype=np.uint32),
        np.zeros(count, np.int64),
        np.full(count, 1_700_000_000_000),
        np.ones(count),
        np.zeros(count, np.uint8),
    )
    assert list(services.ingest.write(actor, run, Writes(paths, points), identity=Identity.STEP)) == []
    return run


@pytest.fixture
def runs(services: Services, actor: Actor) -> list[RunRecord]:
    return [run_with(services, actor, "first", FIRST), run_with(services, actor, "second", SECOND)]


@pytest.fixture
def project(services: Services, actor: Actor, runs: list[RunRecord]) -> ProjectRecord:
    return services.projects.get(actor, "default", "names")


def test_sections_and_their_names(services: Services, actor: Actor, project: ProjectRecord, runs: list[RunRecord]) -> None:
    names = services.metric_names
    found = names.sections(actor, project)
    assert [(each.name, each.metrics) for each in found.sections] == [
        ("", 1),
        ("a/b", 1),
        ("layers", 2),
        ("système", 1),
        ("test", 1),
        ("train", 2),
        ("val", 2),
        ("system", 1),
        ("system/box", 2),
    ]
    assert (found.total, found.metrics) == (9, 13)
    assert names.names(actor, project, "train") == (["train/acc", "train/loss"], 2)
    assert names.names(actor, project, "system/box") == (["system/box/cpu", "system/box/gpu/0/memory"], 2)
    assert names.names(actor, project, "") == (["loss"], 1)
    assert names.names(actor, project, "layers") == (["layers/2/grad", "layers/10/grad"], 2)
    # What only another run has is not there; a limit cuts the list, not the counts.
    mine = [runs[0].key]
    found = names.sections(actor, project, runs=mine, regex="loss|acc", limit=2)
    assert [each.name for each in found.sections] == ["", "train"]
    assert (found.total, found.metrics) == (3, 5)
    assert names.sections(actor, project, runs=mine, prefix="system/").metrics == 2
    assert names.names(actor, project, "test", runs=mine) == ([], 0)
    assert names.names(actor, project, "val", limit=1, offset=1) == (["val/loss"], 2)


def test_families_of_a_pattern(services: Services, actor: Actor, project: ProjectRecord, runs: list[RunRecord]) -> None:
    names = services.metric_names
    found, total, more = names.families(actor, project, r"^(?:train|val)/(.+)$")
    assert [(each.captures, each.paths, each.total) for each in found] == [
        (["acc"], ["train/acc", "val/acc"], 2),
        (["loss"], ["train/loss", "val/loss"], 2),
    ]
    assert (total, more) == (2, None)
    first, total, more = names.families(actor, project, r"^layers/(\d+)/(gr.d)", limit=1)
    assert (first[0].captures, total) == (["2", "grad"], 2)
    assert names.families(actor, project, r"^layers/(\d+)/(gr.d)", limit=1, cursor=more)[0][0].captures == ["10", "grad"]
    whole, total, _ = names.families(actor, project, "loss", runs=[runs[0].key])
    assert [(each.captures, each.paths) for each in whole] == [([], ["loss", "train/loss", "val/loss"])]
    assert names.families(actor, project, "nothing") == ([], 0, None)


def test_what_cannot_be_answered_says_so(services: Services, actor: Actor, project: ProjectRecord) -> None:
    names = services.metric_names
    with pytest.raises(InvalidInput, match="missing"):
        names.families(actor, project, "")
    with pytest.raises(InvalidInput, match=r"9,999 sections"):
        names.sections(actor, project, limit=9999)
    for pattern, says, position in (
        ("train/(loss[", "“[” (character 12) is never closed", 11),
        (r"a[(]\((b", "“(” (character 7) is never closed", 6),
        ("[]a)](b))", "“)” (character 9) closes nothing", 8),
        (r"\**x|*", "“*” (character 6) has nothing to repeat", 5),
        ("é[z-a]", "“z-a” (character 3) is no range or class of characters", 2),
        ("(?=x)", "“(?=” (character 1) is not known", 0),
        ("(?i)a**", "“**” repeats what is repeated already", 5),
        ("loss\\", "“\\” (character 5) at the end escapes nothing", 4),
        ("a{2000}", "“{2000}” (character 2) is no number of repetitions; the most is 1,000", 1),
    ):
        with pytest.raises(InvalidQuery) as refused:
            names.families(actor, project, pattern)
        assert (refused.value.message, refused.value.position) == (f"A regular expression is malformed: {says}.", position)


def test_metrics_that_can_be_drawn_over_another(
    services: Services, actor: Actor, project: ProjectRecord, runs: list[RunRecord]
) -> None:
    names = services.metric_names
    run = services.runs.create(actor, project=PROJECT, custom_run_id="late").record
    # The epoch is logged from step 5 on: what ended before has no place on it.
    steps = np.array([0, 5, 9, 5]) * 1_000_000
    points = FloatEntries(np.arange(4, dtype=np.uint32), steps, np.full(4, 1_700_000_000_000), np.ones(4), np.zeros(4, np.uint8))
    writes = Writes(["early/loss", "late/loss", "late/acc", "epoch"], points)
    assert list(services.ingest.write(actor, run, writes, identity=Identity.STEP)) == []
    found = names.sections(actor, project, over="epoch")
    assert [(each.name, each.metrics) for each in found.sections] == [("", 1), ("late", 2)]
    assert names.names(actor, project, "late", runs=[run.key], over="epoch") == (["late/acc", "late/loss"], 2)
    found = names.sections(actor, project, over="epoch", also=["early/loss", "nowhere"])
    assert [(each.name, each.metrics) for each in found.sections] == [("", 1), ("early", 1), ("late", 2)]
    assert names.names(actor, project, "early", over="epoch", also=["early/loss"]) == (["early/loss"], 1)
    assert names.sections(actor, project, runs=[runs[0].key], over="epoch").metrics == 0
    families, total, _ = names.families(actor, project, "(.*)/loss", over="epoch")
    assert ([each.captures for each in families], total) == ([["late"]], 1)
