"""Reading through a real server what real runs logged."""

from __future__ import annotations

import math
import socket
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pandas
import pytest

import trireme
from tests.support.server import ServerProcess
from trireme.client.project import Project
from trireme.client.reader import AttributeName
from trireme.domain.errors import InvalidInput, InvalidQuery, NotFound
from trireme.domain.records import FileRef, Histogram

STARTED = datetime(2026, 1, 2, 3, 4, 5, 678000, timezone.utc)
PROJECT = "team/vision"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(tmp_path_factory.mktemp("server") / "data", port)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_DIR", str(tmp_path_factory.mktemp("client")))
        for number in range(3):
            log_a_run(server.url, number)
    yield server.url
    server.stop()


def log_a_run(url: str, number: int) -> None:
    run = trireme.init_run(PROJECT, name=f"run {number}", custom_run_id=f"r-{number}", url=url, capture=False)
    run["params"] = {"lr": 0.1 * (number + 1), "layers": number, "name": "net", "on": True, "started": STARTED}
    run["params/big"] = 2**60 + number
    run["sys/tags"].add(["x", f"t{number}"])
    if number == 2:
        run["params/odd"] = math.inf
    for step in range(10):
        run["train/loss"].append(1 / (step + 1) + number, step=step)
        run["train/acc"].append(step / 10, step=step + 0.5)
    run["broken"].append(math.nan)
    run["log"].extend(["first", "second", "third"])
    run["weights"].append(trireme.Histogram(np.arange(100.0), bins=4))
    run["weights"].append(trireme.Histogram(edges=[0, 1, 3], counts=[5, 7]))
    for shade in (0, 128, 255):
        run["pictures"].append(np.full((4, 6), shade, np.uint8), step=shade)
    run["files/notes"].upload(trireme.Text("hello"))
    run["files/more/deep"].upload(b"\x00\x01", wait=True)
    run.stop()


@pytest.fixture
def project(url: str) -> Project:
    return Project(PROJECT, url=url)


@pytest.fixture
def run(url: str) -> Iterator[trireme.Run]:
    opened = trireme.init_run(PROJECT, custom_run_id="r-1", mode="read-only", url=url)
    yield opened
    opened.stop()


def test_runs_table_has_typed_columns(project: Project) -> None:
    columns = ["params/lr", "min(train/loss)", "train/loss", "params/started", "params/big", "params/odd", "sys/tags"]
    table = project.fetch_runs_table(columns=columns, sort_by="train/loss", ascending=True)
    assert table.columns == ["id", "custom_run_id", "name", "state", *columns]
    assert table["custom_run_id"] == ["r-0", "r-1", "r-2"]
    assert table["state"] == ["finished"] * 3
    assert table["min(train/loss)"] == [0.1, 1.1, 2.1]
    assert table["params/started"] == [STARTED] * 3
    assert table["params/big"] == [2**60, 2**60 + 1, 2**60 + 2]
    assert table["params/odd"] == [None, None, math.inf]
    assert table["sys/tags"] == [{"x", "t0"}, {"x", "t1"}, {"x", "t2"}]
    assert table.total == len(table) == 3


def test_runs_table_without_columns_has_what_was_logged(project: Project) -> None:
    table = project.fetch_runs_table("params/layers >= 1", sort_by="params/lr")
    assert table["custom_run_id"] == ["r-2", "r-1"]
    assert {"params/lr", "params/name", "train/loss", "sys/tags"} <= set(table.columns)
    assert not [name for name in table.columns if name.startswith(("system/", "source/", "runtime/", "sys/ping"))]


def test_runs_table_by_regex_and_limit(project: Project) -> None:
    table = project.fetch_runs_table(columns="^params/l", limit=2)
    assert table.columns[4:] == ["params/layers", "params/lr"]
    assert [row["custom_run_id"] for row in table] == ["r-2", "r-1"]
    assert (len(table), table.total) == (2, 3)


