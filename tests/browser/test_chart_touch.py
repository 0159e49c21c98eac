"""Charts under fingers: a box, a pinch, taps; and the page that still scrolls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_charts import CHARTS, TRAIN, card, plot

Point = tuple[float, float]
Touch = Callable[..., None]


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=base_url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def touch(phone: Page) -> Touch:
    """Moves fingers along paths of equal length, all at once: put down, moved, lifted."""
    session = phone.context.new_cdp_session(phone)

    def move(*paths: list[Point]) -> None:
        def points(index: int) -> list[dict[str, float]]:
            return [{"x": path[index][0], "y": path[index][1], "id": number} for number, path in enumerate(paths)]

        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points(0)})
        for index in range(1, len(paths[0])):
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points(index)})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    return move


def path(start: Point, stop: Point, steps: int = 8) -> list[Point]:
    return [(start[0] + (stop[0] - start[0]) * i / steps, start[1] + (stop[1] - start[1]) * i / steps) for i in range(steps + 1)]


def zoomed(page: Page) -> tuple[float, float]:
    page.wait_for_url(re.compile("zx~"))
    found = re.search(r"zx~(-?[\d.e-]+)~(-?[\d.e-]+)", page.url)
    assert found is not None
    return float(found[1]), float(found[2])


def test_fingers_zoom_and_the_page_scrolls(phone: Page, touch: Touch) -> None:
    phone.goto(CHARTS)
    box = plot(phone, TRAIN)
    x, y, width = box["x"], box["y"] + box["height"] / 2, box["width"]
    resets = phone.get_by_label("Reset the zoom of", exact=False)

    # To the side: a box on x, however the finger wavers.
    touch(path((x + width * 0.4, y), (x + width * 0.8, y + 30)))
    low, high = zoomed(phone)
    assert 10 < low < high < 55
    assert "zy~" not in phone.url
    expect(resets).to_have_count(1)

    # Two fingers that close show more again.
    touch(path((x + width * 0.3, y), (x + width * 0.45, y)), path((x + width * 0.9, y), (x + width * 0.75, y)))
    phone.wait_for_url(lambda url: f"zx~{low}" not in url)
    wider = zoomed(phone)
    assert wider[0] < low and wider[1] > high

    # Two taps show everything.
    for _ in range(2):
        touch([(x + width * 0.5, y)])
    expect(resets).to_have_count(0)

    # One tap keeps the list of lines.
    touch([(x + width * 0.5, y)])
    kept = phone.get_by_role("region", name=re.compile("All lines at step"))
    expect(kept.get_by_role("row")).to_have_count(5)
    kept.get_by_role("button", name="Close the list of lines").tap()
    expect(kept).to_be_hidden()

    # Up and down the page scrolls, and nothing is zoomed.
    scroller = phone.get_by_role("region", name="Charts", exact=True)
    before = scroller.evaluate("element => element.scrollTop")
    touch(path((x + width * 0.5, y), (x + width * 0.5 + 4, y - 200), 20))
    phone.wait_for_function(
        "before => document.querySelector('[role=region][aria-label=Charts]').scrollTop > before + 50", arg=before
    )
    assert "zx~" not in phone.url
    expect(card(phone, TRAIN).locator("canvas").first).to_have_attribute("data-lines", "5")
