"""Runs in charts: those that stand out, and the menu that a line and a row of the table share."""

from __future__ import annotations

import re

from playwright.sync_api import FloatRect, Page, Position, expect

from tests.browser.test_accessibility import violations
from tests.browser.test_charts import CHARTS, TRAIN, VAL, card, plot


def keep_lines(page: Page) -> FloatRect:
    """Point into the chart until its tooltip is there, and click: the list of lines stays. Where the plot is."""
    plot(page, TRAIN)
    image = card(page, TRAIN).get_by_role("img")
    box = image.bounding_box()
    assert box is not None
    spot = Position(x=box["width"] * 0.5, y=box["height"] * 0.75)
    image.hover(position=spot, force=True)
    expect(page.get_by_role("presentation").filter(has_text=re.compile(r"^step \d+"))).to_be_visible()
    image.click(position=spot, force=True)
    box = image.bounding_box()
    assert box is not None
    return box


def test_the_baseline_and_pinned_runs_stand_out(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep")
    grid = quiet_page.get_by_role("grid", name="Runs")
    expect(grid.get_by_role("row").nth(1)).to_contain_text("sweep-039")
    grid.focus()
    for key in ("ArrowDown", "b", "ArrowDown", "p"):
        quiet_page.keyboard.press(key)
    quiet_page.wait_for_url(re.compile(r"pin=.*base=|base=.*pin="))
    quiet_page.keyboard.press("2")
    box = plot(quiet_page, TRAIN)
    canvas = card(quiet_page, TRAIN).locator("canvas").first
    expect(canvas).to_have_attribute("data-marked", "2")
    # Whatever five lines are nearest, what they are compared with is told of.
    quiet_page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.75)
    tooltip = quiet_page.get_by_role("presentation").filter(has_text=re.compile(r"^step \d+"))
    expect(tooltip.get_by_role("img", name="Baseline")).to_have_count(1)
    expect(tooltip.get_by_role("img", name="Pinned")).to_have_count(1)


def test_a_lines_menu_is_its_rows_menu(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    box = keep_lines(quiet_page)
    kept = quiet_page.get_by_role("region", name=re.compile("All lines at step"))
    more = kept.get_by_role("button", name="Actions for sweep-037")
    more.focus()
    quiet_page.keyboard.press("Enter")
    menu = quiet_page.get_by_role("menu", name="Run sweep-037")
    expect(menu.get_by_role("menuitem", name="Open the run")).to_have_attribute("href", re.compile("SWEEP-38$"))
    assert violations(quiet_page) == []
    # Escape closes the menu alone, and the keyboard is where it was.
    quiet_page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(kept).to_be_visible()
    expect(more).to_be_focused()
    quiet_page.keyboard.press("Enter")
    menu.get_by_role("menuitem", name="Make it the baseline").click()
    quiet_page.wait_for_url("**base=**")
    expect(card(quiet_page, TRAIN).locator("canvas").first).to_have_attribute("data-marked", "1")
    more.click()
    expect(menu.get_by_role("menuitem", name="Baseline no longer")).to_be_visible()
    menu.get_by_role("menuitem", name="Draw only this run").click()
    expect(card(quiet_page, TRAIN).get_by_text("1 of 1")).to_be_visible()
    quiet_page.keyboard.press("Escape")

    # Only one line is left: a right click near it opens its menu, wherever it is.
    quiet_page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] - 45, button="right")
    expect(menu).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    # The same of the row, by a right click and by a key.
    row = quiet_page.get_by_role("row").filter(has_text="sweep-039")
    row.click(button="right")
    menu = quiet_page.get_by_role("menu", name="Run sweep-039")
    menu.get_by_role("menuitem", name="Draw in charts").click()
    expect(card(quiet_page, TRAIN).get_by_text("2 of 2")).to_be_visible()
    quiet_page.get_by_role("grid", name="Runs").focus()
    quiet_page.keyboard.press("m")
    expect(menu.get_by_role("menuitem", name="Hide from charts")).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(quiet_page.get_by_role("grid", name="Runs")).to_be_focused()


def test_pinned_columns_stand_in_tooltips_and_legends(quiet_page: Page) -> None:
    quiet_page.goto(f"{CHARTS}&cols=params/optimizer:string:pin,params/lr:float&c.smooth=0.2")
    plot(quiet_page, VAL)
    box = plot(quiet_page, TRAIN)
    quiet_page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.75)
    tooltip = quiet_page.get_by_role("presentation").filter(has_text=re.compile(r"^step \d+"))
    expect(tooltip.get_by_role("columnheader", name="optimizer")).to_be_visible()
    expect(tooltip.get_by_role("columnheader", name="smoothed")).to_be_visible()
    expect(tooltip.get_by_role("row").nth(1)).to_contain_text(re.compile("adam|sgd"))
    quiet_page.mouse.down()
    quiet_page.mouse.up()
    kept = quiet_page.get_by_role("region", name=re.compile("All lines at step"))
    expect(kept.get_by_role("columnheader", name="optimizer")).to_be_visible()
    kept.get_by_label("Search the lines").fill("adam")
    expect(kept.get_by_role("row").filter(has_text="sgd")).to_have_count(0)
    expect(kept.get_by_role("row").filter(has_text="adam").first).to_be_visible()
