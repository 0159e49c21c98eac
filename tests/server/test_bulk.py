"""Many runs at once, over HTTP."""

from __future__ import annotations

import trireme
from tests.server.test_saved import ask
from tests.support.server import ServerProcess

RUNS = "/api/v1/projects/default/many/runs"


def test_a_selection_is_worked_through(server: ServerProcess) -> None:
    for name in ("one", "two", "three"):
        run = trireme.init_run(project="many", name=name, url=server.url, mode="sync")
        run["loss"].append(1.0)
        run.stop()
    status, found = ask(server.url, "POST", f"{RUNS}/keys", {"query": 'sys/name != "two"'})
    assert status == 200 and len(found["keys"]) == 2
    keys = found["keys"]

    def change(**what: object) -> dict[str, object]:
        status, result = ask(server.url, "POST", f"{RUNS}/bulk", {"keys": keys, "change": what})
        assert status == 200, result
        return dict(result)

    assert change(kind="tag", add=["a"]) == {"changed": keys, "refused": [], "freed_bytes": 0}
    assert ask(server.url, "POST", f"{RUNS}/size", {"keys": keys})[1]["runs"] == 2
    refused = change(kind="delete")["refused"]
    assert isinstance(refused, list) and len(refused) == 2 and "not in the trash" in refused[0]["reason"]
    assert change(kind="trash")["changed"] == keys
    assert ask(server.url, "POST", f"{RUNS}/keys", {"trashed": True})[1]["keys"] == keys
    assert change(kind="restore")["changed"] == keys
    change(kind="trash")
    assert change(kind="delete")["changed"] == keys
    assert len(ask(server.url, "POST", f"{RUNS}/keys", {})[1]["keys"]) == 1
    status, refusal = ask(server.url, "POST", f"{RUNS}/bulk", {"keys": [1] * 1001, "change": {"kind": "trash"}})
    assert (status, refusal["code"]) == (400, "invalid_input") and "1,000 at once" in refusal["message"]
    assert ask(server.url, "POST", f"{RUNS}/bulk", {"keys": [1], "change": {"kind": "explode"}})[0] == 400
