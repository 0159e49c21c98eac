"""What the server keeps of a run under ``sys/`` is right once the run has fallen silent, and nothing is kept of runs that are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from trireme.domain.lineage import ForkPoint
from trireme.domain.permissions import LOCAL_USER_ID, Actor
from trireme.domain.query import Attribute, SortBy
from trireme.domain.run import STALE_AFTER_MS, RunRecord
from trireme.domain.types import AttributeType as T
from trireme.query.nql import parse_nql
from trireme.server.services import Services, open_services
from trireme.services.attributes import NameFilter
from trireme.services.columns import Selection
from trireme.services.groups import member_of
from trireme.services.order import Question
from trireme.services.ranking import Kind, Rank
from trireme.services.shown_states import shown_state
from trireme.services.writes import Assign, FloatEntries, Identity, PointEntry, Writes
from trireme.settings import Settings
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import runs

ME = Actor(LOCAL_USER_ID, "local", is_admin=True)
PROJECT = "default/kept"


def log(services: Services, run: RunRecord, first: int, count: int) -> None:
    steps = np.arange(first, first + count) * 1_000_000
    zeros = np.zeros(count, np.uint32)
    floats = FloatEntries(zeros, steps, steps // 1000 + 1_700_000_000_000, steps.astype(float), zeros)
    points = [PointEntry(1, int(step), 1_700_000_000_000, "line") for step in steps]
    values = [Assign(2, T.FLOAT, 0.1), Assign(3, T.STRING_SET, frozenset({"a"}))]
    writes = Writes(["loss", "log", "lr", "labels"], floats, points, values)  # type: ignore[arg-type]
    assert services.ingest.write(ME, run, writes, identity=Identity.STEP) == []


def kept(services: Services, run: RunRecord) -> dict[str, Any]:
    project = services.projects.by_name(ME, PROJECT)
    page = services.attributes.values(ME, project, [run.key], NameFilter())
    return {value.path.removeprefix("sys/"): value.value for value in page.values[run.key] if value.path.startswith("sys/")}


def test_sys_follows_the_writes(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    with open_services(settings) as services:
        made = [
            services.runs.create(ME, project=PROJECT, custom_run_id=name, experiment="e", native=False, tracker="client/1").record
            for name in ("base", "gone")
        ]
        base, gone = made
        native = services.runs.create(ME, project=PROJECT, custom_run_id="native").record
        for run in (*made, native):
            log(services, run, 0, 3)
        project = services.projects.by_name(ME, PROJECT)
        services.runs.patch(ME, project, "gone", trashed=True)
        services.bulk.delete(ME, project, [gone.key])
    with open_services(settings) as services:
        found = kept(services, base)
        counts = {
            name.rpartition("/")[2]: found[name] for name in found if name.startswith("diagnostics/attributes/") and found[name]
        }
        assert (counts["float_series_count"], counts["string_series_count"]) == (1, 1)
        assert counts["total_series_datapoints"] == 6
        by_type = sum(n for name, n in counts.items() if name.endswith("_count") and name != "total_count")
        assert counts["total_count"] == by_type + 4  # three times and a state, which have no count of their own
        assert found["diagnostics/tracker_client"] == "client/1"
        assert 0 < found["running_time_seconds"] == found["experiment/running_time_seconds"]
        assert found["ping_time"] == found["modification_time"] >= found["creation_time"]
        assert "ping_time" not in kept(services, native)
        assert kept(services, gone) == {}
        again = services.runs.create(ME, project=PROJECT, custom_run_id="base", native=False).record
        log(services, again, 3, 4)
        fork = services.runs.create(
            ME, project=PROJECT, custom_run_id="fork", experiment="e", fork=ForkPoint("base", 2_000_000), native=False
        ).record
        log(services, fork, 5, 1)
        services.runs.create(ME, project=PROJECT, custom_run_id="orphan", fork=ForkPoint("nobody", None), native=False)
    with open_services(settings) as services:
        later = kept(services, base)
        assert later["diagnostics/attributes/total_series_datapoints"] == 14
        assert later["running_time_seconds"] >= found["running_time_seconds"]
        forked = kept(services, fork)
        total = forked["running_time_seconds"] + later["running_time_seconds"]
        assert forked["experiment/running_time_seconds"] == pytest.approx(total)
        assert forked["forking/requested_parent"] == "base"
        project = services.projects.by_name(ME, PROJECT)
        assert kept(services, services.runs.find(ME, project, "orphan"))["forking/requested_parent"] == "nobody"


@pytest.mark.parametrize(
    ("state", "quiet_ms", "shown"),
    [
        ("running", STALE_AFTER_MS + 1, "stale"),
        ("running", 0, "running"),
        ("idle", STALE_AFTER_MS + 1, "idle"),
        ("idle", STALE_AFTER_MS, "running"),
        ("finished", 0, "finished"),
    ],
)
def test_a_run_of_a_client_that_never_says_how_it_ends(state: str, quiet_ms: int, shown: str) -> None:
    run = RunRecord(1, 1, 1, "A-1", "a", "me", 0, 1000, False)  # type: ignore[arg-type]
    assert shown_state(state, run, 1000 + quiet_ms) == shown


STATES = {"talking": "running", "fell silent": "stale", "says nothing": "idle", "heard of": "running", "done": "finished"}


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A project with a run in each state that depends on when it was heard of."""
    with open_services(Settings(data=tmp_path_factory.mktemp("states") / "data")) as services:
        for name, state in STATES.items():
            native = name not in ("says nothing", "heard of")
            run = services.runs.create(ME, project=PROJECT, custom_run_id=name, native=native).record
            if state == "finished":
                done = Writes(["sys/state"], values=[Assign(0, T.RUN_STATE, "finished")])  # type: ignore[arg-type]
                assert services.ingest.write(ME, run, done, identity=Identity.STEP) == []
            if state in ("stale", "idle"):
                with services.catalog.engine.begin() as connection:
                    connection.execute(
                        update(runs).where(runs.c.key == run.key).values(heard_at=run.heard_at - STALE_AFTER_MS - 10_000)
                    )
        yield services


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sys/state = stale", {"fell silent"}),
        ("sys/state:run_state = running", {"talking", "heard of"}),
        ("sys/state = idle", {"says nothing"}),
        ("sys/state = finished", {"done"}),
        ("sys/state != running", {"fell silent", "says nothing", "done"}),
        ("NOT sys/state = stale", {"talking", "says nothing", "heard of", "done"}),
        ("sys/state IN (stale, finished)", {"fell silent", "done"}),
        ("sys/state MATCHES '^(st|i)'", {"fell silent", "says nothing"}),
        ("sys/state NOT CONTAINS n", {"fell silent", "says nothing"}),
        ("sys/state = nothing", set()),
    ],
)
def test_the_state_that_is_shown_is_the_one_that_is_found(silent: Services, query: str, found: set[str]) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    page = silent.search.table(ME, project, query=query)
    assert {row.run.custom_run_id for row in page.rows} == found
    assert {row.run.custom_run_id: row.state for row in page.rows} == {name: STATES[name] for name in found}
    silent_since = {row.run.custom_run_id for row in page.rows if row.heard_at is not None}
    assert silent_since == found & {"fell silent", "says nothing"}


