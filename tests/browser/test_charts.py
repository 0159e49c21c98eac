"""Charts of drawn runs, and a run's page."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_drawn_runs_have_charts(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep?tab=charts")
    cards = quiet_page.locator("article canvas")
    expect(cards.first).to_be_visible()
    expect(quiet_page.get_by_text("5 of 40 runs drawn")).to_be_visible()
    # Something is painted: the canvas holds more than one colour.
    quiet_page.wait_for_function(
        """() => { const c = document.querySelector("article canvas"); if (!c || !c.width) return false;
             const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
             const seen = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 0) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
             return seen.size > 20; }"""
    )


def test_settings_of_charts_are_in_the_address(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep?tab=charts")
    quiet_page.get_by_text("Relative", exact=True).click()
    quiet_page.wait_for_url("**c.x=relative**")
    quiet_page.get_by_label("Find metrics by name or regular expression").fill("no such metric")
    expect(quiet_page.get_by_text("No metric's name matches")).to_be_visible()
    quiet_page.reload()
    expect(quiet_page.get_by_text("No metric's name matches")).to_be_visible()


def test_a_drag_zooms_and_a_double_click_shows_all(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep?tab=charts")
    canvas = quiet_page.locator("article canvas").first
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    reset = quiet_page.get_by_label("Reset the zoom of", exact=False).first
    with quiet_page.expect_request("**/series/buckets") as zoomed:
        quiet_page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 60)
        quiet_page.mouse.down()
        quiet_page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 80)
        quiet_page.mouse.up()
    body = zoomed.value.post_data_json
    assert body["start"] is not None and body["start"] < body["stop"]
    expect(reset).to_be_visible()
    quiet_page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 60)
    expect(reset).to_be_hidden()


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
