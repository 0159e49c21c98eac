"""Points of series as Neptune's messages: float points are laid out by numpy, since there may be a million in an answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from trireme.domain.errors import InvalidInput
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.domain.types import AttributeType
from trireme.protocols.neptune.reading import fill_file, fill_histogram
from trireme.protocols.neptune.wire import message
from trireme.services.attributes import point_value
from trireme.services.history import POINT_TABLES, FloatPoints, HistoryService
from trireme.services.points import SeriesQuery

# One FloatPoint in the field `values = 2` of FloatSeries: every part has a fixed length, so points are rows of a table.
_POINT: Final = np.dtype(
    [
        ("head", "u1", (2,)),  # 0x12, length
        ("time_tag", "u1"), ("time", "u1", (6,)),  # timestamp_millis = 1, a varint of 42 bits
        ("step_tag", "u1"), ("step", "<f8"),
        ("value_tag", "u1"), ("value", "<f8"),
        ("preview", "u1", (2,)),  # is_preview = 4
        ("ratio_tag", "u1"), ("ratio", "<f4"),
    ]
)  # fmt: skip
_ROWS_PER_ANSWER: Final = 200_000
_BYTES_PER_ANSWER: Final = 24 * 1024 * 1024
_SERIES_PER_READ: Final = 256
_POINTS_PER_READ: Final = 10_000

_SeriesResponse = message("retrieval.SeriesResponse")


def float_response(request_ids: Sequence[str], found: Sequence[FloatPoints | None]) -> bytes:
    """A FloatSeriesResponse: one entry for every request, also an empty one."""
    parts: list[bytes] = []
    for identity, points in zip(request_ids, found, strict=True):
        values = b"" if points is None else _float_points(points)
        count = 0 if points is None else len(points.step)
        series = (b"\x08" + _varint(count) if count else b"") + values
        name = identity.encode()
        entry = b"\x0a" + _varint(len(name)) + name + b"\x12" + _varint(len(series)) + series
        parts.append(b"\x0a" + _varint(len(entry)) + entry)
    return b"".join(parts)


def _float_points(points: FloatPoints) -> bytes:
    rows = np.zeros(len(points.step), _POINT)
    rows["head"] = (0x12, _POINT.itemsize - 2)
    rows["time_tag"], rows["step_tag"], rows["value_tag"], rows["ratio_tag"] = 0x08, 0x11, 0x19, 0x2D
    time = np.clip(points.timestamp, 0, (1 << 42) - 1).astype(np.uint64)
    for byte in range(6):
        more = 0x80 if byte < 5 else 0
        rows["time"][:, byte] = ((time >> np.uint64(7 * byte)) & np.uint64(0x7F)).astype(np.uint8) | more
    rows["step"] = points.step / MICRO
    rows["value"] = points.value
    is_preview = points.preview > 0
    rows["preview"][:, 0], rows["preview"][:, 1] = 0x20, is_preview
    ratios = np.where(is_preview, points.preview - np.where(is_preview, 1, 0), 0).astype(np.uint32).view(np.float32)
    rows["ratio"] = np.where(is_preview, ratios, 1.0)
    return rows.tobytes()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


@dataclass(frozen=True, slots=True)
class PointsRequest:
    """One series of a request for strings, histograms or files, and where its last page ended."""

    identity: str
    series: SeriesQuery
    token: str | None = None


@dataclass(slots=True)
class _Budget:
    rows: int = _ROWS_PER_ANSWER
    bytes: int = _BYTES_PER_ANSWER

    @property
    def spent(self) -> bool:
        return self.rows <= 0 or self.bytes <= 0


@dataclass(slots=True)
class PointsReader:
    """Answers requests for strings, histograms and files in pages."""

    history: HistoryService
    actor: Actor
    project: ProjectRecord
    start: int | None
    stop: int | None
    descending: bool
    limit: int | None
    budget: _Budget = field(default_factory=_Budget)

    def read(self, requests: Sequence[PointsRequest]) -> Any:
        """A SeriesResponse. A series that does not exist has no entry; one that did not fit has an entry without an end."""
        answer = _SeriesResponse()
        types = self.history.types(self.actor, self.project, [request.series for request in requests])
        by_type: dict[AttributeType, list[tuple[PointsRequest, int, int | None]]] = {}
        for request in requests:
            type_ = types.get((request.series.run, request.series.path))
            if type_ is not None and type_ in POINT_TABLES:
                by_type.setdefault(type_, []).append((request, *_read_token(request.token)))
        for type_, asked in by_type.items():
            for start in range(0, len(asked), _SERIES_PER_READ):
                self._part(answer, type_, asked[start : start + _SERIES_PER_READ])
        return answer

    def _part(self, answer: Any, type_: AttributeType, asked: Sequence[tuple[PointsRequest, int, int | None]]) -> None:
        if self.budget.spent:
            for request, _, _ in asked:
                answer.series.add(request_id=request.identity)
            return
        room = max(1, min(_POINTS_PER_READ, self.budget.rows // len(asked)))
        queries = [replace(r.series, after=after, previews=False) for r, _, after in asked]
        tables = self.history.others(
            self.actor,
            self.project,
            type_,
            queries,
            start=self.start,
            stop=self.stop,
            descending=self.descending,
            limit=room + 1,
        )
        for (request, sent, _), table in zip(asked, tables, strict=True):
            entry = answer.series.add(request_id=request.identity)
            if self.budget.spent:
                continue
            rows = [] if table is None else table.slice(0, room).to_pylist()
            complete = table is None or table.num_rows <= room
            if self.limit is not None and sent + len(rows) >= self.limit:
                rows, complete = rows[: max(0, self.limit - sent)], True
            last = None
            for number, row in enumerate(rows):
                size = self._add(entry.series_values.values.add(), type_, row)
                self.budget.rows -= 1
                self.budget.bytes -= size
                last = row["step"]
                if self.budget.spent and number + 1 < len(rows):
                    complete = False
                    rows = rows[: number + 1]
                    break
            entry.series_values.SetInParent()
            entry.search_after.finished = complete
            entry.search_after.token = _token(sent + len(rows), last)

    def _add(self, target: Any, type_: AttributeType, row: dict[str, Any]) -> int:
        target.timestamp_millis, target.step, target.completion_ratio = row["timestamp"], row["step"] / MICRO, 1.0
        match type_:
            case AttributeType.STRING_SERIES:
                target.object.string_value = row["value"]
            case AttributeType.HISTOGRAM_SERIES:
                fill_histogram(target.object.histogram, point_value(type_, [row["edges"], row["bins"], row["density"]]))  # type: ignore[arg-type]
            case _:
                ref = point_value(type_, [row["digest"], row["size"], row["mime"], row["name"]])
                fill_file(target.object.file_ref, self.project, ref)  # type: ignore[arg-type]
        return int(target.ByteSize())


def _token(sent: int, last: int | None) -> str:
    return base64.urlsafe_b64encode(json.dumps([sent, last]).encode()).decode()


def _read_token(token: str | None) -> tuple[int, int | None]:
    if not token:
        return 0, None
    try:
        sent, last = json.loads(base64.urlsafe_b64decode(token))
        return int(sent), None if last is None else int(last)
    except (ValueError, TypeError):
        raise InvalidInput("The search token is not one that this server made.") from None