def test_a_state_changes_with_time_alone(silent: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    before = silent.search.table(ME, project, query="sys/state = stale").total
    monkeypatch.setattr("trireme.services.shown_states.now_ms", lambda: now_ms() + 2 * STALE_AFTER_MS)
    assert silent.search.table(ME, project, query="sys/state = stale").total == before + 1


@pytest.mark.parametrize("path", [Attribute("sys/state"), Attribute("sys/state", T.RUN_STATE)])
def test_the_state_that_is_shown_is_the_one_that_runs_are_sorted_and_grouped_by(silent: Services, path: Attribute) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    shown = sorted(STATES.values())
    for query in ("", "sys/custom_run_id != nothing"):
        for descending in (False, True):
            page = silent.search.table(ME, project, query=query, sort=SortBy(path, descending=descending), columns=[path])
            assert [row.state for row in page.rows] == (shown[::-1] if descending else shown)
            assert [row.values for row in page.rows] == [[row.state] for row in page.rows]
    groups = silent.groups.groups(ME, project, Question(), path).groups
    assert {group.value: group.runs for group in groups} == Counter(STATES.values())
    for group in groups:
        member = member_of(Attribute("sys/state", group.type), group.value)
        assert silent.search.table(ME, project, within=[member]).total == group.runs
    values = silent.distinct.values(ME, project, "sys/state").values
    assert {value.value: value.runs for value in values} == Counter(STATES.values())


def test_the_state_that_is_shown_is_the_one_that_is_handed_out(silent: Services) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    table = next(silent.exports.tables(ME, project, Question(sort=SortBy(Attribute("sys/state"), descending=False)), []))
    ids, states = table["sys/custom_run_id"].to_pylist(), table["sys/state"].to_pylist()
    assert dict(zip(ids, states, strict=True)) == STATES
    assert states == sorted(STATES.values())
    states_of = dict(zip(table["sys/id"].to_pylist(), states, strict=True))
    drawn = silent.columns.read(ME, project, Selection(), [Attribute("sys/state")])
    codes = drawn.columns[0].codes
    assert codes is not None
    assert [drawn.columns[0].levels[code] for code in codes] == [states_of[run] for run in drawn.ids]
    records = silent.catalog.runs.page(project.id, limit=10)
    values = silent.attributes.values(ME, project, [run.key for run in records], NameFilter(paths=["sys/state"])).values
    assert {run.custom_run_id: values[run.key][0].value for run in records} == STATES
    keys = [run.key for run in records]
    compared = silent.comparisons.page(ME, project, keys, regex="^sys/state$")
    assert compared.rows[0].values == [STATES[run.custom_run_id] for run in records]
    alive = [run.key for run in records if run.custom_run_id in ("talking", "heard of")]
    silence = [run.key for run in records if run.custom_run_id in ("talking", "fell silent")]
    for runs_, differ in ((alive, 0), (silence, 1)):  # stored: running and idle, running and running
        assert len(silent.comparisons.page(ME, project, runs_, regex="^sys/state$", differing_only=True).rows) == differ
    for run in records:
        own, _ = silent.search.run_attributes(ME, project, run, prefix="sys/state")
        assert [each.value for each in own] == [STATES[run.custom_run_id]]


def test_the_state_that_is_shown_is_the_one_that_foreign_clients_sort_by(silent: Services) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    rank = Rank(Kind.TEXT, ("sys/state",), texts={"stale": "z"})
    found = silent.ranking.find(ME, [(project, parse_nql("sys/state != finished"))], [rank], offset=0, limit=10)
    names = [run.custom_run_id for run in silent.catalog.runs.by_keys([key for _, key in found])]
    assert [STATES[name] for name in names] == ["idle", "running", "running", "stale"]


def test_an_order_by_state_changes_with_time_alone(silent: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    project = silent.projects.by_name(ME, PROJECT)
    sort = SortBy(Attribute("sys/state"), descending=False)
    silent.search.table(ME, project, query="sys/custom_run_id != nothing", sort=sort)
    before = {group.value for group in silent.groups.groups(ME, project, Question(), Attribute("sys/state")).groups}
    monkeypatch.setattr("trireme.services.shown_states.now_ms", lambda: now_ms() + 2 * STALE_AFTER_MS)
    after = {group.value for group in silent.groups.groups(ME, project, Question(), Attribute("sys/state")).groups}
    assert before - after == {"running"}
    page = silent.search.table(ME, project, query="sys/custom_run_id != nothing", sort=sort)
    assert [row.run.custom_run_id for row in page.rows][-1] in ("talking", "fell silent")
