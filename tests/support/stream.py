"""A writer without the SDK: builds a deterministic stream and sends it frame by frame over HTTP."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from urllib import error, request

from trireme.domain.frame import MEDIA_TYPE, encode_frame
from trireme.domain.records import MICRO, POINT, UNIT, Kind, pack
from trireme.domain.types import AttributeType

FIRST_TIMESTAMP = 1_700_000_000


def value_at(unit: int) -> float:
    """The value every generated stream has at *unit*."""
    return math.sin(unit / 50) + unit % 7


@dataclass(slots=True)
class StreamWriter:
    """One writer's stream: float points over ``metrics`` names, one unit each, no end."""

    url: str
    project: str
    run: str
    writer: int
    metrics: int = 3
    committed: int = 0
    timeout_seconds: float = 30.0
    names: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.names = b"".join(
            pack(Kind.NAME, self.salt, number, bytes([AttributeType.FLOAT_SERIES]) + f"metrics/m{number}".encode())
            for number in range(self.metrics)
        )

    @property
    def salt(self) -> int:
        """As every record of the stream carries it."""
        return self.writer & 0xFFFF

    def create_run(self) -> int:
        """Make the run, or find it; its key."""
        return self._create({"custom_run_id": self.run})

    def create_fork(self, name: str, step: int) -> int:
        """Make a run that continues this one after *step*; its key."""
        return self._create({"custom_run_id": name, "fork": {"parent": self.run, "step": step}})

    def frame(self, start: int, count: int) -> bytes:
        """Units ``start`` to ``start + count``."""
        units = bytearray(count * UNIT)
        for index in range(count):
            unit = start + index
            POINT.pack_into(
                units,
                index * UNIT,
                Kind.FLOAT_POINT,
                0,
                self.salt,
                unit % self.metrics,
                unit // self.metrics * MICRO,
                FIRST_TIMESTAMP + unit / 100,
                value_at(unit),
            )
        return encode_frame(self.project, self.run, self.writer, start, self.names, bytes(units))

    def send(self, count: int) -> int:
        """Send the next *count* units; the new position.

        Raises:
            OSError: the server went away (``urllib.error.URLError`` among others); nothing is known of this frame then.
        """
        answer = self._post("/api/v1/ingest", self.frame(self.committed, count), MEDIA_TYPE)
        self.committed = int(answer["committed"])
        return self.committed

    def _create(self, options: dict[str, object]) -> int:
        body = json.dumps({"project": self.project, **options}).encode()
        return int(str(self._post("/api/v1/runs", body, "application/json")["key"]))

    def _post(self, path: str, body: bytes, media_type: str) -> dict[str, object]:
        call = request.Request(self.url + path, body, {"Content-Type": media_type})
        try:
            with request.urlopen(call, timeout=self.timeout_seconds) as answer:
                found: dict[str, object] = json.load(answer)
        except error.HTTPError as refused:
            raise AssertionError(f"{refused.code}: {refused.read().decode()}") from refused
        return found
