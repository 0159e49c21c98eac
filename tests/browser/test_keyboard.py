"""Everything that is done all day can be done without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import RUNS
from tests.browser.test_accessibility import violations

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


def test_the_palette_leads_to_runs_tabs_and_projects(quiet_page: Page) -> None:
    quiet_page.emulate_media(color_scheme="light", reduced_motion="reduce")
    quiet_page.goto(TABLE)
    expect(quiet_page.get_by_text("sweep-039")).to_be_visible()
    quiet_page.keyboard.press("/")
    quiet_page.keyboard.press("Control+k")
    field = quiet_page.get_by_role("combobox", name="Go to a run")
    expect(field).to_be_focused()
    expect(quiet_page.get_by_role("option", name="Charts")).to_be_visible()
    assert violations(quiet_page) == []
    field.fill("sweep 007")
    expect(quiet_page.get_by_role("option", name="sweep-007", selected=True)).to_be_visible()
    quiet_page.keyboard.press("Enter")
    expect(quiet_page).to_have_url(re.compile("/runs/SWEEP-"))
    quiet_page.keyboard.press("Control+k")
    field.fill("dark")
    expect(quiet_page.get_by_role("option", name="Switch to dark colours")).to_be_visible()
    quiet_page.keyboard.press("Enter")
    expect(quiet_page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    quiet_page.keyboard.press("Control+k")
    field.fill("default/sw")
    expect(quiet_page.get_by_role("option", name="default/sweep", selected=True)).to_be_visible()
    quiet_page.keyboard.press("ArrowUp")
    quiet_page.keyboard.press("ArrowDown")
    quiet_page.keyboard.press("Enter")
    expect(quiet_page).to_have_url(re.compile("/p/default/sweep$"))
    quiet_page.keyboard.press("Control+k")
    field.fill("compare")
    expect(quiet_page.get_by_role("option", name="Compare Project")).to_be_visible()
    quiet_page.keyboard.press("Enter")
    expect(quiet_page).to_have_url(re.compile("tab=compare"))
    quiet_page.keyboard.press("Control+k")
    expect(field).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    quiet_page.keyboard.press("g")
    quiet_page.keyboard.press("h")
    expect(quiet_page.get_by_role("heading", name="Projects")).to_be_visible()


def test_escape_leaves_the_search(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    field = quiet_page.get_by_label("Search runs by name")
    quiet_page.keyboard.press("/")
    field.press_sequentially("par")
    expect(quiet_page).to_have_url(re.compile("q=par"))
    expect(quiet_page.get_by_role("listbox", name="Completions")).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(quiet_page.get_by_role("listbox", name="Completions")).to_be_hidden()
    expect(field).to_be_focused()
    quiet_page.keyboard.press("Escape")
    expect(field).not_to_be_focused()
