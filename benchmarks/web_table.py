"""The runs table of a million runs in a headless Chromium: how soon it can be used, what its first load transfers,
sorting and filtering until the rows are there, and frames while it is scrolled. Medians of five.

    python -m benchmarks.web_table [--data FOLDER] [--runs 1000000] [--mlflow-python PYTHON] [--tensorboard-python PYTHON]

With the interpreters, the pages of MLflow 3.18 (the list of an experiment's runs) and of TensorBoard 2.21 (the table of its tab for
hyperparameters) are measured in the same way on the same runs: 20 parameters and 20 metrics each. What they do not show within two
minutes is tried with a tenth of the runs, and so on; TensorBoard, which has a folder and a file a run, begins at ten thousand.

Painted means: the name of the run that has to come first stands in the first row on the screen, and two animation frames have passed.
Needs Playwright and the distribution's Chromium (CHROMIUM names another one), and the built web application.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import peers, table_pages
from benchmarks.browser import LIMIT_SECONDS, TooSlow, Transfer, changed, chromium, fresh_page, middle, opened, repeated, scrolled
from benchmarks.common import Result, data_folder, parser, report, trireme_server
from benchmarks.peer_data import PARAMS, MlflowDatabase, event_files, table_rows
from benchmarks.seed import METRICS, PROJECT, seed
from benchmarks.table_pages import TablePage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from trireme.storage.warehouse.engine import Warehouse

TENSORBOARD_RUNS = 10_000
SORTS, FILTERED = 5, METRICS[5]
_LEFT = 10
"""A filter keeps at least so many runs, so that there is another one to come first; else the next one begins with most of them again."""


@dataclass(frozen=True)
class Answers:
    """What has to come first: names of runs for each sort, and for each filter of the runs in the last sort with its limit."""

    sorts: list[list[str]]
    filters: list[tuple[float, list[str]]]


def answers(warehouse: Warehouse, runs: int) -> Answers:
    """Work out what the tables have to show."""
    paths = METRICS[: SORTS + 1]
    columns: dict[str, list[np.ndarray]] = {path: [] for path in paths}
    for part in table_rows(warehouse, runs, 250_000, only=paths):
        for path in paths:
            columns[path].append(np.array(part[path]))
    values = {path: np.concatenate(parts) for path, parts in columns.items()}

    def first(metric: str, kept: np.ndarray) -> list[str]:
        best = values[metric][kept].max()
        return [f"run {n}" for n in np.flatnonzero(kept & (values[metric] == best))]

    every = np.ones(runs, bool)
    sorts = [first(METRICS[n], every) for n in range(SORTS)]
    filters: list[tuple[float, list[str]]] = []
    shown = sorts[-1]
    for _ in range(SORTS):
        # Just below the value of the run that is first now, so that another one has to come.
        least = min(values[FILTERED][int(name.split()[1])] for name in shown)
        below = float(np.floor(least * 1e6) / 1e6)
        if (values[FILTERED] < below).sum() < _LEFT:
            below = 0.9
        shown = first(METRICS[SORTS - 1], values[FILTERED] < below)
        filters.append((below, shown))
    return Answers(sorts, filters)


def measure(browser: Browser, where: TablePage, expected: Answers, name: str, goals: bool) -> list[Result]:
    """All figures of one page."""
    there = f"() => bench.onScreen(({where.first})()) && ({where.first})().textContent.trim() !== ''"
    shows = f"({{ texts }}) => bench.shows(({where.first})(), texts)"
    transferred: list[Transfer] = []

    def goal(value: float) -> float | None:
        return value if goals else None

    def usable(_: int) -> float:
        with fresh_page(browser) as page:
            transferred.append(Transfer(page))
            return opened(page, where.address, there)

    opening = repeated(usable)
    results = [
        Result(f"{name}usable, cold cache", middle(opening), "ms", goal(1200)),
        Result(f"{name}first load, files of the application", max(each.files for each in transferred) / 1000, "kB", goal(350)),
        Result(f"{name}first load, with data and headers", max(each.all for each in transferred) / 1000, "kB"),
    ]
    with fresh_page(browser) as page:
        opened(page, where.address, there)
        page.evaluate(f"({where.prepare})()")
        page.wait_for_timeout(1000)

        def sort(n: int) -> float:
            return changed(page, where.sort, shows, {"metric": METRICS[n], "texts": expected.sorts[n]})

        sorts = repeated(sort)
        results.append(Result(f"{name}sorted, until painted", middle(sorts), "ms", goal(400)))
        if len(sorts) < SORTS:
            sort(SORTS - 1)

        def keep(n: int) -> float:
            below, texts = expected.filters[n]
            return changed(
                page, where.filter, shows, {"metric": FILTERED, "below": below, "sorted": METRICS[SORTS - 1], "texts": texts}
            )

        results.append(Result(f"{name}filtered, until painted", middle(repeated(keep)), "ms", goal(400)))
    scrolls = repeated(lambda _: _scroll(browser, where, there))
    results.append(Result(f"{name}scrolled, p95 of frames", middle([each["p95"] for each in scrolls]), "ms", goal(50)))
    results.append(Result(f"{name}scrolled, worst frame", middle([each["worst"] for each in scrolls]), "ms", goal(50)))
    results.append(Result(f"{name}scrolled, longest blank row", middle([each["blank"] for each in scrolls]), "ms", goal(150)))
    return results


def _scroll(browser: Browser, where: TablePage, there: str) -> dict[str, float]:
    with fresh_page(browser) as page:
        opened(page, where.address, there)
        return scrolled(page, where.first)


@contextlib.contextmanager
def mlflow_page(python: str, folder: Path, runs: int) -> Iterator[TablePage]:
    """MLflow's page of the runs that `seed_peers` wrote."""
    home = folder / f"mlflow-{runs}"
    experiment, _ = MlflowDatabase(python, home / "mlflow.db").experiment(PROJECT[1])
    with peers.mlflow(python, home) as url:
        yield table_pages.mlflow(url, experiment)


