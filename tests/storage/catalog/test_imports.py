"""What is brought over keeps its numbers, and bringing it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace

from trireme.domain.eval_dataset import EvalDataset, EvalRecord
from trireme.domain.model import LoggedModel, LoggedModelStatus, ModelMetric, ModelVersion, RegisteredModel
from trireme.domain.scorer import ScorerVersion
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.imports import ImportedRun


def test_a_project_keeps_its_number_and_later_ones_get_others(catalog: Catalog) -> None:
    brought = catalog.projects.create("default", "seven", brought={"id": 7, "created_at": 5, "changed_at": 6, "trashed": True})
    large = catalog.projects.create("default", "large", brought={"experiment_id": 924_469_694_547_702_473})
    later = catalog.projects.create("default", "later")
    assert (int(brought.id), brought.created_at, brought.changed_at, brought.trashed) == (7, 5, 6, True)
    assert int(later.id) > 7 and int(large.id) > 7
    assert catalog.projects.by_number(7) == brought
    assert catalog.projects.by_number(924_469_694_547_702_473) == large
    assert catalog.projects.by_number(int(large.id)) is None  # clients know it by the other number
    assert catalog.projects.by_number(1 << 70) is None
    assert not catalog.imports.id_is_free(7) and catalog.imports.id_is_free(1_000_000)


def test_runs_are_made_once_and_counted(catalog: Catalog) -> None:
    home = catalog.projects.create("default", "home")
    catalog.runs.create(home.id, "there")
    found = [
        ImportedRun(name, "ada", 5, 9, trashed) for name, trashed in (("a", False), ("there", True), ("b", True), ("a", False))
    ]
    for _ in range(2):
        catalog.imports.runs(home.id, found)
    assert catalog.runs.count(home.id) == 2
    assert catalog.runs.count(home.id, trashed=True) == 1
    fresh = catalog.projects.create("default", "fresh")
    catalog.imports.runs(fresh.id, found)
    assert catalog.projects.get_by_id(fresh.id).last_activity_at == 9
    keys = catalog.imports.keys(["a", "b", "there", "nobody"])
    assert {name: len(of_name) for name, of_name in keys.items()} == {"a": 2, "b": 2, "there": 2}
    run = catalog.runs.by_key(keys["a"][0])
    assert run is not None and (run.owner, run.created_at, run.heard_at, run.number) == ("ada", 5, 9, 2)
    assert catalog.runs.create(home.id, "next").run.number == 4


def test_a_mark_goes_with_its_run(catalog: Catalog) -> None:
    home = catalog.projects.create("default", "marks")
    run = catalog.runs.create(home.id, "a").run
    for text in ("one", "two"):
        catalog.imports.mark({run.key: text})
    assert catalog.imports.marks([run.key]) == {run.key: "two"}
    catalog.runs.trash(home.id, [run.key], trashed=True)
    catalog.runs.purge(home.id, [run.key])
    assert catalog.imports.marks([run.key]) == {}


def test_models_are_brought_once_and_what_is_newer_stays(catalog: Catalog) -> None:
    home = catalog.projects.create("default", "models")
    point = ModelMetric("acc", float("nan"), 5, 1, "r")
    logged = LoggedModel(
        "m-1", home.id, "m", "sk", LoggedModelStatus.READY, "", "r", 5, 9, params={"p": "1"}, tags={"t": "1"}, metrics=[point]
    )
    assert catalog.imports.logged_model(logged, finished=False)
    assert catalog.imports.logged_model(logged, finished=True)  # its files came only now
    assert not catalog.imports.logged_model(logged, finished=False)
    found = catalog.logged_models.get("m-1")
    assert found is not None and (found.updated_at, found.params, len(found.metrics)) == (9, {"p": "1"}, 1)

    model = RegisteredModel(0, "default", "iris", "old", "ada", 5, 9, tags={"a": "b"})
    version = ModelVersion("iris", 3, "", "ada", "Staging", "s3://x", "s3://x", "r", "", "", 6, 7, tags={"v": "3"})
    key, made = catalog.imports.registered_model(model, highest=4)
    assert made and catalog.imports.version(key, version)
    assert catalog.imports.aliases(key, {"best": 3, "lost": 2}, replace=True) == 1
    assert (catalog.imports.registered_model(model, highest=4), catalog.imports.version(key, version)) == ((key, False), False)
    assert catalog.imports.version(key, replace(version, source="elsewhere")) is None
    assert catalog.imports.registered_model(replace(model, description="new", updated_at=10), highest=4) == (key, True)
    here = catalog.registry.get("default", "iris")
    assert here is not None and (here.description, here.aliases, here.created_at) == ("new", {"best": 3}, 5)
    next_version = catalog.registry.add_version(
        here, tags={}, owner="x", source="s", storage="s", run_id="", run_link="", logged_model_id="", description=""
    )
    assert next_version.version == 5  # 4 was deleted there, and is not given again


def test_evaluation_data_sets_and_scorers_on_both_databases(catalog: Catalog) -> None:
    home = catalog.projects.create("default", "judged")
    theirs = EvalDataset("d-1", "asked", "ada", "abc", 5, 9, schema={"inputs": {}}, tags={"a": "b"}, projects=[home.id, home.id])
    records = [EvalRecord(f"dr-{n}", "d-1", {"q": n}, n, n + 10, outputs=None if n % 2 else [n]) for n in range(1200)]
    assert catalog.eval_imports.begin(theirs) == (True, False)
    assert catalog.eval_imports.records("d-1", records[:700]) == (700, 0)
    assert catalog.eval_imports.begin(theirs) == (False, False)  # it was broken off
    assert catalog.eval_imports.records("d-1", records) == (500, 700)
    catalog.eval_imports.finish(theirs)
    assert catalog.eval_imports.begin(theirs) == (False, True)
    found = catalog.eval_datasets.get("d-1")
    assert found is not None
    assert (found.record_count, found.digest, found.updated_at, found.tags, found.projects) == (
        1200,
        "abc",
        9,
        {"a": "b"},
        [home.id],
    )
    assert [record for _, record in catalog.eval_datasets.records("d-1", after=0, limit=2)] == records[:2]
    assert catalog.eval_imports.records("d-1", [replace(records[3], outputs="new", updated_at=99)]) == (1, 0)

    versions = [ScorerVersion(home.id, "tone", number, "s-1", "{}", number) for number in (1, 4)]
    assert (catalog.scorers.bring(versions), catalog.scorers.bring(versions), catalog.scorers.bring([])) == (2, 0, 0)
    assert catalog.scorers.add(home.id, "tone", "{}").version == 5
    assert [one.version for one in catalog.scorers.latest([home.id])] == [5]
    catalog.projects.delete(home.id)
    assert catalog.scorers.versions(home.id, "tone") == []
