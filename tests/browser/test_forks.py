"""Forks and experiments: the lineage on a run's page, one line a head in the table, inherited points in charts."""

from __future__ import annotations

import json
import re
from urllib import request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seed import SeededRun, write_run
from tests.support.server import ServerProcess

PROJECT = "default/forks"


@pytest.fixture(scope="module", autouse=True)
def forks(server: ServerProcess) -> None:
    """A parent with 60 steps, and a fork at step 30 that has the name of the experiment now."""
    create(server.url, {"custom_run_id": "parent", "name": "parent", "experiment": "ablation"})
    write_run(server.url, PROJECT, SeededRun("parent", series={"loss": [1.0 - step / 100 for step in range(60)]}))
    create(
        server.url,
        {"custom_run_id": "child", "name": "child", "experiment": "ablation", "fork": {"parent": "parent", "step": 30}},
    )


def create(url: str, body: dict[str, object]) -> None:
    data = json.dumps({"project": PROJECT, **body}).encode()
    with request.urlopen(request.Request(f"{url}/api/v1/runs", data, {"Content-Type": "application/json"})) as answer:
        assert answer.status in (200, 201)


def test_a_runs_page_shows_where_it_comes_from_and_what_goes_on(quiet_page: Page) -> None:
    quiet_page.goto(f"/p/{PROJECT}/runs/child")
    lineage = quiet_page.get_by_role("region", name="Lineage")
    expect(lineage).to_contain_text("step 30")
    expect(lineage).to_contain_text(re.compile(r"parent\w+-\d+to step 30"))
    lineage.get_by_role("link", name="parent").click()
    expect(quiet_page.get_by_role("heading", name="parent")).to_be_visible()
    expect(quiet_page.get_by_role("region", name="Lineage").get_by_role("link", name="child")).to_be_visible()


def test_the_addresses_that_neptunes_clients_print_lead_to_the_run(quiet_page: Page) -> None:
    quiet_page.goto(f"/{PROJECT}/-/run/?customId=parent")
    expect(quiet_page.get_by_role("heading", name="parent")).to_be_visible()
    quiet_page.goto(f"/{PROJECT}/runs/details?runIdentificationKey=ablation&type=experiment")
    expect(quiet_page.get_by_role("heading", name="child")).to_be_visible()
    quiet_page.goto(f"/{PROJECT}/runs/details?runIdentificationKey=nobody&type=experiment")
    expect(quiet_page).to_have_url(re.compile(f"/p/{PROJECT}"))


def test_a_table_of_experiments_has_one_line_a_head(quiet_page: Page) -> None:
    quiet_page.goto(f"/p/{PROJECT}")
    rows = quiet_page.get_by_role("row").filter(has=quiet_page.get_by_role("link"))
    expect(rows).to_have_count(2)
    quiet_page.get_by_text("Experiments", exact=True).click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("child")
    quiet_page.reload()
    expect(rows).to_have_count(1)


def test_charts_show_or_hide_what_a_fork_inherits(quiet_page: Page) -> None:
    asked: list[bool] = []

    def note(sent: object) -> None:
        body = getattr(sent, "post_data_json", None)
        if isinstance(body, dict) and "inherited" in body:
            asked.append(bool(body["inherited"]))

    quiet_page.on("request", lambda sent: note(sent) if "series/buckets" in sent.url else None)
    quiet_page.goto(f"/p/{PROJECT}?tab=charts")
    quiet_page.get_by_role("button", name="Axes").click()
    switch = quiet_page.get_by_label("Forks show what they inherit")
    expect(switch).to_be_checked()
    with quiet_page.expect_response(lambda answer: "series/buckets" in answer.url):
        switch.uncheck()
    expect(switch).not_to_be_checked()
    assert asked[-1] is False