@contextlib.contextmanager
def tensorboard_page(python: str, folder: Path, runs: int) -> Iterator[TablePage]:
    """TensorBoard's page of the runs that `seed_peers` wrote."""
    with peers.tensorboard(python, folder / f"tensorboard-{runs}", runs, LIMIT_SECONDS) as (url, _):
        yield table_pages.tensorboard(url)


def seed_mlflow(python: str, folder: Path, warehouse: Warehouse, runs: int) -> None:
    """Write the first *runs* runs into a database of MLflow, unless they are there."""
    (folder / f"mlflow-{runs}").mkdir(exist_ok=True)
    MlflowDatabase(python, folder / f"mlflow-{runs}" / "mlflow.db").fill_table(PROJECT[1], table_rows(warehouse, runs))


def seed_tensorboard(python: str, folder: Path, warehouse: Warehouse, runs: int) -> None:
    """Write the first *runs* runs into event files, unless they are there."""

    def parts() -> Iterator[dict[str, Any]]:
        for part in table_rows(warehouse, runs):
            for row, number in enumerate(part["n"]):
                yield {
                    "run": number,
                    "name": part["sys/name"][row],
                    "hparams": {path: part[path][row] for path in PARAMS},
                    "metrics": {path: part[path][row] for path in METRICS},
                }

    event_files(python, folder / f"tensorboard-{runs}", runs, parts())


def measure_peer(name: str, page: Any, fill: Any, python: str, folder: Path, runs: int, browser: Browser | None) -> list[Result]:
    """A peer's figures with as many runs as it can show, a power of ten; without a browser, only its data are made."""
    while runs >= 100:
        with _open_store(folder) as warehouse:
            fill(python, folder, warehouse, runs)
            expected = answers(warehouse, runs)
        if browser is None:
            return []
        try:
            with page(python, folder, runs) as where:
                return measure(browser, where, expected, f"{name}, {runs:,} runs ({where.rows}): ", goals=False)
        except (TooSlow, TimeoutError) as error:
            print(f"{name} does not hold {runs:,} runs: {error}", flush=True)
            runs //= 10
    return []


def main() -> None:
    """Seed, then measure."""
    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=1_000_000)
    options.add_argument("--mlflow-runs", type=int, help="begin with these (default: all)")
    options.add_argument("--tensorboard-runs", type=int, default=TENSORBOARD_RUNS, help="begin with these")
    peers.add_options(options)
    args = options.parse_args()
    sides = [
        ("MLflow", peers.MLFLOW, mlflow_page, seed_mlflow, args.mlflow_python, args.mlflow_runs or args.runs),
        ("TensorBoard", peers.TENSORBOARD, tensorboard_page, seed_tensorboard, args.tensorboard_python, args.tensorboard_runs),
    ]
    for name, version, *_, python, _ in sides:
        if python:
            peers.check_version(python, name.lower(), version)
    results: list[Result] = []
    with data_folder(args.data) as folder, contextlib.ExitStack() as stack:
        with _open_store(folder, args.runs) as warehouse:
            expected = answers(warehouse, args.runs)
        browser = None if args.only == "seed" else stack.enter_context(chromium())
        if browser and args.only in (None, "trireme"):
            with trireme_server(folder) as server:
                results += measure(browser, table_pages.trireme(server.url, "/".join(PROJECT)), expected, "", goals=True)
        for name, _, page, fill, python, runs in sides:
            if python and args.only in (None, "seed", name.lower()):
                results += measure_peer(name, page, fill, python, folder, min(runs, args.runs), browser)
    if results:
        report(results, as_json=args.json)


@contextlib.contextmanager
def _open_store(folder: Path, runs: int = 0) -> Iterator[Warehouse]:
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (catalog, warehouse):
        if runs:
            seed(catalog, warehouse, runs)
        yield warehouse


if __name__ == "__main__":
    main()