def test_runs_table_follows_cursors(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trireme.client.project.MAX_TABLE_PAGE", 1)
    assert project.fetch_runs_table(columns=[])["custom_run_id"] == ["r-2", "r-1", "r-0"]


def test_runs_table_converts(project: Project) -> None:
    table = project.fetch_runs_table(columns=["params/layers", "params/odd", "params/started", "sys/tags"])
    frame = table.to_pandas()
    assert frame["params/layers"].tolist() == [2, 1, 0]
    assert frame["params/started"].dt.year.tolist() == [2026] * 3
    assert table.to_polars()["params/odd"].to_list() == [math.inf, None, None]
    assert table.to_arrow()["sys/tags"].to_pylist()[0] == ["t2", "x"]
    assert "<td>r-2</td>" in table._repr_html_()


def test_a_query_that_is_not_understood_says_where(project: Project) -> None:
    with pytest.raises(InvalidQuery):
        project.fetch_runs_table("params/lr <<< 3")


def test_attributes_by_regex_and_type(project: Project) -> None:
    assert project.fetch_attributes("^train/") == [
        AttributeName("train/acc", "float_series"),
        AttributeName("train/loss", "float_series"),
    ]
    assert [name.path for name in project.fetch_attributes(types=["histogram_series", "file_series"])] == ["pictures", "weights"]


def test_series_of_several_runs_are_one_long_table(project: Project) -> None:
    table = project.fetch_series(["r-0", "r-2"], "^train/", step_range=(1, 2.5))
    frame = table.to_pandas()
    ids = [project.fetch_runs_table(f'sys/custom_run_id == "{name}"')["id"][0] for name in ("r-0", "r-2")]
    assert frame.columns.tolist() == ["run", "path", "step", "timestamp", "value", "preview"]
    found = frame.groupby(["run", "path"], observed=True)["step"].apply(list).to_dict()
    assert found == {(run, path): steps for run in ids for path, steps in (("train/acc", [1.5, 2.5]), ("train/loss", [1.0, 2.0]))}
    assert isinstance(frame["timestamp"].dtype, pandas.DatetimeTZDtype)
    assert len(table.to_polars()) == len(table) == len(table.rows) == 8


def test_series_of_a_table_of_runs(project: Project) -> None:
    runs = project.fetch_runs_table("params/layers == 1", columns=[])
    table = project.fetch_series(runs, ["broken", "train/loss"])
    assert len(table) == 11
    assert math.isnan(table["value"][0])


def test_unknown_runs_and_projects_are_named(project: Project, url: str) -> None:
    with pytest.raises(NotFound, match="r-9"):
        project.fetch_series("r-9", "x")
    with pytest.raises(NotFound):
        Project("no/where", url=url).fetch_runs_table()


def test_without_a_server_reading_says_what_to_do() -> None:
    with pytest.raises(NotFound, match="trireme up"):
        Project("a/b").fetch_runs_table()


def test_values_of_a_run(run: trireme.Run) -> None:
    assert run["params"].fetch() == {
        "lr": 0.2, "layers": 1, "name": "net", "on": True, "started": STARTED, "big": 2**60 + 1
    }  # fmt: skip
    assert run["sys/tags"].fetch() == {"x", "t1"}
    assert run["train/loss"].fetch() == run["train/loss"].fetch_last() == 1.1
    assert math.isnan(run["broken"].fetch_last())
    assert run["log"].fetch_last() == "third"
    assert run["weights"].fetch_last() == Histogram((0, 1, 3), (5, 7))
    note = run["files/notes"].fetch()
    assert isinstance(note, FileRef)
    assert (note.name, note.size, note.mime) == ("notes.txt", 5, "text/plain")


def test_points_of_a_run(run: trireme.Run) -> None:
    table = run["train/acc"].fetch_values(step_range=(None, 2))
    assert (table.columns, table["step"]) == (["step", "timestamp", "value", "preview"], [0.5, 1.5])
    assert run["log"].fetch_values()["value"] == ["first", "second", "third"]
    assert [len(histogram.values) for histogram in run["weights"].fetch_values()["histogram"]] == [4, 2]
    files = run["pictures"].fetch_values(step_range=(100, None))
    assert files["step"] == [128, 255]
    assert [file.mime for file in files["file"]] == ["image/png"] * 2


def test_what_is_absent_or_no_series_is_said(run: trireme.Run) -> None:
    with pytest.raises(NotFound, match="params/absent"):
        run["params/absent"].fetch()
    with pytest.raises(InvalidInput, match="a float, not a series"):
        run["params/lr"].fetch_values()
    with pytest.raises(InvalidInput, match="not a file"):
        run["params/lr"].download()


def test_files_come_back(run: trireme.Run, tmp_path: Path) -> None:
    from PIL import Image

    assert run["files/notes"].download(tmp_path).read_text() == "hello"
    assert run["files/notes"].download(tmp_path / "mine.txt") == tmp_path / "mine.txt"
    picture = run["pictures"].download(tmp_path, step=128)
    assert np.asarray(Image.open(picture)).tolist() == [[128] * 6] * 4
    assert np.asarray(Image.open(run["pictures"].download(tmp_path / "last.png"))).max() == 255
    folder = run["files"].download(tmp_path / "all")
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == {"notes": b"hello", "more/deep": b"\x00\x01"}
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_reads_its_own_writes(url: str) -> None:
    with trireme.init_run("team/own", url=url, capture=False) as run:
        run["x"] = 5
        assert run["x"].fetch() == 5
        run["x"] = 6
        assert run["x"].fetch() == 6
