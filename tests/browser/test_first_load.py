"""What a first visit transfers, before a chart is opened."""

from __future__ import annotations

from playwright.sync_api import Page, expect

BUDGET_BYTES = 350_000
BUDGET_FILES = 32


def test_a_project_page_stays_within_the_budget(quiet_page: Page) -> None:
    quiet_page.goto("/p/default/sweep")
    expect(quiet_page.get_by_text("sweep-039")).to_be_visible()
    sizes: dict[str, int] = quiet_page.evaluate(
        """() => Object.fromEntries([...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
             .filter((entry) => !new URL(entry.name).pathname.startsWith("/api/"))
             .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize]))"""
    )
    assert any(name.endswith(".js") for name in sizes)
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes
    assert len(sizes) <= BUDGET_FILES, sorted(sizes)
    assert not any("ChartsPane" in name for name in sizes), "charts are loaded when they are opened"
