"""Spans as OpenTelemetry's exporters send them over HTTP: protobuf or JSON, plain, gzip or deflate."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from google.protobuf.message import DecodeError

from trireme.domain.errors import CorruptData, InvalidInput, TooLarge
from trireme.domain.trace import Span, SpanEvent, SpanLink, SpanStatus
from trireme.protocols.mlflow import spans
from trireme.protocols.mlflow.otlp_wire import ExportRequest

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""Of a body, also once it is unpacked."""
_FEW_MESSAGES: Final = 100_000
_MESSAGE_BYTES: Final = 4
"""On average over a body. A key and a value take more; a body of millions of empty messages would take gigabytes once decoded."""
_STATUSES: Final = {1: SpanStatus.OK, 2: SpanStatus.ERROR, "STATUS_CODE_OK": SpanStatus.OK, "STATUS_CODE_ERROR": SpanStatus.ERROR}
_NOT_TAGS: Final = ("telemetry.sdk.", "mlflow.")
_NAMELESS: Final = ("service.name", "unknown_service")
_HEX: Final = re.compile("[0-9a-fA-F]+")
_MAX_TAG_KEY: Final = 250


class UnusableSpan(CorruptData):
    """A request is well-formed, but one of its spans cannot be kept."""


def unpack(body: bytes, encoding: str) -> bytes:
    """The body without its ``Content-Encoding``.

    Raises:
        InvalidInput: the encoding is not known, or the body is not of it.
        TooLarge: it would not fit.
    """
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise InvalidInput(f"Unsupported Content-Encoding: {encoding[:100]}")
    # Some deflate without a header.
    for bits in (31,) if encoding == "gzip" else (15, -15):
        unpacker = zlib.decompressobj(bits)
        try:
            found = unpacker.decompress(body, MAX_BODY_BYTES + 1)
        except zlib.error:
            continue
        if len(found) > MAX_BODY_BYTES:
            raise TooLarge(
                f"The body is larger than {MAX_BODY_BYTES:,} bytes once it is unpacked.", hint="Send fewer spans at once."
            )
        if not unpacker.eof:
            break
        return found
    raise InvalidInput(f"Failed to decompress {encoding} payload")


def decode(body: bytes, media_type: str) -> list[Span]:
    """The spans of an ``ExportTraceServiceRequest``.

    Raises:
        InvalidInput: the media type is not known, or there is nothing in it.
        CorruptData: the body is no such request.
        UnusableSpan: a span has no id.
        TooLarge: it holds far more messages than values.
    """
    if media_type == PROTOBUF:
        _refuse_bomb(body)
        try:
            request = ExportRequest.FromString(body)
        except DecodeError as error:
            raise CorruptData("Invalid OpenTelemetry format") from error
        found = list(_of_protobuf(request))
        empty = not request.resource_spans
    elif media_type == JSON:
        try:
            sent = json.loads(body)
            resources = _get(sent, "resourceSpans") or []
            found = [span for resource in resources for span in _of_json(resource)]
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise CorruptData("Invalid OpenTelemetry format") from error
        empty = not resources
    else:
        raise InvalidInput(f"Invalid Content-Type: {media_type[:100]}. Expected: {PROTOBUF} or {JSON}")
    if empty:
        raise InvalidInput("Invalid OpenTelemetry format - no spans found")
    return found


# Protobuf


