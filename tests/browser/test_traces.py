"""The traces of a project: found from the rail, searched, and one of them as a tree of spans with what went in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib import request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import PHONE, violations
from tests.support.server import ServerProcess


def post(url: str, body: Any, **headers: str) -> Any:
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with request.urlopen(request.Request(url, json.dumps(body).encode(), named)) as answer:
        return json.load(answer)


def span(trace: int, number: int, parent: int, name: str, start: int, stop: int, **more: Any) -> dict[str, Any]:
    """A span; times in ms."""
    return {
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "",
        "name": name,
        "startTimeUnixNano": str(1_700_000_000_000_000_000 + start * 1_000_000),
        "endTimeUnixNano": str(1_700_000_000_000_000_000 + stop * 1_000_000),
        **more,
    }


def text(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


@pytest.fixture(scope="module")
def traces(server: ServerProcess) -> Iterator[str]:
    """The page of a project with two traces."""
    experiment = post(server.url + "/api/2.0/mlflow/experiments/create", {"name": "shop/assistant"})["experiment_id"]
    asked = text("mlflow.spanInputs", json.dumps({"messages": [{"role": "user", "content": "where is my <b>order</b>?"}]}))
    spans = [
        span(1, 1, 0, "answer", 0, 2000, attributes=[asked, text("mlflow.spanType", "AGENT")]),
        span(1, 2, 1, "look up", 500, 900, status={"code": 2, "message": "timed out"}, attributes=[text("shop", "é")]),
        span(1, 3, 2, "connect", 600, 700),
        span(2, 1, 0, "greet", 5000, 5100),
    ]
    body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    post(server.url + "/v1/traces", body, x_mlflow_experiment_id=experiment)
    made = {"assessment_name": "helpful", "source": {"source_type": "HUMAN", "source_id": "ann"}, "feedback": {"value": True}}
    post(f"{server.url}/api/3.0/mlflow/traces/tr-{1:032x}/assessments", {"assessment": made})
    yield "/p/shop/assistant"


def test_from_the_list_to_a_span(page: Page, traces: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(traces)
    page.get_by_role("link", name="Traces").click()
    page.mouse.move(700, 700)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    assert violations(page) == []
    box = page.get_by_label("Search traces")
    box.fill("bogus = 'x'")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Invalid attribute key 'bogus'")
    box.fill("feedback.helpful = 'true'")
    box.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("where is my <b>order</b>?")
    rows.get_by_role("link", name="answer").click()
    spans = page.get_by_role("treeitem")
    expect(spans).to_have_count(3)
    tree = page.get_by_role("tree")
    tree.press("ArrowDown")
    expect(page.get_by_role("region", name="Span look up")).to_contain_text("timed out")
    tree.press("ArrowLeft")
    expect(spans).to_have_count(2)
    tree.press("ArrowRight")
    expect(spans).to_have_count(3)
    page.reload()
    expect(page.get_by_role("region", name="Span look up")).to_contain_text("é")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("treeitem").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_projects_without_traces_have_no_such_link(page: Page) -> None:
    page.goto("/p/default/sweep")
    expect(page.get_by_text("sweep-039")).to_be_visible()
    expect(page.get_by_role("link", name="Traces")).to_have_count(0)
    page.goto("/p/default/sweep/traces")
    expect(page.get_by_text("No traces yet")).to_be_visible()
