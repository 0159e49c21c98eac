"""axe finds nothing against WCAG 2.2 AA, light and dark, wide and on a phone; a phone's page does not scroll sideways."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

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