def _of_protobuf(request: Any) -> Iterator[Span]:
    for resource in request.resource_spans:
        tags = _tags({pair.key: _value(pair.value) for pair in resource.resource.attributes})
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield spans.make(
                    **_ids(span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()),
                    name=span.name,
                    start_ns=span.start_time_unix_nano,
                    end_ns=span.end_time_unix_nano or None,
                    status=_STATUSES.get(span.status.code, SpanStatus.UNSET),
                    message=span.status.message,
                    attributes=_attributes(span.attributes),
                    events=[SpanEvent(e.name, e.time_unix_nano, _attributes(e.attributes)) for e in span.events],
                    links=[
                        SpanLink(spans.PREFIX + n.trace_id.hex(), n.span_id.hex(), _attributes(n.attributes)) for n in span.links
                    ],
                    tags=tags,
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return _attributes(value.kvlist_value.values)
    return getattr(value, kind)


# JSON: ids are hexadecimal, 64-bit numbers may be texts, names are in either spelling


def _of_json(resource: Mapping[str, Any]) -> Iterator[Span]:
    tags = _tags(_json_attributes(_get(_get(resource, "resource") or {}, "attributes")))
    for scope in _get(resource, "scopeSpans") or ():
        for span in _get(scope, "spans") or ():
            status = _get(span, "status") or {}
            yield spans.make(
                **_ids(_get(span, "traceId") or "", _get(span, "spanId") or "", _get(span, "parentSpanId") or ""),
                name=str(_get(span, "name") or ""),
                start_ns=_nanoseconds(_get(span, "startTimeUnixNano")),
                end_ns=_nanoseconds(_get(span, "endTimeUnixNano")) or None,
                status=_STATUSES.get(_get(status, "code") or 0, SpanStatus.UNSET),
                message=str(_get(status, "message") or ""),
                attributes=_json_attributes(_get(span, "attributes")),
                events=[
                    SpanEvent(
                        str(_get(e, "name") or ""), _nanoseconds(_get(e, "timeUnixNano")), _json_attributes(_get(e, "attributes"))
                    )
                    for e in _get(span, "events") or ()
                ],
                links=[
                    SpanLink(
                        spans.PREFIX + str(_get(n, "traceId") or ""),
                        str(_get(n, "spanId") or ""),
                        _json_attributes(_get(n, "attributes")),
                    )
                    for n in _get(span, "links") or ()
                ],
                tags=tags,
            )


def _json_attributes(pairs: Any) -> dict[str, Any]:
    return {str(_get(pair, "key") or ""): _json_value(_get(pair, "value") or {}) for pair in pairs or ()}


def _json_value(value: Mapping[str, Any]) -> Any:
    for key, item in value.items():
        match key:
            case "stringValue" | "string_value":
                return str(item)
            case "boolValue" | "bool_value":
                return bool(item)
            case "intValue" | "int_value":
                return int(item)
            case "doubleValue" | "double_value":
                return float(item)
            case "bytesValue" | "bytes_value":
                return str(item)  # base64, as it came
            case "arrayValue" | "array_value":
                return [_json_value(one) for one in _get(item, "values") or ()]
            case "kvlistValue" | "kvlist_value":
                return _json_attributes(_get(item, "values"))
    return None


def _get(found: Mapping[str, Any], name: str) -> Any:
    """A field by its JSON name, or as it stands in the .proto file."""
    if name in found:
        return found[name]
    return found.get("".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name))


def _nanoseconds(value: Any) -> int:
    return max(0, int(value or 0))


def _ids(trace: str, span: str, parent: str) -> dict[str, Any]:
    """The ids of a span.

    Raises:
        UnusableSpan: one is missing, or is no id.
    """
    for name, text, digits in (("trace_id", trace, 32), ("span_id", span, 16)):
        if len(text) != digits or not _HEX.fullmatch(text):
            raise UnusableSpan(f"Cannot convert a span: its {name} '{text[:40]}' is not of {digits} hexadecimal digits.")
    return {
        "trace_id": spans.PREFIX + trace.lower(),
        "id": span.lower(),
        "parent_id": parent.lower() if parent.strip("0") else None,
    }


def _tags(resource: Mapping[str, Any]) -> dict[str, str]:
    """What a resource says of the process that made the spans, as tags of their traces."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, default=str)
        for key, value in resource.items()
        if value is not None
        and 0 < len(key) <= _MAX_TAG_KEY
        and not key.startswith(_NOT_TAGS)
        and not (key == _NAMELESS[0] and str(value).startswith(_NAMELESS[1]))
    }


# Bombs


def _refuse_bomb(body: bytes) -> None:
    """Refuse a body that is mostly empty messages: two bytes here, some hundred in memory.

    An empty message ends in a zero byte, which bodies of values rarely have, so most bodies pass by a look at those. Otherwise messages
    are counted before anything is decoded.
    """
    if body.count(0) < max(_FEW_MESSAGES, len(body) // 16):
        return
    allowed = len(body) // _MESSAGE_BYTES + _FEW_MESSAGES
    todo: list[tuple[Any, int, int]] = [(ExportRequest.DESCRIPTOR, 0, len(body))]
    while todo:
        descriptor, start, stop = todo.pop()
        for number, first, last in _fields(body, start, stop):
            field = descriptor.fields_by_number.get(number)
            if field is not None and field.message_type is not None:
                allowed -= 1
                if allowed < 0:
                    raise TooLarge("The body holds far more messages than values.", hint="Send fewer spans at once.")
                if last > first:
                    todo.append((field.message_type, first, last))


def _fields(body: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The length-delimited fields of a message: number, and where each begins and ends (the protobuf encoding, "Message Structure").

    It ends early where the bytes are no such message; decoding will say so.
    """
    while start < stop:
        tag, start = _varint(body, start, stop)
        wire_type = tag & 7
        if wire_type == 0:
            _, start = _varint(body, start, stop)
        elif wire_type == 2:
            length, start = _varint(body, start, stop)
            yield tag >> 3, start, min(start + length, stop)
            start += length
        elif wire_type in (1, 5):
            start += 8 if wire_type == 1 else 4
        else:
            return


def _varint(body: bytes, start: int, stop: int) -> tuple[int, int]:
    value = shift = 0
    while start < stop:
        byte = body[start]
        start += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 or shift > 63:
            break
    return value, start
