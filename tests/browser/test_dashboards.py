"""Dashboards: made, filled, arranged with mouse and keyboard, saved without overwriting anybody."""

from __future__ import annotations

import json
import re
from urllib import request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import PHONE, violations
from tests.support.server import ServerProcess

PANE = "/p/default/sweep?tab=dashboards"
API = "/api/v1/projects/default/sweep/dashboards"


def call(server: ServerProcess, method: str, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    with request.urlopen(request.Request(server.url + path, data, {"Content-Type": "application/json"}, method=method)) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def text(id_: str, x: int, content: str) -> dict[str, object]:
    return {"kind": "text", "id": id_, "x": x, "y": 0, "w": 4, "h": 4, "title": content, "text": content}


@pytest.fixture
def board(server: ServerProcess) -> dict[str, object]:
    """A dashboard with two notes and one widget of every other kind."""
    widgets = [
        text("one", 0, "First"),
        text("two", 4, "Second"),
        {"kind": "chart", "id": "c", "x": 0, "y": 4, "w": 6, "h": 6, "metrics": ["metrics/val/loss"], "pattern": "train/loss$"},
        {"kind": "metric", "id": "m", "x": 6, "y": 4, "w": 3, "h": 6, "path": "metrics/val/loss", "across": "max"},
        {"kind": "table", "id": "t", "x": 9, "y": 4, "w": 3, "h": 6, "columns": [{"path": "params/lr"}]},
        {"kind": "image", "id": "i", "x": 0, "y": 10, "w": 6, "h": 6, "path": "samples/drawing"},
        {"kind": "parallel", "id": "p", "x": 6, "y": 10, "w": 6, "h": 8, "columns": []},
    ]
    layout = {"sections": [{"id": "s", "title": "", "widgets": widgets}]}
    return call(server, "POST", API, {"name": "Overview", "shared": True, "layout": layout})


def box(page: Page, title: str) -> dict[str, float]:
    found = page.get_by_role("article", name=title).bounding_box()
    assert found
    return dict(found)


def test_a_dashboard_is_made_filled_and_deleted(quiet_page: Page) -> None:
    page = quiet_page
    page.goto("/p/default/sweep")
    expect(page.get_by_text("sweep-039")).to_be_visible()
    page.keyboard.press("4")
    page.get_by_role("button", name="New dashboard").click()
    page.get_by_label("Name", exact=True).fill("Losses")
    page.get_by_role("button", name="Make it").click()
    expect(page).to_have_url(re.compile("board="))
    page.get_by_role("button", name="Chart", exact=True).click()
    page.get_by_role("combobox", name="Metrics").fill("val/loss")
    page.get_by_role("option", name="metrics/val/loss").click()
    page.get_by_role("button", name="Add", exact=True).last.click()
    expect(page.get_by_role("img", name="metrics/val/loss: 5 lines")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Text").click()
    page.get_by_label("Text (Markdown)").fill("**Bold** <script>alert(1)</script> <a href=javascript:alert(1)>here</a>")
    expect(page.get_by_label("Preview").locator("strong")).to_have_text("Bold")
    page.get_by_role("button", name="Add", exact=True).last.click()
    expect(page.get_by_role("article", name="Text").locator("strong")).to_have_text("Bold")
    assert page.locator("article script, article [href^=javascript]").count() == 0
    # Unsaved edits outlive a reload, and are nobody else's.
    page.reload()
    expect(page.get_by_role("article", name="Text")).to_be_visible()
    expect(page.get_by_text("Edited")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved “Losses”.")).to_be_visible()
    expect(page.get_by_text("Edited")).to_be_hidden()
    page.get_by_role("button", name="More of this dashboard").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("All losses")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="All losses")).to_be_visible()
    page.get_by_role("button", name="More of this dashboard").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("list", name="Dashboards").get_by_role("button", name="All losses").click()
    page.get_by_role("button", name="More of this dashboard").click()
    page.get_by_role("menuitem", name="Delete").click()
    # The note of it is gone before long; the trash is not.
    page.get_by_role("button", name="Deleted dashboards").click()
    page.get_by_role("button", name="Restore All losses").click()
    expect(page.get_by_role("img", name="metrics/val/loss: 5 lines")).to_be_visible()


def test_widgets_are_moved_and_resized_and_it_is_undone(quiet_page: Page, board: dict[str, object]) -> None:
    page = quiet_page
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{PANE}&board={board['id']}")
    grip = page.get_by_role("button", name="Move or change First")
    expect(grip).to_be_visible()
    before = box(page, "First")
    grip.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Column 1, row 1, 5 wide, 4 high")).to_be_attached()
    assert box(page, "First")["width"] > before["width"]
    assert box(page, "Second")["y"] > box(page, "First")["y"], "the other one makes room"
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Edited")).to_be_hidden()
    assert box(page, "First") == before
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("Edited")).to_be_visible()
    page.get_by_role("button", name="Reset").click()

    # With the mouse: the second note over the first one.
    second = page.get_by_role("button", name="Move or change Second").bounding_box()
    assert second
    page.mouse.move(second["x"] + 5, second["y"] + 5)
    page.mouse.down()
    page.mouse.move(second["x"] - 100, second["y"] + 5, steps=4)
    page.mouse.move(before["x"] + 5, second["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.get_by_text("Edited")).to_be_visible()
    assert box(page, "Second")["x"] == pytest.approx(before["x"])
    assert box(page, "First")["y"] > before["y"]
    expect(page.get_by_role("menu")).to_be_hidden()

    # Past others: they change their order on the page, and the pointer keeps the widget it holds. Near the edge the board scrolls.
    second = page.get_by_role("button", name="Move or change Second").bounding_box()
    assert second
    page.mouse.move(second["x"] + 5, second["y"] + 5)
    page.mouse.down()
    page.mouse.move(second["x"] + 5, 600, steps=6)
    page.mouse.move(second["x"] + 5, 890, steps=3)
    page.wait_for_function("document.querySelector('[data-scroller]').scrollTop > 0")
    page.mouse.up()
    assert box(page, "Second")["y"] > box(page, "metrics/val/loss, /train/loss$/")["y"]
    # A widget that is moved past others with the keyboard keeps the focus.
    grip.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("ArrowDown")
    expect(grip).to_be_focused()

    # What is removed can be taken back.
    grip.press("Enter")
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("article", name="First")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article", name="First")).to_be_visible()


def test_of_two_editors_nobody_overwrites_the_other(page: Page, board: dict[str, object], server: ServerProcess) -> None:
    page.goto(f"{PANE}&board={board['id']}")
    page.get_by_role("button", name="Move or change Second").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("article", name="Second")).to_be_hidden()
    layout = {"sections": [{"id": "s", "title": "", "widgets": [text("x", 0, "Theirs")]}]}
    call(server, "PATCH", f"{API}/{board['id']}", {"version": board["version"], "layout": layout})
    expect(page.locator("[data-standing=apart]")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Discard mine and show theirs").click()
    expect(page.get_by_role("article", name="Theirs")).to_be_visible()
    expect(page.get_by_text("Edited")).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_every_kind_of_widget_shows_and_is_accessible(page: Page, board: dict[str, object], phone: bool) -> None:
    page.emulate_media(reduced_motion="reduce", color_scheme="dark" if phone else "light")
    page.set_viewport_size(PHONE if phone else {"width": 1440, "height": 1600})
    page.goto(f"{PANE}&board={board['id']}")
    expect(page.get_by_role("img", name="metrics/val/loss, /train/loss$/: 10 lines")).to_be_visible()
    if phone:  # is read there, and arranged on a wider screen
        expect(page.get_by_role("button", name="More of this dashboard")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^(Add|Move or change .*|Change the section .*)$"))).to_have_count(0)
        page.get_by_role("article", name="metrics/val/loss (last)").scroll_into_view_if_needed()
    else:
        page.get_by_role("button", name="Move or change metrics/val/loss (last)").focus()
    expect(page.get_by_role("article", name="metrics/val/loss (last)")).to_contain_text("greatest of 5 runs")
    if not phone:
        expect(page.get_by_role("article", name="lr").get_by_role("row", name="sweep-039")).to_contain_text("0.0001")
        expect(page.get_by_role("img", name="samples/drawing at step 20")).to_be_visible()
        expect(page.get_by_role("img", name="5 of 5 runs pass all ranges")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
