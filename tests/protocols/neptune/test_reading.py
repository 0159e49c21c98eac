"""What is read over the wire: pages, previews, buckets, and bodies that do not fit."""

from __future__ import annotations

import json
import math
import struct
import uuid
from collections.abc import Iterator
from typing import Any
from urllib import error, request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.protocols.neptune.client import Client, number, step
from trireme.protocols.neptune.wire import message

PROJECT = "lab/wire"
FLOATS = "/api/leaderboard/v1/proto/attributes/series/float"
OTHERS = "/api/leaderboard/v1/proto/attributes/series?useDeprecatedStringFields=false"


def asked(run: str, path: str, *, after: float | None = None, **more: Any) -> dict[str, Any]:
    holder = {"identifier": f"CUSTOM/{PROJECT}/{run}", "type": "experiment"}
    return {"requestId": f"{run} {path}", "series": {"holder": holder, "attribute": path, **more}, "afterStep": after}


def points(client: Client, *requests: dict[str, Any], **more: Any) -> dict[str, list[tuple[float, float, bool, float]]]:
    status, body = client.post(FLOATS, {"requests": list(requests), "perSeriesPointsLimit": 1000, **more})
    assert status == 200, body
    found = message("retrieval.FloatSeriesResponse").FromString(body)
    return {
        entry.request_id: [(v.step, v.value, v.is_preview, v.completion_ratio) for v in entry.series.values]
        for entry in found.series
    }


def preview(at: int, value: float, ratio: float) -> dict[str, Any]:
    return {"append": {"m": number(value)}, "preview": {"is_preview": True, "completion_ratio": ratio}, **step(at)}


def final(at: int, value: float) -> dict[str, Any]:
    return {"append": {"m": number(value)}, **step(at)}


@pytest.fixture(scope="module")
def previewed(client: Client) -> str:
    """Final to step 10; previews that were overtaken, replaced, and that live; and a fork of it."""
    run = "previewed"
    client.create(run)
    snapshots = [final(0, 0), preview(5, -5, 0.5), final(7, 7), preview(8, 1, 0), final(10, 10)]
    for at, snapshot in enumerate([*snapshots, preview(12, 1, 0.25), preview(12, 2, 0.75), preview(20, 3, 2)]):
        assert client.log(run, snapshot | {"timestamp": {"seconds": 1_700_000_000 + at}}) == {}
    client.create("heir", fork_point={"parent_run_id": run, **step(15)})
    client.create("later heir", fork_point={"parent_run_id": run, **step(15)})
    assert client.log("later heir", final(16, 16)) == {}
    return run


LIVE = [(12.0, 2.0, True, 0.75), (20.0, 3.0, True, 1.0)]
FINAL = [(0.0, 0.0, False, 1.0), (7.0, 7.0, False, 1.0), (10.0, 10.0, False, 1.0)]


def test_a_preview_lives_until_a_final_point_overtakes_it(client: Client, previewed: str) -> None:
    series = asked(previewed, "m", includePreview=True)
    (name,) = points(client, series)
    assert points(client, series)[name] == FINAL + LIVE
    assert points(client, asked(previewed, "m"))[name] == FINAL
    backwards = points(client, series, order="descending", perSeriesPointsLimit=3)[name]
    assert backwards == [LIVE[1], LIVE[0], FINAL[2]]
    assert points(client, asked(previewed, "m", after=10, includePreview=True))[name] == LIVE
    assert points(client, series, stepRange={"from": 1, "to": 9})[name] == [FINAL[1]]
    own = {**asked("heir", "m", includePreview=True), "requestId": "heir"}
    other = {**asked("later heir", "m", includePreview=True), "requestId": "later"}
    mixed = {**asked(previewed, "m"), "requestId": "without"}
    found = points(client, series, own, other, mixed, series | {"requestId": "again", "afterStep": 7})
    assert found == {
        name: FINAL + LIVE,
        "heir": [*FINAL, LIVE[0]],
        "later": [*FINAL, (16.0, 16.0, False, 1.0)],
        "without": FINAL,
        "again": FINAL[2:] + LIVE,
    }


