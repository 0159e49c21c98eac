"""axe finds nothing against WCAG 2.2 AA, light and dark, wide and on a phone; a phone's page does not scroll sideways."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found["violations"] for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/p/default/sweep"])
def test_pages_are_accessible(page: Page, path: str, scheme: Literal["light", "dark"], size: ViewportSize) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)
    page.goto(path)
    expect(page.get_by_text("sweep-039" if "sweep" in path else "default/sweep")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


RUN = "/p/default/sweep/runs/SWEEP-1"
MORE = {
    "/connect": "Connect",
    "/p/default/nope": "There is no project",
    "/nowhere": "Nothing lies at this address",
    f"{RUN}-0": "All runs of sweep",
    RUN: "About",
    f"{RUN}?tab=console": "epoch 1",
    f"{RUN}?tab=attributes": "batch_size",
    "/p/default/sweep?tab=dashboards": "Deleted dashboards",
}
"""What one sees there."""


@pytest.mark.parametrize(("scheme", "size"), [("dark", WIDE), ("light", PHONE)], ids=["wide", "phone"])
def test_the_other_pages_are_accessible(page: Page, scheme: Literal["light", "dark"], size: ViewportSize) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)
    for path, sign in MORE.items():
        page.goto(path)
        expect(page.get_by_text(sign).first).to_be_visible()
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_dialogs_are_accessible_and_give_the_focus_back(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")

    def check(opener: Locator, *entries: str) -> None:
        opener.click()
        for entry in entries:
            page.get_by_role("menuitem", name=entry).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == [], entries
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(opener).to_be_focused()

    page.goto("/p/default/sweep?q=sweep-00")
    view = page.get_by_role("button", name="View:")
    check(page.get_by_role("button", name="Keyboard help"))
    check(page.get_by_role("button", name="Save as…"))
    check(view, "Save as a new view")
    check(view, "Deleted views")
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to a run")).to_be_focused()
    page.keyboard.press("Escape")
    expect(grid).to_be_focused()
    page.keyboard.press("3")
    page.get_by_role("row", name="params/optimizer").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid", name="Runs side by side")).to_be_focused()
    page.keyboard.press("4")
    check(page.get_by_role("button", name="New dashboard"))
    check(page.get_by_role("button", name="Deleted dashboards"))


def test_open_menus_are_accessible(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/p/default/sweep")
    expect(page.get_by_text("sweep-039")).to_be_visible()
    page.get_by_role("button", name="Columns", exact=True).click()
    expect(page.get_by_label("Search attributes")).to_be_visible()
    assert violations(page) == []


def test_the_scheme_is_kept(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    page.get_by_role("button", name="Switch to dark colours").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
