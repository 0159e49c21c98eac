"""The runs table of a million runs in a headless Chromium: how soon it can be used, what the first load of the application transfers, sorting and
filtering until the rows are there, and frames while it is scrolled. Medians of five.

    python -m benchmarks.web_table [--data FOLDER] [--runs 1000000]

Needs Playwright and the distribution's Chromium (CHROMIUM names another one), and the built web application.
"""

from __future__ import annotations

import os
import shutil
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.common import Result, Server, data_folder, parser, report, trireme_server
from benchmarks.seed import METRICS, PROJECT, seed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

REPEAT = 5
ROWS = "[role=row] a"
_SCROLL = """async () => {
  const grid = document.querySelector("[role=grid]");
  const frames = [], blank = [];
  let last = performance.now(), since = null;
  for (let step = 0; step < 240; step += 1) {
    grid.scrollTop += 180;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    const edge = grid.getBoundingClientRect();
    const waiting = [...grid.querySelectorAll("[role=row][aria-busy]")].some((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > edge.top && box.top < edge.bottom;
    });
    if (waiting && since === null) since = now;
    if (!waiting && since !== null) { blank.push(now - since); since = null; }
  }
  if (since !== null) blank.push(performance.now() - since);
  frames.sort((a, b) => a - b);
  return { worst: frames.at(-1), p95: frames[Math.floor(frames.length * 0.95)], blank: Math.max(0, ...blank) };
}"""

_TRANSFERRED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((entry) => !new URL(entry.name).pathname.startsWith("/api/"))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def usable(browser: Browser, server: Server) -> float:
    """Milliseconds from an empty cache to the first row."""
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/p/{'/'.join(PROJECT)}")
    page.wait_for_selector(ROWS)
    found: float = page.evaluate("performance.now()")
    page.context.close()
    return found


def until_rows(page: Page, query: str) -> float:
    """Milliseconds until the rows of another address are painted."""
    found: float = page.evaluate(
        """async (query) => {
          const before = document.querySelector("[role=row] a").textContent;
          const started = performance.now();
          history.pushState({}, "", location.pathname + query);
          dispatchEvent(new PopStateEvent("popstate"));
          const grid = document.querySelector("[role=grid]");
          const shown = () => document.querySelector("[role=row] a")?.textContent;
          while (grid.getAttribute("aria-busy") === "true" || shown() === before) {
            if (performance.now() - started > 20_000) break;
            await new Promise(requestAnimationFrame);
          }
          await new Promise(requestAnimationFrame);
          return performance.now() - started;
        }""",
        query,
    )
    return found


def measure(browser: Browser, server: Server) -> list[Result]:
    """All figures."""
    results = [Result("usable, cold cache", median(usable(browser, server) for _ in range(REPEAT)), "ms", 1200)]
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{server.url}/p/{'/'.join(PROJECT)}")
    page.wait_for_selector(ROWS)
    results.append(Result("first load of the application, gzip", page.evaluate(_TRANSFERRED) / 1000, "kB", 350))
    sorts = [until_rows(page, f"?sort={METRICS[n]}:float_series:desc") for n in range(REPEAT)]
    results.append(Result("sorted, until painted", median(sorts), "ms", 400))
    filters = [until_rows(page, f"?q=params/int0+%3C+{n * 50 + 10}&sort={METRICS[n]}:float_series:asc") for n in range(REPEAT)]
    results.append(Result("filtered, until painted", median(filters), "ms", 400))
    scrolls: list[dict[str, Any]] = []
    for _ in range(REPEAT):
        page.goto(f"{server.url}/p/{'/'.join(PROJECT)}")
        page.wait_for_selector(ROWS)
        scrolls.append(page.evaluate(_SCROLL))
    results.append(Result("scrolled, p95 of frames", median(each["p95"] for each in scrolls), "ms", 50))
    results.append(Result("scrolled, worst frame", median(each["worst"] for each in scrolls), "ms", 50))
    results.append(Result("scrolled, longest blank row", median(each["blank"] for each in scrolls), "ms", 150))
    return results


def main() -> None:
    """Seed, then measure."""
    from playwright.sync_api import sync_playwright

    options = parser(__doc__)
    options.add_argument("--runs", type=int, default=1_000_000)
    args = options.parse_args()
    with data_folder(args.data) as folder:
        _seed(folder, args.runs)
        with trireme_server(folder) as server, sync_playwright() as playwright:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            results = measure(browser, server)
            browser.close()
    report(results, as_json=args.json)


def _seed(folder: Path, runs: int) -> None:
    from trireme.server.services import open_store
    from trireme.settings import Settings

    with open_store(Settings(data=folder)) as (catalog, warehouse):
        seed(catalog, warehouse, runs)


if __name__ == "__main__":
    main()
