"""The page that connects clients: a token is made, shown once, and can be revoked."""

from __future__ import annotations

import base64
import json
import re
from urllib import error, request

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import ServerProcess


def test_makes_a_token_that_works_and_revokes_it(quiet_page: Page, server: ServerProcess) -> None:
    quiet_page.goto("/connect")
    quiet_page.get_by_label("Name of the token").fill("laptop of the test")
    quiet_page.get_by_role("button", name="Make a token").click()
    expect(quiet_page.get_by_text("it is shown this once")).to_be_visible()
    lines = quiet_page.locator("pre").filter(has_text="NEPTUNE_API_TOKEN").inner_text()
    made = re.search(r'NEPTUNE_API_TOKEN="([^"…]+)"', lines)
    assert made
    token = json.loads(base64.b64decode(made[1]))
    assert token["api_url"] == server.url
    asked = request.Request(server.url + "/api/v1/info", headers={"Authorization": f"Bearer {token['api_key']}"})
    with request.urlopen(asked) as answer:
        assert answer.status == 200
    entry = quiet_page.get_by_role("listitem").filter(has_text="laptop of the test")
    entry.get_by_role("button").click()
    expect(entry).to_have_count(0)
    with pytest.raises(error.HTTPError, match="401"):
        request.urlopen(asked)


def test_mlflows_clients_are_given_this_servers_address(quiet_page: Page, server: ServerProcess) -> None:
    quiet_page.goto("/connect")
    expect(quiet_page.locator("pre").filter(has_text="MLFLOW_TRACKING_URI")).to_have_text(
        f'export MLFLOW_TRACKING_URI="{server.url}"'
    )
