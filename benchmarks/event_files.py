"""Write TensorBoard event files; runs in TensorBoard's environment, which has tensorboard and numpy and nothing of ours.

    python event_files.py FOLDER RUNS < lines of JSON

A line is ``{"run", "name", "hparams", "metrics"}``: one run with hyperparameters and a point a metric; or ``{"path", "values"}``: the points
of a metric, a list a run. Scalars are laid out here, a metric's points at once, because TensorBoard's writer makes 20,000 a second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from tensorboard.compat.proto import event_pb2
from tensorboard.plugins.hparams import summary_v2

STARTED = 1_700_000_000.0
_POLYNOMIAL = 0x82F63B78
_TABLE = np.arange(256, dtype=np.uint32)
for _ in range(8):
    _TABLE = np.where(_TABLE & 1, (_TABLE >> 1) ^ _POLYNOMIAL, _TABLE >> 1).astype(np.uint32)


def masked_crc(rows: np.ndarray) -> np.ndarray:
    """The masked CRC-32C of each row of bytes."""
    crc = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in rows.T:
        crc = _TABLE[(crc ^ column) & 0xFF] ^ (crc >> 8)
    crc = (crc ^ np.uint32(0xFFFFFFFF)).astype(np.uint64)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8 & 0xFFFFFFFF).astype("<u4")


def records(payloads: np.ndarray) -> bytes:
    """Rows of bytes as records of an event file."""
    count, length = payloads.shape
    out = np.empty((count, 8 + 4 + length + 4), np.uint8)
    out[:, :8] = np.frombuffer(length.to_bytes(8, "little"), np.uint8)
    out[:, 8:12] = masked_crc(out[:1, :8]).view(np.uint8)
    out[:, 12:-4] = payloads
    out[:, -4:] = masked_crc(payloads).view(np.uint8).reshape(count, 4)
    return out.tobytes()


def record(event: event_pb2.Event) -> bytes:
    """One event as a record."""
    return records(np.frombuffer(event.SerializeToString(), np.uint8)[None, :])


def scalars(path: str, steps: np.ndarray, values: np.ndarray, times: np.ndarray) -> bytes:
    """Points of a metric as records: Event{wall_time, step, summary{value{tag, simple_value}}}."""
    tag = path.encode()
    value = bytes([0x0A, len(tag)]) + tag + b"\x15"  # field 1: tag; field 2: a float
    length = len(value) + 4
    assert len(tag) < 128 and length < 126
    head = bytes([0x2A, length + 2, 0x0A, length]) + value
    payload = np.empty((len(values), 9 + 4 + len(head) + 4), np.uint8)
    payload[:, 0] = 0x09
    payload[:, 1:9] = times.astype("<f8").view(np.uint8).reshape(-1, 8)
    payload[:, 9] = 0x10
    payload[:, 10] = steps & 0x7F | 0x80
    payload[:, 11] = steps >> 7 & 0x7F | 0x80
    payload[:, 12] = steps >> 14 & 0x7F
    payload[:, 13:-4] = np.frombuffer(head, np.uint8)
    payload[:, -4:] = values.astype("<f4").view(np.uint8).reshape(-1, 4)
    return records(payload)


def main() -> None:
    """Write what stdin says."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    runs = [folder / f"run {n}" for n in range(count)]
    for path in runs:
        path.mkdir(exist_ok=True)
        (path / "events.out.tfevents.1700000000.bench").write_bytes(
            record(event_pb2.Event(wall_time=STARTED, file_version="brain.Event:2"))
        )
    for line in sys.stdin.buffer:
        part = json.loads(line)
        if "hparams" in part:
            number = part["run"]
            start = STARTED + number / 1000
            summary = summary_v2.hparams_pb(part["hparams"], trial_id=part["name"], start_time_secs=start)
            content = record(event_pb2.Event(wall_time=start, summary=summary))
            one = np.ones(1, np.int64)
            for path, value in part["metrics"].items():
                content += scalars(path, one, np.array([value]), np.array([start]))
            append(runs[number], content)
            continue
        for run, values in zip(runs, part["values"], strict=True):
            steps = np.arange(len(values))
            append(run, scalars(part["path"], steps, np.array(values), STARTED + steps))


def append(run: Path, content: bytes) -> None:
    """Add records to a run's file."""
    with (run / "events.out.tfevents.1700000000.bench").open("ab") as file:
        file.write(content)


if __name__ == "__main__":
    main()
