"""Points of many metrics of many runs in one body: a header that says which and how many, then three columns.

| bytes | what |
|---|---|
| 4 | length *h* of the header, unsigned, little-endian |
| *h* | the header: JSON ``{"runs": [{"run_id": …, "series": [[key, count], …]}, …]}``, padded with blanks so that 4 + *h* is a multiple of 8 |
| 8 *n* | timestamps, ms since 1970, signed, little-endian; *n* is the sum of all counts |
| 8 *n* | steps, signed, little-endian |
| 8 *n* | values, IEEE 754 doubles, little-endian |
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np

from trireme.domain.errors import CorruptData
from trireme.domain.ids import RunKey
from trireme.domain.records import MAX_STEP, MICRO
from trireme.domain.run import RunRecord
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.names import metric_key, metric_path
from trireme.services.writes import FloatEntries, Writes

MAX_POINTS: Final = 1_000_000


class _Run(msgspec.Struct):
    run_id: str
    series: list[tuple[str, int]]


class _Header(msgspec.Struct):
    runs: list[_Run]


_DECODER: Final = msgspec.json.Decoder(_Header)


def points(context: Context, body: bytes) -> dict[str, Any]:
    """Store the points of a body.

    Returns:
        How many are new (``stored``), were there before (``there``), and what was refused, with reasons.

    Raises:
        CorruptData: the body has not the form above.
    """
    header, columns = _columns(body)
    found = context.imports.find(context.actor, [run.run_id for run in header.runs])
    refused: list[dict[str, Any]] = []
    writes: list[tuple[RunRecord, Writes]] = []
    sent: dict[RunKey, tuple[str, int]] = {}
    start = 0
    for run in header.runs:
        stop = start + sum(count for _, count in run.series)
        brought = found.get(run.run_id)
        if brought is None:
            refused.append({"item": run.run_id, "reason": "There is no such run.", "count": stop - start})
        elif brought.run.key in sent:
            raise CorruptData(f"The run '{run.run_id[:80]}' stands twice in one body.")
        else:
            sent[brought.run.key] = (run.run_id, stop - start)
            writes.append((brought.run, _writes(run, [column[start:stop] for column in columns], refused)))
        start = stop
    stored = there = 0
    problems = context.imports.write(context.actor, writes)
    for key, (identity, count) in sent.items():
        stored += count
        for rejection in problems.get(key, ()):
            stored -= rejection.count
            if rejection.code == "point_exists":
                there += rejection.count
            else:
                reason = {"item": identity, "path": metric_key(rejection.path), "reason": rejection.message}
                refused.append(reason | {"count": rejection.count})
    far = sum(int(one["count"]) for one in refused if one.get("code") == "step")
    return {"stored": stored - far, "there": there, "refused": refused}


def _columns(body: bytes) -> tuple[_Header, list[Any]]:
    size = int.from_bytes(body[:4], "little")
    try:
        header = _DECODER.decode(body[4 : 4 + size])
    except msgspec.MsgspecError:
        raise CorruptData("The header of the points is malformed.") from None
    counts = [count for run in header.runs for _, count in run.series]
    total = sum(counts)
    if min(counts, default=0) < 0 or total > MAX_POINTS or len(body) != 4 + size + 24 * total:
        raise CorruptData(f"The columns do not have the length that the header says, or more than {MAX_POINTS:,} points.")
    start = 4 + size
    kinds = ("<i8", "<i8", "<f8")
    return header, [np.frombuffer(body, kind, total, start + 8 * total * number) for number, kind in enumerate(kinds)]


def _writes(run: _Run, columns: list[Any], refused: list[dict[str, Any]]) -> Writes:
    timestamps, steps, values = columns
    paths: dict[str, int] = {}
    for key, _ in run.series:
        paths.setdefault(metric_path(key), len(paths))
    number = np.repeat(
        np.array([paths[metric_path(key)] for key, _ in run.series], np.uint32), [count for _, count in run.series]
    )
    fits = (steps >= -MAX_STEP) & (steps <= MAX_STEP)
    if not fits.all():
        reason = f"Steps lie within ±{MAX_STEP:,}."
        refused.append({"item": run.run_id, "code": "step", "reason": reason, "count": int((~fits).sum())})
        number, timestamps, steps, values = number[fits], timestamps[fits], steps[fits], values[fits]
    entries = FloatEntries(number, steps * MICRO, timestamps, values, np.zeros(len(number), np.uint32))
    return Writes(list(paths), floats=entries)
