"""Views and dashboards over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib import error, request

from tests.support.server import ServerProcess

PROJECT = "/api/v1/projects/default/saved"


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    call = request.Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    try:
        with request.urlopen(call, timeout=30) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except error.HTTPError as refused:
        return refused.code, json.load(refused)["error"]


def test_views_and_dashboards(server: ServerProcess) -> None:
    def call(method: str, path: str, body: object = None) -> tuple[int, Any]:
        return ask(server.url, method, path, body)

    assert call("POST", "/api/v1/projects", {"name": "saved"})[0] == 201
    status, view = call("POST", f"{PROJECT}/views", {"name": "Best", "shared": True, "state": {"q": "loss < 1"}})
    assert (
        status == 201 and view["version"] == 1 and view["mine"] and (view["workspace"], view["project"]) == ("default", "saved")
    )
    one = f"{PROJECT}/views/{view['id']}"
    assert call("GET", one) == (200, view) == call("GET", f"/api/v1/views/{view['id']}")
    assert call("PATCH", one, {"version": 1, "state": {"q": ""}})[1]["version"] == 2
    status, refused = call("PATCH", one, {"version": 1, "state": {}})
    assert (status, refused["code"]) == (409, "conflict") and "another name" in refused["hint"]
    assert call("PUT", f"{PROJECT}/default-view", {"view": view["id"]}) == (200, {"view": view["id"]})
    _, listed = call("GET", f"{PROJECT}/views")
    assert listed["default"] == view["id"] and "state" not in listed["views"][0]
    assert call("DELETE", one)[0] == 409
    assert call("PATCH", one, {"version": 2, "trashed": True})[0] == 200
    assert call("GET", f"{PROJECT}/views")[1] == {"views": [], "default": None}
    assert len(call("GET", f"{PROJECT}/views?trashed=true")[1]["views"]) == 1
    assert call("DELETE", one)[0] == 204 and call("GET", one)[0] == 404

    place = {"x": 0, "y": 0, "w": 6, "h": 8}
    widgets = [
        {"id": "a", "kind": "chart", "pattern": "loss", "settings": {"log_y": True}, **place},
        {"id": "b", "kind": "text", "text": "# **żółw**", **place},
        {"id": "c", "kind": "table", "columns": [{"path": "params/lr", "type": "float"}], **place},
    ]
    layout = {"sections": [{"id": "s", "title": "", "widgets": widgets}]}
    status, board = call("POST", f"{PROJECT}/dashboards", {"name": "Board", "layout": layout})
    assert status == 201 and [widget["kind"] for widget in board["layout"]["sections"][0]["widgets"]] == [
        "chart",
        "text",
        "table",
    ]
    one = f"{PROJECT}/dashboards/{board['id']}"
    assert call("GET", one) == (200, board)
    wrong = [({"kind": "chart", "x": 12}, "x"), ({"kind": "pie"}, "pie"), ({"kind": "chart", "colour": 1}, "colour")]
    for change, named in wrong:
        bad = {"sections": [{"id": "s", "title": "", "widgets": [{"id": "a"} | place | change]}]}
        status, refused = call("PATCH", one, {"version": 1, "layout": bad})
        assert (status, refused["code"]) == (400, "invalid_input") and named in refused["message"], refused
    assert call("PATCH", one, {"version": 1, "name": "Boards"})[1]["layout"] == board["layout"]
    assert call("GET", f"{PROJECT}/dashboards")[1]["dashboards"][0]["name"] == "Boards"
