"""Charts in a headless Chromium: ten runs with ten thousand metrics each, and one chart of a thousand lines. Medians of five.

    python -m benchmarks.web_charts [--data FOLDER] [--metrics 10000] [--lines 1000] [--mlflow-python PYTHON] [--tensorboard-python PYTHON]

With the interpreters, the charts of MLflow 3.18 and the time series of TensorBoard 2.21 are measured in the same way on the same points.

Painted means: a chart on the screen has its lines, and two animation frames have passed. Memory is that of the tab's renderer process
(RssAnon: what it shares with other processes is not its own). The mouse is moved by Chromium's own input.
Needs Playwright and the distribution's Chromium (CHROMIUM names another one), and the built web application.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import chart_pages, peers
from benchmarks.browser import (
    LIMIT_SECONDS,
    TooSlow,
    anonymous_mb,
    chromium,
    fresh_page,
    hovered,
    middle,
    opened,
    renderers,
    repeated,
)
from benchmarks.chart_pages import ChartPage
from benchmarks.common import Result, Server, call, data_folder, parser, report, trireme_server
from benchmarks.peer_data import MlflowDatabase, event_files, series_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from trireme.storage.catalog.catalog import Catalog
    from trireme.storage.warehouse.engine import Warehouse

WORKSPACE, MANY_METRICS, MANY_LINES = "default", "many-metrics", "many-lines"
LINE = "train/loss"
CREATED_AT = 1_700_000_000_000
RUNS = 10
POINTS_OF_MANY = 100
POINTS_OF_LINE = 2_000
SECTIONS = 40
_PART = 2_000_000


def seed(catalog: Catalog, warehouse: Warehouse, metrics: int, lines: int) -> None:
    """Make both projects, unless they are there already."""
    _project(catalog, warehouse, MANY_METRICS, RUNS, names(metrics), POINTS_OF_MANY)
    _project(catalog, warehouse, MANY_LINES, lines, [LINE], POINTS_OF_LINE)


def names(metrics: int) -> list[str]:
    """The metrics of the project with many."""
    return [f"section-{n % SECTIONS:02}/metric-{n:05}" for n in range(metrics)]


def _project(catalog: Catalog, warehouse: Warehouse, name: str, runs: int, paths: list[str], points: int) -> None:
    from trireme.domain.paths import path_id
    from trireme.domain.types import AttributeType

    project = catalog.projects.ensure(WORKSPACE, name)
    if catalog.runs.count(project.id) >= runs:
        return
    keys = catalog.runs.create_many(project.id, [f"run-{n}" for n in range(runs)], created_at=CREATED_AT)
    series = int(AttributeType.FLOAT_SERIES)
    bound: dict[str, object] = {"ids": [path_id(path) for path in paths], "paths": paths}
    named = "arrayJoin(arrayZip({ids:Array(UInt64)}, {paths:Array(String)})) AS t"
    warehouse.execute(
        f"INSERT INTO attribute_names (project, path_id, type, path) SELECT {int(project.id)}, t.1, {series}, t.2 FROM (SELECT {named})",
        bound,
    )
    columns = "INSERT INTO run_attributes (project, run, path_id, type, number, int, string, strings, version, is_deleted)"
    for run in keys:
        warehouse.execute(
            f"{columns} SELECT {int(project.id)}, {run}, arrayJoin({{ids:Array(UInt64)}}), {series}, nan, 0, '', [], 1, 0", bound
        )
    for path, type_, number, integer, string in (
        ("sys/id", AttributeType.STRING, "nan", "0", "concat('RUN-', toString(number))"),
        ("sys/name", AttributeType.STRING, "nan", "0", "concat('run ', toString(number))"),
        ("sys/state", AttributeType.RUN_STATE, "nan", "0", "'finished'"),
        ("sys/trashed", AttributeType.BOOL, "0.", "0", "''"),
        ("sys/creation_time", AttributeType.DATETIME, f"toFloat64({CREATED_AT} + number)", f"{CREATED_AT} + number", "''"),
    ):
        warehouse.execute(
            f"{columns} SELECT {int(project.id)}, {keys.start} + t.number, {path_id(path)}, {int(type_)},"
            f" {number.replace('number', 't.number')}, {integer.replace('number', 't.number')},"
            f" {string.replace('number', 't.number')}, [], 1, 0 FROM numbers({runs}) AS t"
        )
    # Losses of different shapes with noise, as training makes them.
    value = (
        "(0.1 + (r % 17) / 20 + exp(-p * (1 + r % 5) / {points:Float64} * 4) + (randCanonical(p + r) - 0.5) * 0.08)"
        " * (1 + cityHash64(t.1) % 5)"
    )
    total, each = runs * len(paths) * points, len(paths) * points
    for start in range(0, runs, max(1, _PART // each)):
        stop = min(runs, start + max(1, _PART // each))
        warehouse.execute(
            "INSERT INTO float_points (project, path_id, run, step, timestamp, seq, value, preview)"
            f" SELECT {int(project.id)}, t.1, {keys.start} + r, p * 1000000, {CREATED_AT} + p * 1000, 0, {value}, 0"
            f" FROM (SELECT {named}, arrayJoin(range({start}, {stop})) AS r, arrayJoin(range({points})) AS p)",
            bound | {"points": float(points)},
        )
    assert total > 0
    for table in ("run_attributes", "attribute_values", "float_summary", "float_summary_by_path", "float_points"):
        warehouse.execute(f"OPTIMIZE TABLE {table} FINAL")


def open_many_metrics(browser: Browser, where: ChartPage) -> tuple[float, float]:
    """Milliseconds from an empty cache to the first charts, and MB of the tab after a scroll through them."""
    before = renderers()
    with fresh_page(browser) as page:
        first = opened(page, where.address, f"() => ({where.chart})() !== null")
        page.evaluate(
            """async (chart) => {
              const list = bench.scrollable(eval(chart)());
              for (let step = 0; step < 40; step += 1) {
                list.scrollTop += 1200;
                await new Promise((done) => setTimeout(done, 60));
              }
            }""",
            where.chart,
        )
        page.wait_for_timeout(1500)
        memory = max(anonymous_mb(pid) for pid in renderers() - before)
    return first, memory


def many_lines(page: Page, where: ChartPage) -> tuple[float, float, float]:
    """One chart of many lines: ms from opening its page, frames a second while the mouse moves over it, and the longest frame."""
    until = opened(page, where.address, f"() => ({where.step})() && ({where.chart})() !== null")
    box = page.evaluate(
        "(chart) => { const { x, y, width, height } = eval(chart)().getBoundingClientRect(); return { x, y, width, height }; }",
        where.chart,
    )
    return until, *hovered(page, box)


def run_keys(server: Server, count: int) -> list[int]:
    """Keys of runs of the project with many lines."""
    answer = json.loads(call(f"{server.url}/api/v1/projects/{WORKSPACE}/{MANY_LINES}/runs/search", {"limit": count}))
    return [row["key"] for row in answer["rows"]]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]


def measure_metrics(browser: Browser, where: ChartPage, name: str, metrics: int, goals: bool) -> list[Result]:
    """The figures of ten runs with many metrics."""
    found = repeated(lambda _: open_many_metrics(browser, where))
    return [
        Result(
            f"{name}{RUNS} runs x {metrics:,} metrics, first charts",
            middle([each[0] for each in found]),
            "ms",
            1500 if goals else None,
        ),
        Result(f"{name}memory of the tab, scrolled", middle([each[1] for each in found]), "MB", 400 if goals else None),
    ]


def measure_lines(browser: Browser, where: ChartPage, name: str, goals: bool) -> list[Result]:
    """The figures of one chart of many lines."""
    drawn: list[float] = []

    def once(_: int) -> tuple[float, float, float]:
        with fresh_page(browser) as page:
            found = many_lines(page, where)
            drawn.append(page.evaluate("() => performance.getEntriesByName('trireme-chart-paint').at(-1)?.duration ?? NaN"))
            return found

    found = repeated(once)
    lines = f"{name}{where.lines:,} lines of {where.points}"
    results = [Result(f"{lines}, opened to painted", middle([each[0] for each in found]), "ms")]
    if goals:
        results.append(Result(f"{lines}, data to painted", middle(drawn), "ms", 500))
    results.append(
        Result(f"{name}hover over them", middle([each[1] for each in found]), "frames/s", 30 if goals else None, "higher")
    )
    results.append(Result(f"{name}hover, worst frame", middle([each[2] for each in found]), "ms"))
    return results


def measure_trireme(browser: Browser, server: Server, metrics: int, lines: int) -> list[Result]:
    """Trireme's figures."""
    eyes = ",".join(_base36(key) for key in run_keys(server, lines))
    many = chart_pages.trireme(server.url, f"{WORKSPACE}/{MANY_METRICS}?tab=charts&n={RUNS}", 1)
    one = chart_pages.trireme(server.url, f"{WORKSPACE}/{MANY_LINES}?tab=charts&n=0&on={eyes}", lines)
    return measure_metrics(browser, many, "", metrics, goals=True) + measure_lines(browser, one, "", goals=True)


