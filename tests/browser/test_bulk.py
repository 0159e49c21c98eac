"""Ticked runs: tagged, moved to the trash, brought back, deleted for good."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.seed import sweep_run, write_run
from tests.browser.test_runs_table import rows
from tests.support.server import ServerProcess


def test_a_selection_goes_to_the_trash_and_away(quiet_page: Page, server: ServerProcess) -> None:
    for index in range(4):
        write_run(server.url, "default/many", sweep_run(index))
    page = quiet_page
    page.goto("/p/default/many")
    expect(rows(page)).to_have_count(4)
    page.get_by_label("Select sweep-001").check()
    page.get_by_label("Select sweep-002").check()
    bar = page.get_by_role("region", name="Selected runs")
    expect(bar).to_contain_text("2 selected")

    bar.get_by_role("button", name="Tags…").click()
    page.get_by_role("combobox", name="Add").fill("keep")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("2 runs were tagged.")).to_be_visible()
    expect(rows(page).filter(has_text="keep")).to_have_count(2)

    page.get_by_label("Select sweep-001").check()
    page.get_by_label("Select sweep-002").check()
    bar.get_by_role("button", name="Move to trash").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_text("2 runs were moved to the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(rows(page)).to_have_count(4)

    page.get_by_label("Select sweep-001").check()
    bar.get_by_role("button", name="Move to trash").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_text("Trash", exact=True).click()
    expect(page).to_have_url(re.compile("trash=1"))
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Select sweep-001").check()
    bar.get_by_role("button", name="Delete for good…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Deleting frees")
    dialog.get_by_role("button", name="Delete 1").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