def test_buckets_hold_what_a_reader_of_points_sees(client: Client, previewed: str) -> None:
    request = message("retrieval.BucketsRequest")
    for include, expected in ((True, [(0, 1), (2, 1), (3, 2), (5, 1)]), (False, [(0, 1), (4, 1), (5, 1)])):
        body = request(
            expressions=[
                {
                    "request_id": str(uuid.uuid4()),
                    "run_id": f"CUSTOM/{PROJECT}/{previewed}",
                    "custom_y_formula": "${m}",
                    "include_preview": include,
                }
            ],
            view={"max_buckets": 6},
        )
        status, answer = client.ask("/api/leaderboard/v1/proto/attributes/timeseries/buckets", body.SerializeToString())
        assert status == 200, answer
        (entry,) = message("retrieval.Buckets").FromString(answer).entries
        assert [(bucket.index, bucket.finite_point_count) for bucket in entry.bucket] == expected


def test_each_series_goes_on_after_its_own_last_step(client: Client) -> None:
    for run, first in (("early", 0), ("late", 100)):
        client.create(run)
        for at in range(first, first + 4):
            assert client.log(run, {"append": {"m": number(at), "s": {"string": str(at)}}, **step(at)}) == {}
    both = points(client, asked("early", "m", after=1), asked("late", "m", after=102), asked("early", "none"))
    assert {name: [point[0] for point in found] for name, found in both.items()} == {
        "early m": [2.0, 3.0],
        "late m": [103.0],
        "early none": [],
    }
    backwards = points(client, asked("early", "m", after=1), asked("late", "m"), order="descending", perSeriesPointsLimit=2)
    assert {name: [point[0] for point in found] for name, found in backwards.items()} == {
        "early m": [0.0],
        "late m": [103.0, 102.0],
    }


def test_of_several_points_at_a_step_the_last_one_is_read(client: Client) -> None:
    client.create("several")
    metrics = [{"key": "m", "value": at, "timestamp": 10**12 + at, "step": n} for n in range(3) for at in range(4)]
    status, body = client.post("/api/2.0/mlflow/runs/log-batch", {"run_id": "several", "metrics": metrics})
    assert status == 200, body
    expected = [(float(n), 3.0, False, 1.0) for n in range(3)]
    (found,) = points(client, asked("several", "m")).values()
    assert found == expected
    (found,) = points(client, asked("several", "m"), order="descending", perSeriesPointsLimit=2).values()
    assert found == expected[:0:-1]


BODIES: list[tuple[str, dict[str, Any]]] = [
    (FLOATS, {"requests": [asked("base", "m", after=1.5)], "stepRange": {"from": 0, "to": None}, "order": "ascending"}),
    (OTHERS, {"requests": [{**asked("base", "m"), "searchAfter": {"token": "WzAsbnVsbF0="}}], "perSeriesPointsLimit": 10}),
    (
        f"/api/leaderboard/v1/proto/leaderboard/entries/search/?projectIdentifier={PROJECT}&type=run",
        {
            "query": {"query": '`sys/id`:string == "x"'},
            "experimentLeader": True,
            "attributeFilters": [{"path": "sys/name"}],
            "pagination": {"limit": 10, "offset": 0},
            "sorting": {"dir": "ascending", "sortBy": {"name": "m", "type": "floatSeries", "aggregationMode": "last"}},
        },
    ),
    ("/api/leaderboard/v1/proto/leaderboard/entries/global/search/", {"query": {"query": ""}, "pagination": {"limit": 10}}),
    (
        "/api/leaderboard/v1/leaderboard/attributes/definitions/query",
        {
            "projectIdentifiers": [PROJECT],
            "experimentIdsFilter": [f"{PROJECT}/WIRE-1"],
            "attributeNameFilter": {"mustMatchAny": [{"mustMatchRegexes": ["m"], "mustNotMatchRegexes": ["x"]}]},
            "attributeFilter": [{"attributeType": "floatSeries"}],
            "nextPage": {"limit": 10, "nextPageToken": "WyJhIiwgMV0="},
        },
    ),
    (
        f"/api/leaderboard/v1/proto/leaderboard/attributes/query?projectIdentifier={PROJECT}",
        {"experimentIdsFilter": [f"{PROJECT}/WIRE-1"], "attributeNamesFilter": ["m"], "nextPage": {"nextPageToken": "WzEsMV0="}},
    ),
    (f"/api/leaderboard/v1/proto/attributes/attributes?holderIdentifier={PROJECT}/WIRE-1", {"attributePathsFilter": ["m"]}),
    (
        "/api/storagebridge/v1/signedUrl",
        {"files": [{"project_identifier": PROJECT, "path": "a", "permission": "write", "size": 5}]},
    ),
    (
        "/api/storagebridge/v1/s3/completeMultipartUpload",
        {"project_identifier": PROJECT, "path": "a", "upload_id": "0" * 32, "parts": [{"part_number": 1, "etag": "x"}]},
    ),
]
ODD: list[Any] = [None, -1, 1e300, 10**30, True, "x", "a\0b", "9" * 400, [], [None], [[]], {}, {"a": 1}]


