"""Runs for the browser to show: written through the HTTP API, without the SDK, the same ones every time."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import struct
import zlib
from dataclasses import dataclass, field
from urllib import error, request

from trireme.domain.frame import MEDIA_TYPE, encode_frame
from trireme.domain.records import POINT, UNIT, FileRef, Kind, Value, encode_file, encode_value, pack, step_to_micros
from trireme.domain.types import AttributeType

FIRST_TIMESTAMP = 1_790_000_000.0


@dataclass(slots=True)
class SeededRun:
    """What one run shall contain."""

    name: str
    values: dict[str, tuple[AttributeType, Value]] = field(default_factory=dict)
    series: dict[str, list[float]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    pictures: dict[str, dict[int, bytes]] = field(default_factory=dict)
    """PNG by step."""


def write_run(url: str, project: str, run: SeededRun) -> dict[str, object]:
    """Create *run* in *project* (``workspace/name``) and write its content; the server's answer to the creation."""
    custom_run_id = run.name
    created = _post(
        f"{url}/api/v1/runs",
        json.dumps({"project": project, "custom_run_id": custom_run_id, "name": run.name}).encode(),
        "application/json",
    )
    writer = secrets.randbits(64)
    salt = writer & 0xFFFF
    names = bytearray()
    units = bytearray()
    numbers = 0

    def number(kind: AttributeType, path: str) -> int:
        nonlocal numbers
        names.extend(pack(Kind.NAME, salt, numbers, bytes([kind]) + path.encode()))
        numbers += 1
        return numbers - 1

    for path, (kind, value) in run.values.items():
        units += pack(Kind.ASSIGN, salt, number(kind, path), encode_value(kind, value), timestamp=FIRST_TIMESTAMP)
    for path, points in run.series.items():
        name = number(AttributeType.FLOAT_SERIES, path)
        for step, point in enumerate(points):
            unit = bytearray(UNIT)
            POINT.pack_into(unit, 0, Kind.FLOAT_POINT, 0, salt, name, step_to_micros(step), FIRST_TIMESTAMP + step, point)
            units += unit
    for path, lines in run.lines.items():
        name = number(AttributeType.STRING_SERIES, path)
        for step, line in enumerate(lines):
            units += pack(
                Kind.STRING_POINT,
                salt,
                name,
                line.encode(),
                step=step_to_micros(step),
                timestamp=FIRST_TIMESTAMP + step,
            )
    for path, pictures in run.pictures.items():
        name = number(AttributeType.FILE_SERIES, path)
        for step, content in pictures.items():
            digest = hashlib.sha256(content).hexdigest()
            _put(f"{url}/api/v1/blobs/{digest}", content)
            payload = encode_file(FileRef(digest, len(content), "image/png", f"{step}.png"))
            units += pack(Kind.FILE_POINT, salt, name, payload, step=step_to_micros(step), timestamp=FIRST_TIMESTAMP + step)
    _post(f"{url}/api/v1/ingest", encode_frame(project, custom_run_id, writer, 0, bytes(names), bytes(units)), MEDIA_TYPE)
    return created


def sweep_run(index: int) -> SeededRun:
    """Run *index* of a sweep: learning rate, batch size and optimizer vary, the losses follow from them."""
    rate = 10 ** (-1 - index % 4)
    final = 0.1 + index % 10 / 20
    return SeededRun(
        name=f"sweep-{index:03}",
        values={
            "params/lr": (AttributeType.FLOAT, rate),
            "params/batch_size": (AttributeType.INT, 16 << index % 4),
            "params/optimizer": (AttributeType.STRING, ("adam", "sgd")[index % 2]),
            "sys/tags": (AttributeType.STRING_SET, frozenset({"sweep", "even"} if index % 2 == 0 else {"sweep"})),
            "sys/state": (AttributeType.RUN_STATE, "failed" if index % 7 == 3 else "finished"),
        },
        series={
            "metrics/val/loss": [final + math.exp(-step / 10) for step in range(60)],
            "metrics/train/loss": [final / 2 + math.exp(-step / 12) for step in range(60)],
        },
        lines={"runtime/stdout": [f"epoch {step}" for step in range(20)]},
        # The newest runs have pictures, at steps of their own.
        pictures={"samples/drawing": {step: picture(index * 5 + step) for step in range(0, 30, 10 + index % 2 * 5)}}
        if index >= 37
        else {},
    )


def picture(shade: int) -> bytes:
    """A PNG of 8 x 6 grey pixels."""
    rows = b"".join(b"\0" + bytes((shade * 7 + x * y) % 256 for x in range(8)) for y in range(6))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 6, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _put(url: str, content: bytes) -> None:
    with request.urlopen(request.Request(url, content, {"Content-Type": "application/octet-stream"}, method="PUT"), timeout=30):
        pass


def _post(url: str, body: bytes, media_type: str) -> dict[str, object]:
    call = request.Request(url, body, {"Content-Type": media_type})
    try:
        with request.urlopen(call, timeout=30) as answer:
            found: dict[str, object] = json.load(answer)
    except error.HTTPError as refused:
        raise AssertionError(f"{url}: {refused.code} {refused.read().decode()}") from refused
    return found
