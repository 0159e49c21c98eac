"""Spans in OpenTelemetry's protocol: what is decoded is what was sent, in either encoding; what is no such request is refused by name."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trireme.domain.errors import InvalidInput, TooLarge
from trireme.domain.trace import Span, SpanStatus
from trireme.protocols.mlflow import otlp, spans
from trireme.protocols.mlflow.otlp_wire import ExportRequest
from trireme.storage.warehouse.trace_rows import TraceChange, content_of, dump, load, span_block, span_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.booleans()
VALUES = st.recursive(
    st.none() | NUMBERS | TEXT.filter(lambda text: text[:1] not in ("{", "[", '"')) | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT, inner, max_size=3).filter(lambda d: not {"$bytes", "$float"} & d.keys())
    ),
    max_leaves=6,
)
ATTRIBUTES = st.dictionaries(TEXT.filter(lambda key: not key.startswith("mlflow.")), VALUES, max_size=4)
IDS = st.binary(min_size=8, max_size=8).filter(any)


def any_value(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {}
        case bool():
            return {"bool_value": value}
        case int():
            return {"int_value": value}
        case float():
            return {"double_value": value}
        case bytes():
            return {"bytes_value": value}
        case str():
            return {"string_value": value}
        case list():
            return {"array_value": {"values": [any_value(item) for item in value]}}
    return {"kvlist_value": {"values": pairs(value)}}


def pairs(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": any_value(value)} for key, value in found.items()]


def request(*sent: dict[str, Any], resource: dict[str, Any] | None = None) -> bytes:
    one = {"resource": {"attributes": pairs(resource or {})}, "scope_spans": [{"spans": list(sent)}]}
    found: bytes = ExportRequest(resource_spans=[one]).SerializeToString()
    return found


def span(**given: Any) -> dict[str, Any]:
    return {"trace_id": b"\1" * 16, "span_id": b"\2" * 8, "name": "n", "start_time_unix_nano": 1} | given


@given(
    attributes=ATTRIBUTES, name=TEXT, identity=IDS, parent=IDS, start=st.integers(0, 2**63 - 1), code=st.sampled_from([0, 1, 2])
)
def test_a_span_comes_out_as_it_went_in(
    attributes: dict[str, Any], name: str, identity: bytes, parent: bytes, start: int, code: int
) -> None:
    sent = span(
        span_id=identity,
        parent_span_id=parent,
        name=name,
        start_time_unix_nano=start,
        end_time_unix_nano=start,
        attributes=pairs(attributes),
        events=[{"name": name, "time_unix_nano": 7, "attributes": pairs(attributes)}],
        status={"code": code, "message": name},
    )
    (found,) = otlp.decode(request(sent), otlp.PROTOBUF)
    assert (found.trace_id, found.id, found.parent_id) == ("tr-" + "01" * 16, identity.hex(), parent.hex())
    assert (found.name, found.message, found.start_ns) == (name, name, start)
    assert found.status is [SpanStatus.UNSET, SpanStatus.OK, SpanStatus.ERROR][code]
    stored = load(content_of(found))
    assert {key: value for key, value in stored["attributes"].items() if not key.startswith("mlflow.")} == attributes
    assert stored["events"][0]["attributes"] == attributes
    # And out again, as clients read it.
    again = ExportRequest(resource_spans=[{"scope_spans": [{"spans": [_parsed(spans.as_message(found))]}]}])
    (back,) = otlp.decode(again.SerializeToString(), otlp.PROTOBUF)
    assert back == found


def _parsed(message: dict[str, Any]) -> dict[str, Any]:
    import base64

    def value(found: Any) -> Any:
        if isinstance(found, list):
            return [value(item) for item in found]
        if not isinstance(found, dict):
            return found
        made = {key: value(item) for key, item in found.items()}
        for key in ("trace_id", "span_id", "parent_span_id", "bytes_value"):
            if key in made:
                made[key] = base64.b64decode(made[key])
        if isinstance(made.get("code"), str):
            made["code"] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"].index(made["code"])
        if "double_value" in made:
            made["double_value"] = float(made["double_value"])
        return made

    found: dict[str, Any] = value(message)
    return found


@given(attributes=ATTRIBUTES, name=TEXT)
def test_json_means_what_protobuf_means(attributes: dict[str, Any], name: str) -> None:
    plain = json.loads(json.dumps(attributes, default=lambda value: None))

    def as_json(found: dict[str, Any]) -> list[dict[str, Any]]:
        text = json.dumps(pairs(found))
        for key in ("bool", "int", "double", "string", "array", "kvlist"):
            text = text.replace(f'"{key}_value": ', f'"{key}Value": ')
        made: list[dict[str, Any]] = json.loads(text)
        return made

    sent = {"traceId": "01" * 16, "spanId": "02" * 8, "name": name, "startTimeUnixNano": "1", "attributes": as_json(plain)}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [sent]}]}]}).encode()
    (found,) = otlp.decode(body, otlp.JSON)
    (expected,) = otlp.decode(request(span(name=name, attributes=pairs(plain))), otlp.PROTOBUF)
    assert found == expected


@given(body=st.binary(max_size=200))
def test_any_bytes_are_spans_or_refused(body: bytes) -> None:
    for media_type in (otlp.PROTOBUF, otlp.JSON):
        try:
            otlp.decode(body, media_type)
        except InvalidInput:
            pass


JSON = st.recursive(
    st.none() | st.text(max_size=3) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(found=JSON)
def test_any_json_is_an_otlp_body_or_refused(found: Any) -> None:
    for body in (found, {"resourceSpans": found}, {"resourceSpans": [{"scopeSpans": [{"spans": found}]}]}):
        try:
            otlp.decode(json.dumps(body).encode(), otlp.JSON)
        except InvalidInput:
            pass


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, b"\0\xff", [math.nan, {"a": b""}]])
def test_values_that_json_lacks_are_kept(value: Any) -> None:
    assert repr(load(dump({"a": value}))) == repr({"a": value})


def test_a_row_is_the_span_again() -> None:
    found = Span("tr-1", "2" * 16, "half \ud800 a pair", 5, usage={"input_tokens": 3.0}, attributes={"x": 1}, model="m")
    block = span_block([TraceChange(1, [found])], 9)
    assert block is not None
    (row,) = block.to_pylist()
    assert span_of(row) == Span("tr-1", "2" * 16, "half ? a pair", 5, usage={"input_tokens": 3.0}, attributes={"x": 1}, model="m")


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"", otlp.PROTOBUF, "no spans found"),
        (b"{}", otlp.JSON, "no spans found"),
        (b"\xff\xff", otlp.PROTOBUF, "Invalid OpenTelemetry format"),
        (b"[", otlp.JSON, "Invalid OpenTelemetry format"),
        (request(span(trace_id=b"")), otlp.PROTOBUF, "trace_id"),
        (request(span(span_id=b"")), otlp.PROTOBUF, "span_id"),
        (request(span(span_id=b"\1" * 9)), otlp.PROTOBUF, "span_id"),
        (request(span()), "text/plain", "Invalid Content-Type: text/plain"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes, media_type: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        otlp.decode(body, media_type)


def bomb(tag: bytes) -> bytes:
    """A span with a million empty attributes, or a scope with a million empty spans."""
    inner = tag * 1_000_000
    for number in (2, 1):  # scope_spans, resource_spans
        length = len(inner)
        size = bytes([length & 0x7F | 0x80, length >> 7 & 0x7F | 0x80, length >> 14 & 0x7F | 0x80, length >> 21])
        inner = bytes([number << 3 | 2]) + size + inner
    return inner


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(TooLarge, match="far more messages than values"):
        otlp.decode(bomb(b"\x12\x00"), otlp.PROTOBUF)


def test_zeros_among_values_are_no_bomb() -> None:
    sent = span(attributes=pairs({"picture": b"\0" * 2_000_000}))
    (found,) = otlp.decode(request(sent), otlp.PROTOBUF)
    assert len(found.attributes["picture"]) == 2_000_000


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "deflate", "raw deflate"])
def test_packed_bodies(encoding: str) -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = {"gzip": gzip.compress(b"x" * 100), "deflate": zlib.compress(b"x" * 100)}
    packed["raw deflate"] = packer.compress(b"x" * 100) + packer.flush()
    assert otlp.unpack(packed.get(encoding, b"x" * 100), encoding.removeprefix("raw ")) == b"x" * 100


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (b"x", "gzip", "Failed to decompress gzip"),
        (gzip.compress(b"x" * 100)[:-9], "gzip", "Failed to decompress gzip"),
        (b"x", "br", "Unsupported Content-Encoding: br"),
        (gzip.compress(b"\0" * (otlp.MAX_BODY_BYTES + 1), 1), "gzip", "larger than 67,108,864 bytes"),
    ],
    ids=["not gzip", "cut off", "unknown", "too large"],
)
def test_packed_bodies_that_are_refused(body: bytes, encoding: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        otlp.unpack(body, encoding)