def with_odd_parts(body: Any) -> Iterator[Any]:
    """*body* with each of its parts replaced by each odd value."""
    yield from ODD
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, part in list(parts):
        for odd in with_odd_parts(part):
            copy = json.loads(json.dumps(body))
            copy[key] = odd
            yield copy


@pytest.mark.parametrize(("path", "body"), BODIES, ids=[path.partition("?")[0].rpartition("v1/")[2] for path, _ in BODIES])
def test_a_body_that_does_not_fit_is_the_clients_fault(client: Client, path: str, body: dict[str, Any]) -> None:
    for odd in with_odd_parts(body):
        status, answer = client.post(path, odd)
        assert status < 500, (odd, answer)
        if status >= 400:
            assert json.loads(answer)["message"], odd


def test_parts_of_a_file_grow_with_it(client: Client) -> None:
    def sign(size: int) -> tuple[int, Any]:
        file = {"project_identifier": PROJECT, "path": "big", "permission": "write", "size": size}
        status, body = client.post("/api/storagebridge/v1/signedUrl", {"files": [file]})
        return status, json.loads(body)

    status, found = sign(2**40)
    multipart = found["files"][0]["multipart"]
    assert status == 200
    assert len(multipart["part_urls"]) <= 1000
    assert multipart["part_size"] * len(multipart["part_urls"]) >= 2**40
    assert sign(2**60)[0] == 413
    assert sign(0)[1]["files"][0]["multipart"] is None


@pytest.mark.parametrize(
    ("provider", "name", "headers", "read"),
    [("", "X-Amz-Expires", {}, 400), ("azure/", "se", {"x_ms_version": "2025-01-05"}, 403)],
    ids=["by plain HTTP", "by Azure's library"],
)
def test_a_client_whose_address_expired_asks_for_a_new_one(
    client: Client, provider: str, name: str, headers: dict[str, str], read: int
) -> None:
    def expired(permission: str) -> str:
        file = {"project_identifier": PROJECT, "path": "late", "permission": permission, "size": 1}
        _, body = client.post(f"/api/storagebridge/v1/{provider}signedUrl", {"files": [file]})
        address = urlsplit(json.loads(body)["files"][0]["url"])
        assert name in parse_qs(address.query)
        return f"{address.path}?{urlencode(parse_qs(address.query) | {name: ['20200101T000000Z']}, doseq=True)}"

    assert client.ask(expired("read"), **headers)[0] == read
    with pytest.raises(error.HTTPError, match="503"):  # any other refusal, and the file is given up
        request.urlopen(request.Request(client.url + expired("write"), b"x", method="PUT"), timeout=30)


def test_float_points_are_the_doubles_that_were_sent(client: Client) -> None:
    values = [5e-324, -0.0, 1.7976931348623157e308, 0.1, 2.0**53 + 1]
    client.create("exact")
    snapshots = [{"append": {"m": number(value)}, **step(0, at + 1)} for at, value in enumerate(values)]
    snapshots.append({"append": {"m": {"int64": -(2**63)}}, **step(999_999_999_999, 999_999)})
    assert client.log("exact", *snapshots) == {}
    (found,) = points(client, asked("exact", "m")).values()
    steps = [*((at + 1) / 1e6 for at in range(len(values))), 999_999_999_999.999999]
    assert [struct.pack("<dd", *point[:2]) for point in found] == [
        struct.pack("<dd", *pair) for pair in zip(steps, [*values, -(2.0**63)], strict=True)
    ]


