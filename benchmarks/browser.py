"""Measuring a page in Chromium, whoever made it.

One rule says when something is painted: what was asked for is on the screen (a text at its place, lines in a chart), and two animation
frames have passed since. It is looked for before every frame, in the page itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

T = TypeVar("T")

REPEAT = 5
LIMIT_SECONDS = 120
_ENOUGH_SECONDS = 12
_TOOLS = """
window.bench = {
  frame: () => new Promise(requestAnimationFrame),
  deep(selector, root = document) {
    const found = root.querySelector(selector);
    if (found !== null) return found;
    for (const each of root.querySelectorAll("*")) {
      const inside = each.shadowRoot === null ? null : bench.deep(selector, each.shadowRoot);
      if (inside !== null) return inside;
    }
    return null;
  },
  onScreen(element) {
    const box = element?.getBoundingClientRect();
    return box !== undefined && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  },
  drawn(canvas) {
    if (!bench.onScreen(canvas) || canvas.width === 0 || canvas.height === 0) return false;
    const probe = document.createElement("canvas");
    [probe.width, probe.height] = [128, 128];
    const context = probe.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0, 128, 128);
    return context.getImageData(0, 0, 128, 128).data.some((value, index) => index % 4 === 3 && value > 0);
  },
  shows: (element, texts) => bench.onScreen(element) && texts.includes(element.textContent.trim()),
  async painted(condition, limit) {
    const started = performance.now();
    while (!condition()) {
      if (performance.now() - started > limit) return null;
      await bench.frame();
    }
    await bench.frame();
    await bench.frame();
    return performance.now();
  },
  up: (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host,
  scrollable(element) {
    for (let each = element; each; each = bench.up(each)) {
      if (each.scrollHeight > each.clientHeight + 20 && /auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
    }
    throw new Error("nothing scrolls here");
  },
  at(x, y) {
    let found = document.elementFromPoint(x, y);
    while (found?.shadowRoot) {
      const inside = found.shadowRoot.elementFromPoint(x, y);
      if (inside === null || inside === found) break;
      found = inside;
    }
    return found;
  },
  rowAt(x, y) {
    for (let each = bench.at(x, y); each; each = bench.up(each)) {
      if (each.getAttribute("role") === "row") return each;
    }
    return null;
  },
  record() {
    const frames = [];
    let last = performance.now(), on = true;
    const step = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (on) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    return () => { on = false; return frames; };
  },
};
"""
_SCROLL = """async (find) => {
  const list = bench.scrollable(eval(find)());
  const frames = [], blank = [];
  let last = performance.now(), since = null, way = 180;
  for (let step = 0; step < 240; step += 1) {
    if (way > 0 && list.scrollTop + list.clientHeight >= list.scrollHeight - 1) way = -180;
    else if (way < 0 && list.scrollTop <= 0) way = 180;
    list.scrollTop += way;
    await bench.frame();
    const now = performance.now();
    frames.push(now - last);
    last = now;
    const edge = list.getBoundingClientRect();
    const waiting = [0.2, 0.4, 0.6, 0.8].some((share) => {
      const row = bench.rowAt(edge.left + 60, edge.top + edge.height * share);
      return row === null || row.hasAttribute("aria-busy");
    });
    if (waiting && since === null) since = now;
    if (!waiting && since !== null) { blank.push(now - since); since = null; }
  }
  if (since !== null) blank.push(performance.now() - since);
  frames.sort((a, b) => a - b);
  return { worst: frames.at(-1), p95: frames[Math.floor(frames.length * 0.95)], blank: Math.max(0, ...blank) };
}"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium without a GPU; CHROMIUM names another one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class TooSlow(Exception):
    """What was asked for was not on the screen in time."""


@contextlib.contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_TOOLS)
    try:
        yield context.new_page()
    finally:
        context.close()


def opened(page: Page, address: str, condition: str) -> float:
    """Milliseconds from the navigation to *address* until *condition*, a function in JavaScript, holds and is painted.

    Raises:
        TooSlow: it takes longer than the limit.
    """
    page.goto(address, wait_until="commit", timeout=LIMIT_SECONDS * 1000)
    found = page.evaluate("([condition, limit]) => bench.painted(eval(condition), limit)", [condition, LIMIT_SECONDS * 1000])
    return _in_time(found, address)


def changed(page: Page, action: str, condition: str, given: object) -> float:
    """Milliseconds from *action* until *condition* holds and is painted; both are functions of *given* in JavaScript.

    Raises:
        TooSlow: it takes longer than the limit.
    """
    found = page.evaluate(
        """async ([action, condition, given, limit]) => {
          const [act, holds] = [eval(action), eval(condition)];
          const started = performance.now();
          act(given);
          const ended = await bench.painted(() => holds(given), limit);
          return ended === null ? null : ended - started;
        }""",
        [action, condition, given, LIMIT_SECONDS * 1000],
    )
    return _in_time(found, action)


def _in_time(found: float | None, what: str) -> float:
    if found is None:
        raise TooSlow(f"not on the screen after {LIMIT_SECONDS} s: {what}")
    return found


def scrolled(page: Page, inside: str) -> dict[str, float]:
    """Scroll the list around the element that *inside* finds, 180 px a frame: p95 and worst of frames, longest time with a blank row, ms."""
    found: dict[str, float] = page.evaluate(_SCROLL, inside)
    return found


def hovered(page: Page, box: dict[str, float]) -> tuple[float, float]:
    """Move the mouse over a box for 120 moves: frames a second, and the longest frame in ms."""
    page.evaluate("() => { window.benchStop = bench.record(); }")
    for step in range(120):
        across, down = 60 + (step * 7) % (box["width"] - 80), 20 + (step * 5) % (box["height"] - 60)
        page.mouse.move(box["x"] + across, box["y"] + down)
    frames: list[float] = page.evaluate("() => benchStop()")
    return 1000 * len(frames) / sum(frames), max(frames)


class Transfer:
    """Bytes that come over the wire while a page opens: bodies of the application's files, as they are compressed, and everything: data and
    headers too.
    """

    def __init__(self, page: Page) -> None:
        self.files, self.all = 0, 0
        self._data: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        if event["type"] in ("XHR", "Fetch", "EventSource"):
            self._data.add(event["requestId"])

    def _received(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._data:
            self.files += int(event["encodedDataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.all += int(event["encodedDataLength"])


def repeated(measure: Callable[[int], T]) -> list[T]:
    """What *measure* finds five times; fewer times when they take longer than twelve seconds together."""
    found: list[T] = []
    started = time.monotonic()
    while len(found) < REPEAT and (not found or time.monotonic() - started < _ENOUGH_SECONDS):
        found.append(measure(len(found)))
    return found


def middle(values: list[float]) -> float:
    """The median."""
    return median(values)


def renderers() -> set[int]:
    """Process ids of all tabs of all Chromiums."""
    found: set[int] = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                if b"--type=renderer" in (folder / "cmdline").read_bytes():
                    found.add(int(folder.name))
    return found


def anonymous_mb(pid: int) -> float:
    """Memory of a process that it shares with no other."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")), 0.0)
