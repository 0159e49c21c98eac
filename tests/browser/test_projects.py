"""The list of projects."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import RUNS


def test_lists_projects_with_their_runs_and_opens_one(quiet_page: Page) -> None:
    quiet_page.goto("/")
    row = quiet_page.get_by_role("link").filter(has_text="default/sweep")
    expect(row).to_contain_text(f"{RUNS} runs")
    row.click()
    expect(quiet_page).to_have_url(re.compile(r"/p/default/sweep$"))
    expect(quiet_page.get_by_role("heading", name="sweep")).to_be_visible()


def test_searches_projects(quiet_page: Page) -> None:
    quiet_page.goto("/")
    expect(quiet_page.get_by_role("link").filter(has_text="default/sweep")).to_be_visible()
    quiet_page.keyboard.press("/")
    quiet_page.keyboard.type("nothing like it")
    expect(quiet_page.get_by_text("No project matches")).to_be_visible()
    quiet_page.keyboard.press("Escape")
    expect(quiet_page.get_by_role("link").filter(has_text="default/sweep")).to_be_visible()


def test_an_unknown_project_says_so(page: Page) -> None:
    page.goto("/p/default/missing")
    expect(page.get_by_role("alert")).to_contain_text("missing")


def test_an_unknown_address_leads_back(quiet_page: Page) -> None:
    quiet_page.goto("/no/such/page")
    quiet_page.get_by_role("link", name="All projects", exact=True).click()
    expect(quiet_page.get_by_role("heading", name="Projects")).to_be_visible()