def measure_peer(browser: Browser, name: str, pages: tuple[ChartPage, ChartPage], metrics: int) -> list[Result]:
    """The figures of both of a peer's pages, or of the one that it shows in time."""
    results: list[Result] = []
    for measure in (
        lambda: measure_metrics(browser, pages[0], f"{name}: ", metrics, goals=False),
        lambda: measure_lines(browser, pages[1], f"{name}: ", goals=False),
    ):
        try:
            results += measure()
        except TooSlow as error:
            print(f"{name}: {error}", flush=True)
    return results


def seed_mlflow(python: str, folder: Path, metrics: int) -> tuple[int, int]:
    """Write the points into a database of MLflow, unless they are there: the numbers of both experiments."""
    home = folder / "mlflow"
    home.mkdir(exist_ok=True)
    database = MlflowDatabase(python, home / "mlflow.db")
    with _open_store(folder) as (catalog, warehouse):
        many = database.fill_series(MANY_METRICS, series_of(catalog, warehouse, (WORKSPACE, MANY_METRICS), names(metrics)))
        return many, database.fill_series(MANY_LINES, series_of(catalog, warehouse, (WORKSPACE, MANY_LINES), [LINE]))


def seed_tensorboard(python: str, folder: Path, metrics: int, lines: int) -> None:
    """Write the points into event files, unless they are there."""
    with _open_store(folder) as (catalog, warehouse):
        for project, runs, paths in ((MANY_METRICS, RUNS, names(metrics)), (MANY_LINES, lines, [LINE])):
            blocks = series_of(catalog, warehouse, (WORKSPACE, project), paths)
            parts = ({"path": block.path, "values": block.values.tolist()} for block in blocks)
            event_files(python, folder / "tensorboard" / project, runs, parts)


