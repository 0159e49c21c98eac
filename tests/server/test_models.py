"""Registered models over HTTP: what is changed is changed whole, what is refused leaves nothing, files lead to their bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from urllib import request
from urllib.parse import quote

import pytest

from tests.server.test_saved import ask
from tests.support.server import ServerProcess

MODELS = "/api/v1/models"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = ServerProcess(tmp_path_factory.mktemp("models") / "data", port)
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def run(server: ServerProcess) -> str:
    return upload(server)


def upload(server: ServerProcess) -> str:
    """An MLflow run of ``default/lab`` with three files; its id."""
    _, made = ask(server.url, "POST", "/api/2.0/mlflow/experiments/create", {"name": "lab"})
    experiment = made["experiment_id"]
    _, run = ask(server.url, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": experiment, "run_name": "é"})
    run_id: str = run["run"]["info"]["run_id"]
    root = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run_id}/artifacts"
    for path, content in (("model/MLmodel", b"flavors"), ("model/data/w é.bin", bytes(range(256))), ("single.txt", b"one")):
        with request.urlopen(request.Request(f"{root}/{quote(path)}", content, method="PUT")):
            pass
    return run_id


def test_models_and_their_versions(server: ServerProcess, run: str) -> None:
    def call(method: str, path: str, body: object = None) -> tuple[int, Any]:
        return ask(server.url, method, path, body)

    status, model = call("POST", MODELS, {"name": "żółw 1%", "description": "slow", "tags": {"team": "a_b"}})
    assert (status, model["version_count"], model["last_version"], model["tags"]) == (201, 0, None, {"team": "a_b"})
    one = f"{MODELS}/{quote('żółw 1%')}"
    assert call("POST", MODELS, {"name": "żółw 1%"})[1]["code"] == "already_exists"
    for name in ("", " ", "a/b", "a:b", "..", "x" * 1001):
        assert call("POST", MODELS, {"name": name})[1]["code"] == "invalid_input", name
    assert call("GET", f"{MODELS}/none")[0] == 404

    # Versions of a folder, of a single file, and of all files of the run.
    source = {"project": "default/lab", "run": run}
    made = [call("POST", f"{one}/versions", source | {"path": path}) for path in ("model", "single.txt", "")]
    assert [(status, version["version"]) for status, version in made] == [(201, 1), (201, 2), (201, 3)]
    shown = made[0][1]["run"]
    assert (shown["project"], shown["id"], shown["name"], shown["state"]) == ("default/lab", "LAB-1", "é", "running")
    for path in ("none", "../x", "model/../../x", "/etc"):
        status, refused = call("POST", f"{one}/versions", source | {"path": path})
        assert status in (400, 404), refused
    files = [call("GET", f"{one}/versions/{number}/files")[1] for number in (1, 2, 3)]
    assert [[file["path"] for file in found["files"]] for found in files] == [
        ["MLmodel", "data/w é.bin"],
        ["single.txt"],
        ["model/MLmodel", "model/data/w é.bin", "single.txt"],
    ]
    content = f"{server.url}{quote(one, safe='/%')}/versions"
    with request.urlopen(f"{content}/1/files/content?path={quote('data/w é.bin')}") as answer:
        assert (answer.read(), "sandbox" in answer.headers["Content-Security-Policy"]) == (bytes(range(256)), True)
    with request.urlopen(f"{content}/2/files/content?path=single.txt&download=1") as answer:
        assert (answer.read(), answer.headers["Content-Disposition"]) == (b"one", "attachment; filename*=UTF-8''single.txt")
    for path in ("../notes", "data", "none"):
        assert call("GET", f"{one}/versions/1/files/content?path={path}")[0] in (400, 404)
    page = call("GET", f"{one}/versions?limit=2")[1]
    rest = call("GET", f"{one}/versions?limit=2&cursor={page['next_cursor']}")[1]
    numbers = [version["version"] for version in (*page["versions"], *rest["versions"])]
    assert (numbers, rest["next_cursor"]) == ([3, 2, 1], None)
    of_run = call("GET", f"/api/v1/projects/default/lab/runs/{run}/models")[1]["versions"]
    assert [version["version"] for version in of_run] == [1, 2, 3]

    # All or nothing: one bad part, and the good ones are not there either.
    good = {"description": "fast", "tags": {"x": "1"}, "aliases": {"best": 1}}
    for bad in (
        {"name": "a/b"},
        {"aliases": {"best": 9}},
        {"aliases": {"v3": 1}},
        {"tags": {"": "x"}},
        {"tags": {"k" * 251: ""}},
    ):
        assert call("PATCH", one, good | bad)[0] in (400, 404), bad
    assert call("GET", one)[1] | {"updated_at": ""} == model | {"updated_at": "", "version_count": 3, "last_version": 3}
    changed = call("PATCH", one, good | {"tags": {"x": "", "team": None}, "aliases": {"best": 1, "worst": 3}})[1]
    assert (changed["description"], changed["tags"], changed["aliases"]) == ("fast", {"x": ""}, {"best": 1, "worst": 3})
    assert call("PATCH", one, {"aliases": {"worst": None, "best": 2}})[1]["aliases"] == {"best": 2}

    version = f"{one}/versions/1"
    assert call("PATCH", version, {"stage": "Archived", "archive_others": True})[0] == 400
    assert call("PATCH", version, {"stage": "Production", "tags": {"a": "b"}, "description": "é"})[1]["stage"] == "Production"
    second = call("PATCH", f"{one}/versions/2", {"stage": "Production", "archive_others": True})[1]
    assert (second["stage"], call("GET", version)[1]["version"]["stage"]) == ("Production", "Archived")
    assert call("DELETE", f"{one}/versions/3")[0] == 204 and call("GET", f"{one}/versions/3")[0] == 404
    assert call("POST", f"{one}/versions", source)[1]["version"] == 4  # numbers are not given twice

    # Search: every word, in names, descriptions and tags; what LIKE treats as special stands for itself.
    for number in range(3):
        call("POST", MODELS, {"name": f"m{number}", "tags": {"kind": "tree"}})
    for search, names in {"TREE m": ["m2", "m1", "m0"], "1%": ["żółw 1%"], "a_b": [], "fast": ["żółw 1%"]}.items():
        found = call("GET", f"{MODELS}?search={quote(search)}")[1]["models"]
        assert [each["name"] for each in found] == names, search
    page = call("GET", f"{MODELS}?limit=3")[1]
    rest = call("GET", f"{MODELS}?limit=3&cursor={page['next_cursor']}")[1]
    assert [each["name"] for each in (*page["models"], *rest["models"])] == ["m2", "m1", "m0", "żółw 1%"]
    assert call("PATCH", f"{MODELS}/m0", {"name": "m1"})[1]["code"] == "already_exists"
    assert call("PATCH", f"{MODELS}/m0", {"name": "m0 new"})[1]["name"] == "m0 new"
    assert call("DELETE", one)[0] == 204 and call("GET", f"{one}/versions")[0] == 404
    assert call("GET", f"/api/v1/projects/default/lab/runs/{run}/models")[1] == {"versions": []}


def test_ranges_of_a_file(server: ServerProcess, run: str) -> None:
    address = f"{server.url}/api/v1/projects/default/lab/runs/{run}/files/content?path={quote('artifacts/model/data/w é.bin')}"

    def part(header: str) -> tuple[int, bytes, str | None]:
        asked = request.Request(address, headers={"Range": header})
        try:
            with request.urlopen(asked) as answer:
                return answer.status, answer.read(), answer.headers["Content-Range"]
        except OSError as refused:
            return refused.status, b"", refused.headers["Content-Range"]  # type: ignore[attr-defined]

    whole = bytes(range(256))
    assert part("bytes=10-19") == (206, whole[10:20], "bytes 10-19/256")
    assert part("bytes=250-") == (206, whole[250:], "bytes 250-255/256")
    assert part("bytes=-6") == (206, whole[250:], "bytes 250-255/256")
    assert part("bytes=0-" + "9" * 18)[1] == whole
    # What cannot be understood is as if it were not there; what lies outside is refused.
    for odd in ("bytes=" + "9" * 5000 + "-", "bytes=²-³", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2"):
        assert part(odd) == (200, whole, None), odd[:20]
    for outside in ("bytes=256-", "bytes=" + "9" * 18 + "-", "bytes=-0"):
        assert part(outside) == (416, b"", "bytes */256"), outside
