"""Everything that is done all day can be done without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import RUNS

TABLE = "/p/default/sweep"


def test_numbers_switch_tabs(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    expect(quiet_page.get_by_role("tab", name="Runs")).to_have_attribute("aria-selected", "true")
    quiet_page.keyboard.press("2")
    expect(quiet_page).to_have_url(re.compile("tab=charts"))
    expect(quiet_page.get_by_role("tab", name="Charts")).to_have_attribute("aria-selected", "true")
    quiet_page.keyboard.press("1")
    expect(quiet_page).not_to_have_url(re.compile("tab="))


def test_from_the_search_into_the_table_and_into_a_run(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    grid = quiet_page.get_by_role("grid")
    expect(quiet_page.get_by_text("sweep-039")).to_be_visible()
    quiet_page.keyboard.press("/")
    expect(quiet_page.get_by_label("Search runs by name")).to_be_focused()
    quiet_page.keyboard.press("ArrowDown")
    expect(grid).to_be_focused()
    expect(grid).to_have_attribute("aria-activedescendant", "run-row-0")
    quiet_page.keyboard.press("ArrowDown")
    quiet_page.keyboard.press("Space")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"4 of {RUNS} runs drawn")
    quiet_page.keyboard.press("End")
    expect(quiet_page.get_by_text("sweep-000")).to_be_visible()
    quiet_page.keyboard.press("Home")
    quiet_page.keyboard.press("Enter")
    expect(quiet_page).to_have_url(re.compile(r"/runs/"))


def test_digits_typed_into_the_search_are_not_shortcuts(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    quiet_page.get_by_label("Search runs by name").press_sequentially("2")
    expect(quiet_page.get_by_role("tab", name="Runs")).to_have_attribute("aria-selected", "true")


def test_help_lists_the_keys(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    expect(quiet_page.get_by_role("tab", name="Runs")).to_be_visible()
    quiet_page.keyboard.press("?")
    dialog = quiet_page.get_by_role("dialog")
    expect(dialog).to_contain_text("Search runs")
    quiet_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
