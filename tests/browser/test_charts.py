"""Charts of drawn runs, and a run's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect

from tests.browser.test_accessibility import violations

CHARTS = "/p/default/sweep?tab=charts"
TRAIN, VAL = "metrics/train/loss", "metrics/val/loss"


def card(page: Page, label: str) -> Locator:
    return page.get_by_role("article", name=label, exact=True)


def plot(page: Page, label: str) -> FloatRect:
    """Where the plot of a chart is, once its lines are painted."""
    expect(card(page, label).locator("canvas").first).to_have_attribute("data-lines", re.compile(r"\d"))
    box = card(page, label).get_by_role("img").bounding_box()
    assert box is not None
    return box


def drag(page: Page, box: FloatRect, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """Across a part of the plot; ends as shares of its width and height."""
    page.mouse.move(box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * stop[0], box["y"] + box["height"] * stop[1], steps=3)
    page.mouse.up()


def test_drawn_runs_have_charts(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    plot(quiet_page, TRAIN)
    expect(quiet_page.get_by_text("5 of 40 runs drawn")).to_be_visible()
    expect(card(quiet_page, TRAIN).get_by_text("5 of 5")).to_be_visible()
    # Something is painted: the canvas holds more than one colour.
    quiet_page.wait_for_function(
        """() => { const c = document.querySelector("article canvas"); if (!c || !c.width) return false;
             const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
             const seen = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 0) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
             return seen.size > 20; }"""
    )


def test_settings_of_charts_are_in_the_address(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    quiet_page.get_by_text("Relative", exact=True).click()
    quiet_page.wait_for_url("**c.x=relative**")
    quiet_page.get_by_label("Find metrics by name or regular expression").fill("no such metric")
    expect(quiet_page.get_by_text("No metric's name matches")).to_be_visible()
    quiet_page.reload()
    expect(quiet_page.get_by_text("No metric's name matches")).to_be_visible()


def test_another_metric_stands_on_x(quiet_page: Page) -> None:
    quiet_page.goto(f"{CHARTS}&c.logx=1")
    plot(quiet_page, VAL)
    quiet_page.get_by_text("Metric", exact=True).click()
    expect(quiet_page.get_by_text("Which metric stands on x?")).to_be_visible()
    quiet_page.get_by_role("textbox", name="Metric on x").click()
    with quiet_page.expect_request("**/series/buckets") as asked:
        quiet_page.get_by_role("option", name=VAL).click()
    body = asked.value.post_data_json
    assert (body["x"], body["x_metric"], body["log"]) == ("metric", VAL, True)
    quiet_page.wait_for_url(f"**c.xm={VAL}**")
    plot(quiet_page, TRAIN)


def test_sections_close_and_move(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    plot(quiet_page, TRAIN)
    heads = quiet_page.get_by_role("region", name="Charts").get_by_role("heading", level=2)
    expect(heads).to_have_text([re.compile("metrics/train"), re.compile("metrics/val")])
    quiet_page.get_by_role("button", name="Move the section metrics/val").click()
    quiet_page.get_by_role("menuitem", name="Move up").click()
    expect(heads).to_have_text([re.compile("metrics/val"), re.compile("metrics/train")])
    heads.first.get_by_role("button").click()
    expect(card(quiet_page, VAL)).to_be_hidden()
    quiet_page.reload()
    expect(heads).to_have_text([re.compile("metrics/val"), re.compile("metrics/train")])
    expect(card(quiet_page, TRAIN)).to_be_visible()
    expect(card(quiet_page, VAL)).to_be_hidden()


def test_a_drag_zooms_and_a_double_click_shows_all(quiet_page: Page) -> None:
    quiet_page.goto(f"{CHARTS}&c.sync=1")
    box = plot(quiet_page, TRAIN)
    resets = quiet_page.get_by_label("Reset the zoom of", exact=False)
    with quiet_page.expect_request("**/series/buckets") as zoomed:
        drag(quiet_page, box, (0.4, 0.4), (0.7, 0.42))
    body = zoomed.value.post_data_json
    assert body["start"] is not None and body["start"] < body["stop"]
    # Both charts: they zoom together.
    expect(resets).to_have_count(2)
    quiet_page.wait_for_url("**c.zoom=**")
    # A box that is high, too, narrows y in this chart alone.
    drag(quiet_page, box, (0.3, 0.2), (0.8, 0.7))
    quiet_page.wait_for_url("**zy~**")
    quiet_page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 60)
    expect(resets).to_have_count(0)
    assert "zoom" not in quiet_page.url and "zy" not in quiet_page.url


def test_a_chart_differs_from_the_others_and_returns(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    plot(quiet_page, TRAIN)
    quiet_page.get_by_role("button", name=f"Settings of {TRAIN}").click()
    panel = quiet_page.get_by_role("dialog", name=f"Settings of {TRAIN}")
    panel.get_by_label("Logarithmic y").check()
    dot = quiet_page.get_by_label(f"{TRAIN} has settings of its own: reset them")
    expect(dot).to_be_visible()
    quiet_page.wait_for_url("**logy~1**")
    assert violations(quiet_page) == []
    quiet_page.keyboard.press("Escape")
    quiet_page.reload()
    dot.click()
    expect(dot).to_be_hidden()
    assert "logy" not in quiet_page.url


def test_the_pointer_lights_a_run_and_a_click_keeps_the_list(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    box = plot(quiet_page, TRAIN)
    plot(quiet_page, VAL)
    other = card(quiet_page, VAL).locator("canvas").first
    # Where the steepest part of the curves is, some line is near.
    quiet_page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.75)
    expect(quiet_page.get_by_text("and 0 more")).to_be_hidden()
    expect(quiet_page.get_by_text(re.compile(r"^step \d+"))).to_be_visible()
    expect(other).to_have_css("opacity", "0.22")
    quiet_page.mouse.down()
    quiet_page.mouse.up()
    kept = quiet_page.get_by_role("region", name=re.compile("All lines at step"))
    expect(kept.get_by_role("row")).to_have_count(5)
    kept.get_by_label("Search the lines").fill("sweep-03[67]")
    expect(kept.get_by_role("row")).to_have_count(2)
    expect(kept.get_by_role("link", name="sweep-036")).to_have_attribute("href", re.compile("SWEEP-37$"))
    assert violations(quiet_page) == []
    quiet_page.keyboard.press("Escape")
    expect(kept).to_be_hidden()


def test_charts_of_a_pattern(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    plot(quiet_page, TRAIN)
    quiet_page.get_by_role("button", name="Chart", exact=True).click()
    quiet_page.get_by_text("A pattern of names").click()
    quiet_page.get_by_label("Regular expression", exact=True).fill(r"metrics/(train|val)/")
    expect(quiet_page.get_by_text("2 charts:")).to_be_visible()
    quiet_page.get_by_role("button", name="Add the charts").click()
    added = quiet_page.get_by_role("region", name="Added charts")
    expect(added.get_by_role("article")).to_have_count(2)
    quiet_page.reload()
    expect(added.get_by_role("article", name="val", exact=True)).to_contain_text("5 of 5")
    added.get_by_label("Remove the charts of", exact=False).click()
    expect(added).to_be_hidden()


def test_a_chart_fills_the_screen_and_is_saved(quiet_page: Page, tmp_path: Path) -> None:
    quiet_page.goto(f"{CHARTS}&c.add=m:{TRAIN}:{VAL}&c.full=m:{TRAIN}:{VAL}")
    screen = quiet_page.get_by_role("dialog")
    expect(screen.get_by_text("10 of 10")).to_be_visible()
    expect(screen.get_by_label("Legend").get_by_role("row")).to_have_count(10)
    for name, ending, start in (
        ("Save as PNG", "png", b"\x89PNG"),
        ("Save as SVG", "svg", b"<svg"),
        ("Every point as CSV", "csv", b'"run","metric","step","timestamp","value"'),
    ):
        screen.get_by_label("More about", exact=False).click()
        with quiet_page.expect_download() as download:
            quiet_page.get_by_role("menuitem", name=name).click()
        download.value.save_as(tmp_path / ending)
        content = (tmp_path / ending).read_bytes()
        assert content.startswith(start) and download.value.suggested_filename.endswith(ending)
    assert len(content.splitlines()) == 1 + 10 * 60
    # Escape closes what was opened last.
    box = screen.get_by_role("img").bounding_box()
    assert box is not None
    quiet_page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    kept = quiet_page.get_by_role("region", name=re.compile("All lines at"))
    kept.get_by_label("Search the lines").fill("val")
    expect(kept.get_by_role("row")).to_have_count(5)
    quiet_page.keyboard.press("Escape")
    expect(kept).to_be_hidden()
    expect(screen).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(screen).to_be_hidden()
    assert "c.full" not in quiet_page.url


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}], ids=["wide", "phone"])
def test_charts_are_accessible(page: Page, size: ViewportSize) -> None:
    page.emulate_media(color_scheme="dark" if size["width"] < 500 else "light", reduced_motion="reduce")
    page.set_viewport_size(size)
    page.goto(f"{CHARTS}&c.x=metric&c.xm={VAL}&c.add=r:loss")
    expect(card(page, TRAIN)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Axes").click()
    expect(page.get_by_label("Charts zoom together")).to_be_visible()
    assert violations(page) == []


def test_a_runs_page_has_every_tab(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep/runs/SWEEP-1")
    expect(quiet_page.get_by_role("heading", level=1)).to_be_visible()
    for name in ("Charts", "Media", "Console", "Files", "System", "Source", "All attributes", "Overview"):
        quiet_page.get_by_role("tab", name=name, exact=True).click()
        expect(quiet_page.get_by_role("tabpanel")).not_to_be_empty()
        expect(quiet_page.get_by_role("alert")).to_have_count(0)
    expect(quiet_page.get_by_text("Metrics", exact=False).first).to_be_visible()


def test_an_unknown_run_says_so(page: Page) -> None:
    page.goto("/p/default/sweep/runs/SWEEP-99999")
    expect(page.get_by_role("alert")).to_contain_text("has no run")