def test_an_experiment_owns_the_points_of_all_its_runs(client: Client) -> None:
    """A head that was forked from an earlier run of the same experiment, which continues another experiment's."""
    forks: list[tuple[str, str, str | None, int]] = [("o1", "other", None, 0), ("t1", "tuned", "o1", 2), ("t2", "tuned", "t1", 4)]
    for run, experiment, parent, first in forks:
        fork = {"fork_point": {"parent_run_id": parent, **step(first)}} if parent else {}
        assert client.create(run, experiment_id=experiment, **fork) == {}
        snapshots = [{"append": {"m": number(at), "s": {"string": run}}, **step(at)} for at in range(first + 1, first + 3)]
        assert client.log(run, *snapshots) == {}
    body = message("retrieval.BucketsRequest")
    for kind, lineage, expected in (
        ("EXPERIMENT", "NONE", [3, 4, 5, 6]),
        ("RUN", "NONE", [5, 6]),
        ("EXPERIMENT", "FULL", [1, 2, 3, 4, 5, 6]),
        ("RUN", "FULL", [1, 2, 3, 4, 5, 6]),
    ):
        options = {"lineage": lineage, "lineageEntityType": kind}
        (found,) = points(client, asked("t2", "m", **options)).values()
        assert [point[0] for point in found] == expected, options
        status, answer = client.post(OTHERS, {"requests": [asked("t2", "s", **options)]})
        assert status == 200
        (entry,) = message("retrieval.SeriesResponse").FromString(answer).series
        assert [value.step for value in entry.series_values.values] == expected, options
        one = {"run_id": f"CUSTOM/{PROJECT}/t2", "custom_y_formula": "${m}", "lineage": int(lineage == "NONE")}
        request = body(expressions=[one | {"request_id": "r", "entity_type": int(kind == "RUN")}], view={"max_buckets": 1001})
        status, answer = client.ask("/api/leaderboard/v1/proto/attributes/timeseries/buckets", request.SerializeToString())
        (bucketed,) = message("retrieval.Buckets").FromString(answer).entries
        assert sum(bucket.finite_point_count for bucket in bucketed.bucket) == len(expected), options


def test_runs_of_all_projects_come_in_one_order(client: Client) -> None:
    for project, name in (("first", "a c e"), ("second", "b d")):
        status, _ = client.post("/api/backend/v1/projects", {"organizationIdentifier": "lab", "name": project})
        assert status == 200
        there = Client(client.url, f"lab/{project}")
        for letter in name.split():
            assert there.create(f"global-{letter}", experiment_id=f"name-{letter}") == {}
            if letter != "e":
                values = {"rank": number(math.nan if letter == "d" else ord(letter)), "n": {"int64": -ord(letter)}}
                assert there.log(f"global-{letter}", {"assign": values, "append": {"m": number(ord(letter))}, **step(1)}) == {}

    def found(sort: dict[str, Any] | None, **page: int) -> str:
        asks = {"query": {"query": '`sys/custom_run_id`:string MATCHES "^global-"'}, "experimentLeader": False}
        sorting = {"sorting": sort} if sort else {}
        status, body = client.post(
            "/api/leaderboard/v1/proto/leaderboard/entries/global/search", {**asks, **sorting, "pagination": page}
        )
        assert status == 200, body
        result = message("retrieval.SearchResult").FromString(body)
        assert result.matching_item_count == 5
        named = [{one.name: one for one in entry.attributes}["sys/custom_run_id"] for entry in result.entries]
        return "".join(one.string_properties.value[-1] for one in named)

    def by(name: str, type_: str, order: str, **more: str) -> dict[str, Any]:
        return {"dir": order, "sortBy": {"name": name, "type": type_, **more}}

    assert found(None) == "dbeca"
    assert found(by("sys/name", "string", "ascending")) == "abcde"
    assert found(by("sys/name", "string", "descending")) == "edcba"
    assert found(by("sys/name", "string", "ascending"), limit=2, offset=1) == "bc"
    assert found(by("rank", "float", "ascending")) == "abcde"  # NaN after the numbers, then those without
    assert found(by("rank", "float", "descending")) == "cbade"
    assert found(by("n", "int", "ascending")) == "dcbae"
    assert found(by("m", "floatSeries", "descending", aggregationMode="last")) == "dcbae"
    assert found(by("nothing", "float", "ascending")) == "dbeca"


def test_a_set_that_is_not_there_has_no_members(client: Client) -> None:
    client.create("no set")
    client.create("set")
    tags = {"letters": {"string": {"values": {"x": 1}}}}
    assert client.log("set", {"modify_sets": tags}) == {}
    for letter, expected in (("x", {"no set"}), ("y", {"no set", "set"})):
        text = f'(`letters`:stringSet NOT CONTAINS "{letter}") AND (`sys/custom_run_id`:string MATCHES "set$")'
        status, body = client.post(
            f"/api/leaderboard/v1/proto/leaderboard/entries/search/?projectIdentifier={PROJECT}&type=run",
            {"query": {"query": text}, "attributeFilters": [{"path": "sys/custom_run_id"}]},
        )
        assert status == 200, body
        entries = message("retrieval.SearchResult").FromString(body).entries
        assert {entry.attributes[0].string_properties.value for entry in entries} == expected
