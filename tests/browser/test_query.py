"""Queries are written with help, shown as chips, and told what is wrong where it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import violations

TABLE = "/p/default/sweep"


@pytest.fixture
def table(quiet_page: Page) -> Page:
    quiet_page.emulate_media(reduced_motion="reduce")
    quiet_page.goto(TABLE)
    expect(quiet_page.get_by_text("sweep-039")).to_be_visible()
    return quiet_page


def total(page: Page, runs: int) -> None:
    expect(page.get_by_role("status").filter(has_text="drawn")).to_contain_text(f"of {runs} runs drawn")


def test_a_condition_is_completed_from_the_keyboard(table: Page) -> None:
    field = table.get_by_role("combobox", name="Search runs by name")
    listed = table.get_by_role("listbox", name="Completions")
    table.keyboard.press("/")
    field.press_sequentially("optim")
    expect(listed.get_by_role("option", name="params/optimizer")).to_be_visible()
    table.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    table.keyboard.press("Enter")
    expect(field).to_have_value("params/optimizer ")
    expect(listed.get_by_role("option", name="CONTAINS contains", exact=True)).to_be_visible()
    field.press_sequentially("= ")
    expect(listed.get_by_role("option", name="adam 20 runs")).to_be_visible()
    table.keyboard.press("ArrowDown")
    table.keyboard.press("Enter")
    expect(field).to_have_value("params/optimizer = adam ")
    expect(listed.get_by_role("option", name="AND both hold")).to_be_visible()
    assert violations(table) == []
    table.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    table.keyboard.press("Enter")
    total(table, 20)


def test_chips_are_changed_negated_joined_and_removed(table: Page) -> None:
    field = table.get_by_label("Search runs by name")
    field.fill("params/optimizer = adam AND /-00[0-9]$/")
    field.press("Enter")
    total(table, 5)
    chips = table.get_by_role("list", name="Conditions of the query")
    chips.get_by_role("button", name="AND: join with OR instead").click()
    total(table, 25)
    chips.get_by_role("button", name="name matches").click()
    editor = table.get_by_role("dialog", name="Change the condition")
    expect(editor.get_by_label("Regular expression (RE2)")).to_be_focused()
    assert violations(table) == []
    editor.get_by_role("switch", name="NOT").click()
    editor.get_by_role("button", name="Apply").click()
    total(table, 35)
    expect(field).to_have_value("params/optimizer = adam OR NOT /-00[0-9]$/")
    chips.get_by_role("button", name="Remove NOT").click()
    total(table, 20)


def test_a_condition_is_built(table: Page) -> None:
    table.get_by_role("button", name="Add a condition").click()
    editor = table.get_by_role("dialog", name="A new condition")
    editor.get_by_role("combobox", name="Attribute").fill("val/loss")
    table.get_by_role("option", name="metrics/val/loss").click()
    editor.get_by_role("combobox", name="Of the series").click()
    table.get_by_role("option", name="min", exact=True).click()
    editor.get_by_role("combobox", name="Comparison").click()
    table.get_by_role("option", name="less than").click()
    expect(editor.get_by_text(re.compile("^From 0.10"))).to_be_visible()
    editor.get_by_role("combobox", name="Value").fill("0.12")
    editor.get_by_role("button", name="Add", exact=True).click()
    expect(table.get_by_label("Search runs by name")).to_have_value("min(metrics/val/loss) < 0.12")
    total(table, 4)


def test_a_wrong_query_shows_where_and_why(page: Page) -> None:
    page.goto(f"{TABLE}?q=params/lr+<+0.1+AND+params/optimizer+>>+3")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("A value is expected after >")
    expect(page.locator("u")).to_have_text(">")


def test_a_click_on_a_value_filters_by_it(table: Page) -> None:
    table.get_by_role("row").filter(has_text="sweep-039").get_by_role("button", name="sgd").click()
    total(table, 20)
    table.get_by_role("row").filter(has_text="sweep-037").get_by_role("button", name="Finished").click()
    expect(table.get_by_role("list", name="Conditions of the query").get_by_role("listitem")).to_have_count(4)
    expect(table.get_by_role("row").filter(has_text="sweep-031")).to_be_hidden()
