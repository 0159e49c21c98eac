"""A page and its server: lost and found again, a stream that is refused, a part of the page that fails."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

TABLE = "/p/default/sweep"
AWAY = "The server does not answer"


def test_a_tab_that_is_opened_while_the_server_is_away_comes_when_it_is_back(page: Page) -> None:
    page.goto(TABLE)
    expect(page.get_by_text("sweep-039")).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.press("3")
    expect(page.get_by_text(AWAY)).to_be_visible()
    expect(page.get_by_text("Not live")).to_be_attached()
    expect(page.get_by_text("sweep-039")).to_be_visible()
    page.context.set_offline(False)
    # With its style sheet: a link to one that failed is never asked for again.
    expect(page.get_by_role("grid", name="Runs side by side").get_by_role("row", name="params/optimizer")).to_be_visible()
    expect(page.get_by_role("tab", name="Side by side")).to_have_css("border-top-width", "0px")
    expect(page.get_by_text(AWAY)).to_be_hidden()
    expect(page).to_have_url(re.compile("tab=compare"))


def test_a_stream_that_a_proxy_refused_is_asked_for_again(page: Page) -> None:
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=502, body="Bad gateway")

    page.route("**/api/v1/events*", refuse_once)
    page.goto(TABLE)
    expect(page.get_by_text("Not live")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
