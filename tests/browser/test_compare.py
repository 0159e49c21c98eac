"""Runs looked at together: side by side, as lines, as points, explained, and their media."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import PHONE, WIDE, violations

SIDE = "/p/default/sweep?tab=compare"


def test_rows_that_differ_and_the_way_from_one_to_the_next(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep")
    expect(quiet_page.get_by_text("sweep-039")).to_be_visible()
    quiet_page.keyboard.press("3")
    grid = quiet_page.get_by_role("grid", name="Runs side by side")
    expect(grid.get_by_role("columnheader", name="sweep-039")).to_be_visible()
    # Which way one compares is where one is, not a change of the view; the arrows lead from one to the next.
    quiet_page.get_by_role("tab", name="Side by side").press("ArrowRight")
    expect(quiet_page.get_by_role("tab", name="Parallel")).to_be_focused()
    expect(quiet_page.get_by_label("Parallel coordinates", exact=False).first).to_be_visible()
    expect(quiet_page.get_by_text("Edited")).to_be_hidden()
    quiet_page.go_back()
    # Of five runs the optimizer alternates and the owner does not.
    expect(grid.get_by_role("row", name="params/optimizer")).to_be_visible()
    expect(grid.get_by_role("row", name="Owner")).to_be_visible()
    quiet_page.get_by_role("switch", name="Differences only").click()
    expect(grid.get_by_role("row", name="Owner")).to_be_hidden()
    expect(grid.get_by_role("row", name="params/optimizer")).to_be_visible()
    expect(quiet_page).to_have_url(re.compile("side.diff=1"))
    grid.focus()
    quiet_page.keyboard.press("n")
    expect(grid).to_have_attribute("aria-activedescendant", "compared-0")
    quiet_page.keyboard.press("p")
    last = grid.get_attribute("aria-activedescendant")
    assert last and last != "compared-0"
    expect(quiet_page.locator(f"#{last}")).to_be_in_viewport()


def test_a_pinned_reference_and_a_direction(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&side.find=val/loss")
    grid = quiet_page.get_by_role("grid", name="Runs side by side")
    row = grid.get_by_role("row", name="metrics/val/loss")
    expect(row).to_contain_text("%)")
    grid.get_by_role("columnheader", name="sweep-037").hover()
    quiet_page.get_by_role("button", name="Make sweep-037 the reference").click()
    expect(grid.get_by_role("columnheader").nth(1)).to_contain_text("sweep-037")
    assert row.locator("[data-verdict]").count() == 0, "neither is better until somebody says so"
    row.click()
    dialog = quiet_page.get_by_role("dialog")
    dialog.get_by_text("Lower", exact=True).click()
    quiet_page.keyboard.press("Escape")
    expect(row.locator("[data-verdict=worse]").first).to_be_visible()
    quiet_page.reload()
    expect(row.locator("[data-verdict=worse]").first).to_be_visible()
    expect(grid.get_by_role("columnheader").nth(1)).to_contain_text("sweep-037")


def test_no_run_and_one_run(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&n=0")
    expect(quiet_page.get_by_text("Open the eyes of two runs")).to_be_visible()
    quiet_page.goto(f"{SIDE}&n=1&side.diff=1")
    expect(quiet_page.get_by_text("One run does not differ from itself")).to_be_visible()


def test_a_range_on_an_axis_and_the_runs_that_pass(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&cmp.view=parallel")
    chart = quiet_page.get_by_label("Parallel coordinates", exact=False)
    expect(chart.get_by_role("img", name="40 of 40 runs pass all ranges")).to_be_visible()
    chart.get_by_role("button", name="lr").click()
    quiet_page.get_by_role("menuitem", name="Set a range").click()
    # The range is set from the keyboard: its upper end goes below the highest of four rates.
    upper = chart.get_by_role("slider", name="Upper end of the range of lr")
    upper.press("PageDown")
    upper.press("PageDown")
    expect(chart.get_by_role("img", name="30 of 40 runs pass all ranges")).to_be_visible()
    expect(quiet_page).to_have_url(re.compile("par.axes="))
    quiet_page.reload()
    expect(chart.get_by_role("img", name="30 of 40 runs pass all ranges")).to_be_visible()
    quiet_page.get_by_role("button", name="Draw these 30").click()
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text("30 of 40 runs drawn")


def test_points_of_a_scatter_chart_are_reached_by_keyboard(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&cmp.view=scatter&sca.x=params/lr&sca.front=low,low")
    chart = quiet_page.get_by_label("against params/lr. Arrow keys", exact=False)
    expect(chart.get_by_role("img", name="40 runs")).to_be_visible()
    chart.focus()
    quiet_page.keyboard.press("ArrowRight")
    expect(chart.get_by_text(re.compile("sweep-0.. ?: params/lr 0.0001"))).to_be_attached()
    quiet_page.keyboard.press("Enter")
    expect(quiet_page).to_have_url(re.compile("/runs/SWEEP-"))


def test_what_a_parameter_says(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&cmp.view=importance&cmp.metric=metrics/val/loss:float_series")
    table = quiet_page.get_by_role("table", name="What parameters say about metrics/val/loss")
    expect(table.get_by_role("row", name="params/optimizer")).to_be_visible()
    table.get_by_role("button", name="params/lr", exact=True).click()
    expect(table.get_by_role("table", name="The metric for values of params/lr").get_by_role("row")).to_have_count(5)
    quiet_page.get_by_role("button", name="As parallel axes").click()
    expect(quiet_page).to_have_url(re.compile("cmp.view=parallel.*par.axes="))


def test_pictures_of_runs_at_one_step_and_over_each_other(quiet_page: Page) -> None:
    quiet_page.goto(f"{SIDE}&cmp.view=media&n=3")
    expect(quiet_page.get_by_role("img", name="samples/drawing at step 15")).to_have_count(2)  # the last of the odd runs
    slider = quiet_page.get_by_role("slider", name="Step")
    slider.press("ArrowLeft")
    expect(quiet_page).to_have_url(re.compile("med.step=15"))
    expect(quiet_page.get_by_role("img", name="samples/drawing at step 10")).to_have_count(1)
    quiet_page.get_by_role("button", name="Compare sweep-039").click()
    quiet_page.get_by_role("button", name="Compare sweep-038").click()
    dialog = quiet_page.get_by_role("dialog")
    expect(dialog.locator("[data-mode] img")).to_have_count(2)
    dialog.get_by_text("Difference").click()
    expect(dialog.get_by_role("slider", name="How much brighter the difference is")).to_be_visible()
    quiet_page.keyboard.press("Escape")
    quiet_page.get_by_text("Runs × steps").click()
    expect(quiet_page.get_by_role("columnheader", name="step 20")).to_be_visible()


READY = {
    "side": "[data-row]",
    "parallel": "section[aria-label^=Parallel] canvas",
    "scatter": "section[aria-label*=against] canvas",
    "importance": "table[aria-label^='What parameters']",
    "media": "img[alt^=samples]",
}


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["wide", "phone"])
def test_views_are_accessible(page: Page, scheme: str, size: dict[str, int]) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    for view, sign in READY.items():
        page.goto(f"{SIDE}&cmp.view={view}")
        expect(page.locator(sign).first).to_be_visible()
        assert violations(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), view