def main() -> None:
    """Seed, then measure."""
    options = parser(__doc__)
    options.add_argument("--metrics", type=int, default=10_000)
    options.add_argument("--lines", type=int, default=1000)
    peers.add_options(options)
    args = options.parse_args()
    for python, package, version in (
        (args.mlflow_python, "mlflow", peers.MLFLOW),
        (args.tensorboard_python, "tensorboard", peers.TENSORBOARD),
    ):
        if python:
            peers.check_version(python, package, version)
    results: list[Result] = []
    with data_folder(args.data) as folder, contextlib.ExitStack() as stack:
        with _open_store(folder) as (catalog, warehouse):
            seed(catalog, warehouse, args.metrics, args.lines)
        experiments = seed_mlflow(args.mlflow_python, folder, args.metrics) if args.mlflow_python else (0, 0)
        if args.tensorboard_python:
            seed_tensorboard(args.tensorboard_python, folder, args.metrics, args.lines)
        if args.only == "seed":
            return
        browser = stack.enter_context(chromium())
        if args.only in (None, "trireme"):
            with trireme_server(folder) as server:
                results += measure_trireme(browser, server, args.metrics, args.lines)
        if args.mlflow_python and args.only in (None, "mlflow"):
            with peers.mlflow(args.mlflow_python, folder / "mlflow") as url:
                pages = chart_pages.mlflow(url, experiments[0], 1), chart_pages.mlflow(url, experiments[1], args.lines)
                results += measure_peer(browser, "MLflow", pages, args.metrics)
        if args.tensorboard_python and args.only in (None, "tensorboard"):
            results += measure_tensorboard(browser, args.tensorboard_python, folder / "tensorboard", args.metrics, args.lines)
    report(results, as_json=args.json)


def measure_tensorboard(browser: Browser, python: str, folder: Path, metrics: int, lines: int) -> list[Result]:
    """TensorBoard's figures: a server for each project, and how long it reads their files first."""
    results: list[Result] = []
    for project, runs in ((MANY_METRICS, RUNS), (MANY_LINES, lines)):
        try:
            with peers.tensorboard(python, folder / project, runs, LIMIT_SECONDS) as (url, seconds):
                results.append(Result(f"TensorBoard: reads the files of {project}", seconds, "s"))
                if project == MANY_METRICS:
                    results += measure_metrics(browser, chart_pages.tensorboard(url, 1), "TensorBoard: ", metrics, goals=False)
                else:
                    results += measure_lines(browser, chart_pages.tensorboard(url, lines), "TensorBoard: ", goals=False)
        except (TooSlow, TimeoutError) as error:
            print(f"TensorBoard, {project}: {error}", flush=True)
    return results


@contextlib.contextmanager
def _open_store(folder: Path) -> Iterator[tuple[Catalog, Warehouse]]:
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as stores:
        yield stores


if __name__ == "__main__":
    main()
