"""Saved views: kept, shared by link, never changed unasked; and undo."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib import request

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.seed import sweep_run, write_run
from tests.support.server import ServerProcess

PROJECT = "/p/default/viewed"
API = "/api/v1/projects/default/viewed"


def call(server: ServerProcess, method: str, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    with request.urlopen(request.Request(server.url + path, data, {"Content-Type": "application/json"}, method=method)) as answer:
        found: dict[str, object] = json.load(answer)
    return found


@pytest.fixture(scope="module", autouse=True)
def viewed(server: ServerProcess) -> None:
    """A project of its own: a default view would change what other tests see."""
    for index in range(6):
        write_run(server.url, "default/viewed", sweep_run(index))


@pytest.fixture
def new_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(base_url=base_url)
    yield context.new_page()
    context.close()


def drawn(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text="drawn")).to_have_text(text)


def filter_by(page: Page, query: str) -> None:
    page.get_by_label("Search runs by name").fill(query)
    page.keyboard.press("Enter")


def switch(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("^View:")).click()
    page.get_by_role("menuitem", name=re.compile(name)).click()


def test_a_view_is_saved_and_opened_by_its_link(quiet_page: Page, new_page: Page, server: ServerProcess) -> None:
    page = quiet_page
    page.goto(PROJECT)
    drawn(page, "5 of 6 runs drawn")
    filter_by(page, "sweep-003")
    page.get_by_role("button", name="Save as…").click()
    page.get_by_label("Name", exact=True).fill("Only three")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="View: Only three")).to_be_visible()
    expect(page.get_by_text("Edited")).to_be_hidden()

    # An unsaved change is the reader's own; it survives a reload, and goes with a reset.
    filter_by(page, "sweep-00")
    expect(page.get_by_text("Edited")).to_be_visible()
    page.reload()
    drawn(page, "5 of 6 runs drawn")
    view = re.search(r"view=(\w+)", page.url)
    assert view
    new_page.goto(f"/v/{view[1]}?tab=charts")
    expect(new_page.get_by_role("tab", name="Charts")).to_have_attribute("aria-selected", "true")
    drawn(new_page, "1 of 1 run drawn")
    new_page.goto(f"/v/{view[1]}?q=sweep-004")
    expect(new_page.get_by_text("sweep-004")).to_be_visible()
    expect(new_page.get_by_text("Edited")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    drawn(page, "1 of 1 run drawn")

    # Back to the project: the view last visited.
    page.goto("/")
    page.get_by_role("link").filter(has_text="default/viewed").click()
    expect(page.get_by_role("button", name="View: Only three")).to_be_visible()
    drawn(page, "1 of 1 run drawn")


def test_newcomers_see_the_default_and_deleting_can_be_undone(page: Page, new_page: Page, server: ServerProcess) -> None:
    made = call(server, "POST", f"{API}/views", {"name": "For newcomers", "shared": True, "state": {"q": "sweep-001"}})
    call(server, "PUT", f"{API}/default-view", {"view": made["id"]})
    page.goto(PROJECT)
    expect(page.get_by_role("button", name="View: For newcomers")).to_be_visible()
    drawn(page, "1 of 1 run drawn")
    switch(page, "All runs")
    drawn(page, "5 of 6 runs drawn")
    page.goto("/")
    page.goto(PROJECT)
    drawn(page, "5 of 6 runs drawn")

    switch(page, "For newcomers")
    drawn(page, "1 of 1 run drawn")
    switch(page, "^Delete$")
    drawn(page, "5 of 6 runs drawn")
    new_page.goto(PROJECT)
    drawn(new_page, "5 of 6 runs drawn")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="View: For newcomers")).to_be_visible()
    call(server, "PUT", f"{API}/default-view", {"view": None})


def test_two_editors(page: Page, server: ServerProcess) -> None:
    made = call(server, "POST", f"{API}/views", {"name": "Ours", "shared": True, "state": {"q": "sweep-001"}})
    page.goto(f"/v/{made['id']}")
    drawn(page, "1 of 1 run drawn")
    filter_by(page, "sweep-002")
    expect(page.get_by_text("Edited")).to_be_visible()
    call(server, "PATCH", f"{API}/views/{made['id']}", {"version": 1, "state": {"q": "sweep-003"}})
    # The page hears of it, so that the save asks first.
    expect(page.locator("[data-standing=apart]")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Discard mine and show theirs").click()
    expect(page.get_by_text("sweep-003")).to_be_visible()
    expect(page.get_by_text("Edited")).to_be_hidden()


def test_undo_and_redo(quiet_page: Page) -> None:
    page = quiet_page
    page.goto(f"{PROJECT}?view=all")
    drawn(page, "5 of 6 runs drawn")
    filter_by(page, "sweep-003")
    drawn(page, "1 of 1 run drawn")
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+z")
    drawn(page, "5 of 6 runs drawn")
    page.keyboard.press("Control+Shift+z")
    drawn(page, "1 of 1 run drawn")
    page.go_back()
    drawn(page, "5 of 6 runs drawn")
    page.keyboard.press("Control+y")
    drawn(page, "1 of 1 run drawn")
