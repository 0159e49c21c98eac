"""`trireme token`, as a person runs it, with the server running or not."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib import error, request

from tests.support.server import ServerProcess


def trireme(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "trireme.cli", "token", *arguments], capture_output=True, text=True, timeout=60)


def status(url: str, token: str) -> int:
    try:
        with request.urlopen(request.Request(url + "/api/v1/info", headers={"Authorization": f"Bearer {token}"})) as answer:
            return int(answer.status)
    except error.HTTPError as refused:
        return refused.code


def test_a_token_opens_the_server_until_it_is_revoked(server: ServerProcess) -> None:
    data = ("--data", str(server.folder))
    token = trireme("create", "--name", "laptop", *data).stdout.strip()
    assert status(server.url, token) == 200
    listed = json.loads(trireme("list", "--json", *data).stdout)
    assert [entry["name"] for entry in listed] == ["laptop"]
    assert token not in trireme("list", *data).stdout
    assert "revoked" in trireme("revoke", str(listed[0]["id"]), *data).stdout
    assert status(server.url, token) == 401
    assert trireme("list", "--json", *data).stdout.strip() == "[]"


def test_neptunes_form_holds_the_servers_address(server: ServerProcess) -> None:
    made = trireme("create", "--neptune", "--data", str(server.folder)).stdout.strip()
    found = json.loads(base64.b64decode(made))
    assert (found["api_address"], found["api_url"]) == (server.url, server.url)
    assert status(server.url, found["api_key"]) == 200
    other = trireme("create", "--neptune", "--url", "https://runs.example.org/", "--data", str(server.folder)).stdout.strip()
    assert json.loads(base64.b64decode(other))["api_url"] == "https://runs.example.org"


def test_a_token_for_a_server_that_does_not_run_says_where_it_would_be_good(tmp_path: Path) -> None:
    made = trireme("create", "--neptune", "--data", str(tmp_path / "data"))
    assert json.loads(base64.b64decode(made.stdout))["api_url"] == "http://127.0.0.1:8080"
    assert str(tmp_path / "data") in made.stderr and "--url" in made.stderr


def test_a_token_that_is_not_there(tmp_path: Path) -> None:
    found = trireme("revoke", "7", "--data", str(tmp_path / "data"))
    assert found.returncode == 1
    assert "7" in found.stderr and "Traceback" not in found.stderr
