"""Charts in a headless Chromium: ten runs with ten thousand metrics each, and one chart of a thousand lines. Medians of five.

    python -m benchmarks.web_charts [--data FOLDER] [--metrics 10000] [--lines 1000]

Memory is that of the tab's renderer process (RssAnon: what it shares with other processes is not its own).
Needs Playwright and the distribution's Chromium (CHROMIUM names another one), and the built web application.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.common import Result, Server, call, data_folder, parser, report, trireme_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from trireme.storage.catalog.catalog import Catalog
    from trireme.storage.warehouse.engine import Warehouse

REPEAT = 5
WORKSPACE, MANY_METRICS, MANY_LINES = "default", "many-metrics", "many-lines"
CREATED_AT = 1_700_000_000_000
RUNS = 10
POINTS_OF_MANY = 100
POINTS_OF_LINE = 2_000
SECTIONS = 40
_PART = 2_000_000


def seed(catalog: Catalog, warehouse: Warehouse, metrics: int, lines: int) -> None:
    """Make both projects, unless they are there already."""
    paths = [f"section-{n % SECTIONS:02}/metric-{n:05}" for n in range(metrics)]
    _project(catalog, warehouse, MANY_METRICS, RUNS, paths, POINTS_OF_MANY)
    _project(catalog, warehouse, MANY_LINES, lines, ["train/loss"], POINTS_OF_LINE)


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


_PAINTED = """() => [...document.querySelectorAll("article canvas")].some((canvas) => canvas.dataset.lines > 0)"""


def open_many_metrics(browser: Browser, server: Server) -> tuple[float, float]:
    """Milliseconds from an empty cache to the first charts, and MB of the tab after a scroll through them."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    before = set(_renderers())
    page = context.new_page()
    page.goto(f"{server.url}/p/{WORKSPACE}/{MANY_METRICS}?tab=charts&n={RUNS}")
    page.wait_for_function(_PAINTED)
    first: float = page.evaluate("performance.now()")
    page.evaluate(
        """async () => {
          const list = document.querySelector("[role=region][aria-label=Charts]");
          for (let step = 0; step < 40; step += 1) {
            list.scrollTop += 1200;
            await new Promise((done) => setTimeout(done, 60));
          }
        }"""
    )
    page.wait_for_timeout(1500)
    memory = max(_anonymous_mb(pid) for pid in _renderers() if pid not in before)
    context.close()
    return first, memory


def many_lines(page: Page, server: Server, lines: int) -> dict[str, float]:
    """One chart of many lines: ms from its data to the paint, ms from opening it, frames a second while the pointer moves over it."""
    eyes = ",".join(_base36(key) for key in run_keys(server, lines))
    page.goto(f"{server.url}/p/{WORKSPACE}/{MANY_LINES}?tab=charts&n=0&on={eyes}")
    page.wait_for_function(f"() => document.querySelector('article canvas')?.dataset.lines == {lines}", timeout=60_000)
    opened: float = page.evaluate("performance.now()")
    box = page.locator("article canvas").first.bounding_box()
    assert box is not None
    found: dict[str, Any] = page.evaluate(
        """async ([left, top, width, height]) => {
          const paint = performance.getEntriesByName("trireme-chart-paint").at(-1)?.duration ?? NaN;
          const target = document.elementFromPoint(left + width / 2, top + height / 2);
          const frames = [];
          let last = performance.now();
          for (let step = 0; step < 120; step += 1) {
            const x = left + 60 + ((step * 7) % (width - 80)), y = top + 20 + ((step * 5) % (height - 60));
            target.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true, pointerType: "mouse" }));
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            frames.push(now - last);
            last = now;
          }
          frames.sort((a, b) => a - b);
          const mean = frames.reduce((sum, each) => sum + each, 0) / frames.length;
          return { paint, fps: 1000 / mean, worst: frames.at(-1) };
        }""",
        [box["x"], box["y"], box["width"], box["height"]],
    )
    return {"opened": opened, **found}


def run_keys(server: Server, count: int) -> list[int]:
    """Keys of runs of the project with many lines."""
    answer = json.loads(call(f"{server.url}/api/v1/projects/{WORKSPACE}/{MANY_LINES}/runs/search", {"limit": count}))
    return [row["key"] for row in answer["rows"]]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]


def _renderers() -> list[int]:
    found: list[int] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if b"--type=renderer" in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def _anonymous_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)


def measure(browser: Browser, server: Server, lines: int) -> list[Result]:
    """All figures."""
    opened = [open_many_metrics(browser, server) for _ in range(REPEAT)]
    results = [
        Result("10 runs x 10,000 metrics, first charts", median(each[0] for each in opened), "ms", 1500),
        Result("memory of the tab, scrolled", median(each[1] for each in opened), "MB", 400),
    ]
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    chart = [many_lines(page, server, lines) for _ in range(REPEAT)]
    results.append(Result(f"{lines:,} lines, data to painted", median(each["paint"] for each in chart), "ms", 500))
    results.append(Result(f"{lines:,} lines, opened to painted", median(each["opened"] for each in chart), "ms"))
    results.append(Result("hover over them", median(each["fps"] for each in chart), "frames/s", 30, "higher"))
    results.append(Result("hover, worst frame", median(each["worst"] for each in chart), "ms"))
    return results


def main() -> None:
    """Seed, then measure."""
    from playwright.sync_api import sync_playwright

    options = parser(__doc__)
    options.add_argument("--metrics", type=int, default=10_000)
    options.add_argument("--lines", type=int, default=1000)
    args = options.parse_args()
    with data_folder(args.data) as folder:
        _seed(folder, args.metrics, args.lines)
        with trireme_server(folder) as server, sync_playwright() as playwright:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            results = measure(browser, server, args.lines)
            browser.close()
    report(results, as_json=args.json)


def _seed(folder: Path, metrics: int, lines: int) -> None:
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (catalog, warehouse):
        seed(catalog, warehouse, metrics, lines)


if __name__ == "__main__":
    main()
