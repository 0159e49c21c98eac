"""Registered models: from the list to a version's files, everything changed in place, and the links that MLflow's clients print."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib import request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import PHONE, violations
from tests.support.server import ServerProcess

UNSAFE = """# Wine é

Predicts the **cultivar**.

<script>document.title = "run"</script><img src="/favicon.svg" alt="a picture" onerror="document.title = 'run'">
<a href="javascript:document.title='run'">bad</a> [good](https://example.com) <form action="/x"><button>press</button></form>
<p style="position:fixed" class="x" id="content">plain</p>"""


def post(url: str, path: str, body: Any) -> Any:
    call = request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with request.urlopen(call, timeout=30) as answer:
        return json.load(answer)


def put(url: str, content: bytes) -> None:
    with request.urlopen(request.Request(url, content, method="PUT"), timeout=30):
        pass


@pytest.fixture(scope="module")
def run(server: ServerProcess) -> dict[str, str]:
    """An MLflow run with a model's files and one registered version of them, and a second model without versions."""
    url, mlflow = server.url, "/api/2.0/mlflow"
    experiment = post(url, f"{mlflow}/experiments/create", {"name": "shop/wine"})["experiment_id"]
    made = post(url, f"{mlflow}/runs/create", {"experiment_id": experiment, "run_name": "forest", "start_time": 1})
    run_id = made["run"]["info"]["run_id"]
    post(url, f"{mlflow}/runs/log-metric", {"run_id": run_id, "key": "accuracy", "value": 0.97, "timestamp": 1, "step": 0})
    post(url, f"{mlflow}/runs/log-parameter", {"run_id": run_id, "key": "max_depth", "value": "4"})
    files = f"{url}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run_id}/artifacts"
    put(f"{files}/model/MLmodel", b"flavors: {sklearn: {}}\n")
    put(f"{files}/model/data/weights.bin", bytes(4000))
    put(f"{files}/notes.txt", b"not part of it")
    logged = post(url, f"{mlflow}/logged-models", {"experiment_id": experiment, "name": "net", "source_run_id": run_id})
    model_id = logged["model"]["info"]["model_id"]
    put(f"{url}/api/2.0/mlflow-artifacts/artifacts/{experiment}/models/{model_id}/artifacts/MLmodel", b"flavors: {torch: {}}\n")
    post(url, f"{mlflow}/runs/outputs", {"run_id": run_id, "models": [{"model_id": model_id, "step": 0}]})
    post(url, f"{mlflow}/registered-models/create", {"name": "wine", "tags": [{"key": "team", "value": "cellar"}]})
    post(url, f"{mlflow}/registered-models/create", {"name": "churn"})
    source = {"name": "wine", "source": f"runs:/{run_id}/model", "run_id": run_id}
    post(
        url,
        f"{mlflow}/model-versions/create",
        source | {"description": "# First try\n\n- with **two** [trees](https://example.com)"},
    )
    return {"experiment": experiment, "id": run_id}


def test_a_model_from_the_list_to_its_files(page: Page, run: dict[str, str]) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Models").click()
    rows = page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("link"))
    expect(rows).to_have_count(2)
    page.get_by_label("Search models").fill("CELLAR")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()

    page.get_by_role("button", name="Say what it is for").click()
    page.get_by_label("Description of wine").fill(UNSAFE)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Wine é")).to_be_visible()
    good = page.get_by_role("link", name="good")
    expect(good).to_have_attribute("href", "https://example.com")
    expect(good).to_have_attribute("rel", re.compile("noopener"))
    expect(page.get_by_role("link", name="bad")).to_have_count(0)
    expect(page.get_by_role("button", name="press")).to_have_count(0)
    expect(page.get_by_text("plain", exact=True)).not_to_have_attribute("style", re.compile("."))
    expect(page).to_have_title("wine · Trireme")

    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key", exact=True).fill("task")
    page.get_by_label("Value", exact=True).fill("classify")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("list", name="Tags")).to_contain_text("taskclassify")
    page.get_by_role("button", name="Remove the tag team").click()
    expect(page.get_by_role("list", name="Tags")).not_to_contain_text("team")
    page.get_by_role("button", name="Add an alias to version 1").click()
    page.get_by_label("Alias", exact=True).fill("v1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("reserved")
    page.get_by_label("Alias", exact=True).fill("champion")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("list", name="Aliases of version 1")).to_contain_text("@champion")
    page.get_by_role("button", name="Close the note").click()
    assert violations(page) == []

    expect(page.get_by_role("row", name="Version 1")).to_contain_text("First try · with two trees")
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Stage of version 1: No stage").click()
    page.get_by_role("menuitem", name="Move to Production", exact=True).click()
    expect(page.get_by_role("button", name="Stage of version 1: Production")).to_be_visible()
    expect(page.get_by_role("row", name="accuracy")).to_contain_text("0.9700")
    expect(page.get_by_role("row", name="max_depth")).to_contain_text("4")
    assert violations(page) == []
    page.get_by_role("tab", name="Files").click()
    expect(page.get_by_text("flavors: {sklearn: {}}")).to_be_visible()
    page.get_by_role("button", name=re.compile("^data")).click()
    expect(page.get_by_role("button", name="weights.bin")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^data")).click()
    page.get_by_role("button", name="weights.bin").click()
    expect(page.get_by_role("region", name="data/weights.bin")).to_contain_text("There is no preview")
    expect(page.get_by_text("notes.txt")).to_have_count(0)
    page.get_by_role("tab", name="Overview").click()
    page.get_by_role("region", name="Lineage").get_by_role("link", name="forest").click()
    expect(page.get_by_role("region", name="Registered models")).to_contain_text("wine, version 1@championProduction")

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    for path in ("/models", "/models/wine", "/models/wine/versions/1?tab=files"):
        page.goto(path)
        expect(page.get_by_text("champion" if "versions" not in path else "flavors").first).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_runs_files_become_a_version(page: Page, run: dict[str, str]) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/p/shop/wine/runs/" + run["id"])
    page.get_by_role("button", name="Register…").click()
    page.get_by_role("combobox", name="Model", exact=True).fill("fresh / model")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_text("cannot contain '/'")).to_be_visible()
    page.get_by_role("combobox", name="Model", exact=True).fill("fresh modèle")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    page.get_by_role("tab", name="Files").click()
    expect(page.get_by_text("1 of 1 files")).to_be_visible()  # what the run logged as a model comes first
    expect(page.get_by_text("flavors: {torch: {}}")).to_be_visible()
    page.get_by_role("tab", name="Overview").click()
    page.get_by_role("link", name="forest").click()
    page.get_by_role("tab", name="Files").click()
    page.get_by_role("button", name=re.compile("^MLmodel")).last.click()
    expect(page.get_by_role("region", name="logged models/net/MLmodel")).to_contain_text("torch")
    page.goto("/models/fresh modèle/versions/1")
    page.get_by_role("link", name="fresh modèle").click()
    page.get_by_role("button", name="Rename or delete the model").click()
    page.get_by_role("menuitem", name="Rename…").click()
    page.get_by_label("Name", exact=True).fill("wine")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_text("already exists")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("100% renamed")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("heading", name="100% renamed")).to_be_visible()
    page.get_by_role("button", name="Rename or delete the model").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“100% renamed” is deleted.")
    expect(page.get_by_role("link", name="renamed")).to_have_count(0)


def test_links_of_mlflow_lead_to_our_pages(page: Page, run: dict[str, str]) -> None:
    experiment, run_id = run["experiment"], run["id"]
    meant = {
        f"experiments/{experiment}": "/p/shop/wine",
        f"experiments/{experiment}/runs/{run_id}": "/p/shop/wine/runs/WINE-1",
        f"experiments/{experiment}/runs/{run_id}/artifacts": "/p/shop/wine/runs/WINE-1?tab=files",
        "models/wine/versions/1": "/models/wine/versions/1",
    }
    for link, address in meant.items():
        page.goto("about:blank")
        page.goto(f"/#/{link}")
        expect(page).to_have_url(re.compile(re.escape(address) + "$"))
    page.evaluate(f"location.hash = '#/experiments/{experiment}'")  # in a tab that is open already
    expect(page).to_have_url(re.compile("/p/shop/wine$"))
    page.goto(f"/#/experiments/{experiment}/runs/none")
    expect(page.get_by_role("alert")).to_contain_text("Run with id=none not found")
