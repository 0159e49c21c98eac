"""One dialog adds charts and changes them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.test_accessibility import PHONE, WIDE, violations
from tests.browser.test_charts import CHARTS, TRAIN, VAL, card, plot


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_chart_is_added_and_edited(quiet_page: Page, size: ViewportSize) -> None:
    quiet_page.set_viewport_size(size)
    quiet_page.goto(CHARTS)
    plot(quiet_page, TRAIN)
    quiet_page.get_by_role("button", name="Chart", exact=True).click()
    dialog = quiet_page.get_by_role("dialog", name="Add a chart")
    dialog.get_by_role("textbox", name="Metrics of the chart").click()
    dialog.get_by_role("option", name=TRAIN).click()
    dialog.get_by_label("Title").fill("Loss, in training")
    dialog.get_by_label("Logarithmic y").check()
    assert violations(quiet_page) == []
    dialog.get_by_role("button", name="Add the chart").click()
    expect(dialog).to_be_hidden()
    expect(quiet_page.get_by_role("button", name="Chart", exact=True)).to_be_focused()
    chart = card(quiet_page, "Loss, in training")
    expect(chart.get_by_text("5 of 5")).to_be_visible()
    expect(chart.get_by_label("has settings of its own", exact=False)).to_be_visible()
    quiet_page.reload()
    chart.get_by_label("More about Loss, in training").click()
    quiet_page.get_by_role("menuitem", name="Edit this chart…").click()
    dialog = quiet_page.get_by_role("dialog", name="Edit the chart")
    expect(dialog.get_by_label("Logarithmic y")).to_be_checked()
    dialog.get_by_role("textbox", name="Metrics of the chart").click()
    dialog.get_by_role("option", name=VAL).click()
    dialog.get_by_label("Title").fill("")
    dialog.get_by_label("Logarithmic y").uncheck()
    dialog.get_by_role("button", name="Save").click()
    chart = card(quiet_page, f"{TRAIN}, {VAL}")
    expect(chart.get_by_text("10 of 10")).to_be_visible()
    expect(card(quiet_page, "Loss, in training")).to_have_count(0)
    assert "c.set" not in quiet_page.url
    # What is there already is not added again.
    quiet_page.get_by_role("button", name="Chart", exact=True).click()
    dialog = quiet_page.get_by_role("dialog", name="Add a chart")
    for path in (TRAIN, VAL):
        dialog.get_by_role("textbox", name="Metrics of the chart").click()
        dialog.get_by_role("option", name=path).click()
    expect(dialog.get_by_text("There is such a chart already")).to_be_visible()
    expect(dialog.get_by_role("button", name="Add the chart")).to_be_disabled()


def test_settings_of_a_pattern_hold_for_all_its_charts(quiet_page: Page) -> None:
    quiet_page.goto(f"{CHARTS}&c.add=r:metrics/(train|val)/loss")
    added = quiet_page.get_by_role("region", name="Added charts")
    expect(added.get_by_role("article")).to_have_count(2)
    added.get_by_label("Edit the charts of", exact=False).click()
    dialog = quiet_page.get_by_role("dialog", name="Edit the chart")
    expect(dialog.get_by_text("2 charts:")).to_be_visible()
    dialog.get_by_label("Title").fill("Loss")
    dialog.get_by_label("Logarithmic x").check()
    dialog.get_by_role("button", name="Save").click()
    dots = added.get_by_label("has settings of its own", exact=False)
    expect(dots).to_have_count(2)
    expect(added.get_by_role("article", name="Loss: val")).to_be_visible()
    # One of them goes its own way; then it is like its pattern again, then all are like the others.
    added.get_by_label("Settings of Loss: val").click()
    quiet_page.get_by_role("dialog", name="Settings of Loss: val").get_by_label("Logarithmic x").uncheck()
    quiet_page.keyboard.press("Escape")
    quiet_page.wait_for_url("**logx~0**")
    dots.last.click()
    quiet_page.wait_for_url(lambda url: "logx~0" not in url)
    expect(dots).to_have_count(2)
    dots.last.click()
    expect(dots).to_have_count(0)


def test_a_metrics_chart_begins_another(quiet_page: Page) -> None:
    quiet_page.goto(CHARTS)
    plot(quiet_page, VAL)
    card(quiet_page, VAL).get_by_label(f"More about {VAL}").click()
    quiet_page.get_by_role("menuitem", name="New chart from this one…").click()
    quiet_page.get_by_role("dialog", name="Add a chart").get_by_role("button", name="Add the chart").click()
    expect(quiet_page.get_by_role("region", name="Added charts").get_by_role("article", name=VAL)).to_contain_text("5 of 5")


def test_charts_without_data_are_hidden_until_asked_for(quiet_page: Page) -> None:
    quiet_page.goto(f"{CHARTS}&c.add=m:no/such.metric,m:{VAL}")
    added = quiet_page.get_by_role("region", name="Added charts")
    expect(added.get_by_role("article")).to_have_count(1)
    note = quiet_page.get_by_text("1 chart without data of the drawn runs is hidden.")
    note.get_by_role("button", name="Show it").click()
    expect(added.get_by_role("article")).to_have_count(2)
    expect(card(quiet_page, "no/such.metric").get_by_text("No points here")).to_be_visible()
    quiet_page.wait_for_url("**c.empty=1**")
    quiet_page.get_by_role("button", name="Axes").click()
    quiet_page.get_by_label("Hide charts without data").check()
    expect(added.get_by_role("article")).to_have_count(1)
    assert "c.empty" not in quiet_page.url
    # Over a metric that the runs do not have, no chart has data.
    quiet_page.goto(f"{CHARTS}&c.x=metric&c.xm=epoch")
    expect(quiet_page.get_by_text("2 charts without data of the drawn runs are hidden.")).to_be_visible()
    expect(quiet_page.get_by_role("article")).to_have_count(0)
    # One that has an axis of its own is not asked about that metric.
    quiet_page.goto(f"{CHARTS}&c.x=metric&c.xm=epoch&c.set=p%5C:{VAL}:x~step")
    expect(quiet_page.get_by_text("1 chart without data of the drawn runs is hidden.")).to_be_visible()
    expect(card(quiet_page, VAL)).to_contain_text("5 of 5")
