"""From a Neptune ``RunOperation`` to our own writes, and from refusals to Neptune's codes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from google.protobuf.message import DecodeError

from trireme.domain.errors import CorruptData, InvalidInput, NotFound, TooLarge
from trireme.domain.lineage import ForkPoint
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.protocols.neptune.codes import OF_ERROR, IngestCode
from trireme.protocols.neptune.columns import BatchSpans, read_columns, spans_of
from trireme.protocols.neptune.snapshots import SnapshotReader, micros, milliseconds
from trireme.protocols.neptune.wire import message
from trireme.services.ingest import IngestService
from trireme.services.project import ProjectService
from trireme.services.run import RunService
from trireme.services.writes import Identity

MAX_BODY_BYTES: Final = 17 * 1024 * 1024
"""The client sends at most 16 MiB of operations in a request."""
_MIN_SNAPSHOT_BYTES: Final = 12
"""On average over a body. A step and a value take more; a body of millions of empty messages would take gigabytes once decoded."""
_MAX_UNUSUAL_SNAPSHOTS: Final = 50_000
"""In a body that no known client makes, which is decoded whole."""
_SNAPSHOTS_AT_ONCE: Final = 10_000

RunOperation = message("ingest.RunOperation")
UpdateRunSnapshots = message("ingest.UpdateRunSnapshots")


class Intake:
    """Carries out operations."""

    def __init__(self, projects: ProjectService, runs: RunService, ingest: IngestService) -> None:
        self._projects = projects
        self._runs = runs
        self._ingest = ingest

    def submit(self, actor: Actor, body: bytes, client: str) -> Counter[int]:
        """Store what a request holds; on return it is on disk and readable.

        Parameters:
            client: what sends it, by its own account.

        Returns:
            How often which `IngestCode` came up: nothing for a request without a fault.

        Raises:
            CorruptData: the body is no such message.
            TooLarge: it holds far more snapshots than values.
        """
        operation, spans = decode(body)
        try:
            project = self._projects.by_name(actor, operation.project)
        except NotFound:
            return Counter({IngestCode.PROJECT_NOT_FOUND: 1})
        except InvalidInput:
            return Counter({IngestCode.PROJECT_INVALID_NAME: 1})
        kind = operation.WhichOneof("operation")
        if kind == "create":
            return self._create(actor, project, operation, client)
        snapshots: Iterable[Any] = [operation.update] if kind == "update" else operation.update_batch.snapshots
        run = self._runs.by_custom_id(actor, project, operation.run_id)
        if run is None:
            count = len(operation.update_batch.snapshots) if spans is None else len(spans.starts)
            return Counter({IngestCode.RUN_NOT_FOUND: max(1, count)})
        reader = SnapshotReader(project)
        if spans is not None and not read_batch(reader, body, spans):
            reader = SnapshotReader(project)
            everything = range(len(spans.starts))
            deque(snapshots_of(body, spans, everything), maxlen=0)  # a malformed one is refused before anything is written
            snapshots = (snapshot for _, snapshot in snapshots_of(body, spans, everything))
        for snapshot in snapshots:
            if snapshot.append and not snapshot.HasField("step"):
                # What came before decides which step is the next.
                self._write(actor, run, reader)
                after = self._ingest.last_steps(actor, run, list(snapshot.append))
                reader.read(snapshot, step=(max(after.values(), default=-MICRO) // MICRO + 1) * MICRO)
            else:
                reader.read(snapshot)
        self._write(actor, run, reader)
        return reader.outcome

    def _write(self, actor: Actor, run: Any, reader: SnapshotReader) -> None:
        writes = reader.take()
        if writes is None:
            return
        for rejection in self._ingest.write(actor, run, writes, identity=Identity.STEP):
            reader.outcome[OF_ERROR.get(rejection.code, IngestCode.FIELD_TYPE_UNSUPPORTED)] += rejection.count

    def _create(self, actor: Actor, project: ProjectRecord, operation: Any, client: str) -> Counter[int]:
        made = operation.create
        fork = None
        if made.HasField("fork_point"):
            point = made.fork_point
            step = micros(point.step) if point.HasField("step") else None
            parent_project = point.parent_project if point.HasField("parent_project") else None
            if isinstance(step, IngestCode) or not point.parent_run_id:
                return Counter({IngestCode.RUN_INVALID_CREATION_PARAMETERS: 1})
            fork = ForkPoint(point.parent_run_id, step, parent_project or None)
        try:
            view = self._runs.create(
                actor,
                project=project.full_name,
                custom_run_id=operation.run_id or made.run_id,
                created_at=milliseconds(made.creation_time) if made.HasField("creation_time") else None,
                experiment=made.experiment_id if made.HasField("experiment_id") else None,
                fork=fork,
                family=made.family or None,
                inherit=not made.HasField("inherit_configs") or made.inherit_configs,
                tracker=made.tracker or client or None,
                native=False,
                create_project=False,
            )
        except InvalidInput:
            return Counter({IngestCode.RUN_INVALID_CREATION_PARAMETERS: 1})
        if view.existed:
            return Counter({IngestCode.RUN_CONFLICTING if view.conflicting else IngestCode.RUN_DUPLICATE: 1})
        return Counter({IngestCode.RUN_FORK_PARENT_NOT_FOUND: 1}) if view.missing_parent else Counter()


def decode(body: bytes) -> tuple[Any, BatchSpans | None]:
    """The message of a request; a batch, if it is a usual one, without its snapshots, which are read later and bit by bit.

    Raises:
        CorruptData: the body is no such message.
        TooLarge: it holds far more snapshots than values.
    """
    try:
        spans = spans_of(body, allowed=len(body) // _MIN_SNAPSHOT_BYTES + 100)
        if spans is not None:
            return RunOperation.FromString(spans.header), spans
        _refuse_bomb(body, _MAX_UNUSUAL_SNAPSHOTS)
        return RunOperation.FromString(body), None
    except OverflowError as error:
        raise TooLarge("The body holds far more snapshots than values.") from error
    except DecodeError as error:
        raise CorruptData("The body is no RunOperation.") from error


def read_batch(reader: SnapshotReader, body: bytes, spans: BatchSpans) -> bool:
    """Read a batch, as columns what can be. False if points without a step are in it: those have to be read in their order.

    Raises:
        CorruptData: the body is no such message.
    """
    columns, rest = read_columns(body, spans.starts, spans.stops)
    for part in columns:
        reader.read_columns(part)
    for place, snapshot in snapshots_of(body, spans, rest):
        if snapshot.append and not snapshot.HasField("step"):
            return False
        reader.read(snapshot, place=place)
    return True


def snapshots_of(body: bytes, spans: BatchSpans, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
    """Decode some snapshots of a batch, never many at once: decoded, small ones take a hundred times their size.

    Raises:
        CorruptData: the body is no such message.
    """
    for first in range(0, len(places), _SNAPSHOTS_AT_ONCE):
        chosen = places[first : first + _SNAPSHOTS_AT_ONCE]
        part = b"".join(body[spans.tags[place] : spans.stops[place]] for place in chosen)
        try:
            decoded = UpdateRunSnapshots.FromString(part)
        except DecodeError as error:
            raise CorruptData("The body is no RunOperation.") from error
        yield from zip(chosen, decoded.snapshots, strict=True)


def _refuse_bomb(body: bytes, allowed: int) -> None:
    """Count the snapshots of an unusual body from their lengths alone, before anything is decoded."""
    for number, start, stop in _messages(body, 0, len(body)):
        if number == RunOperation.UPDATE_BATCH_FIELD_NUMBER:
            for _ in _messages(body, start, stop):
                allowed -= 1
                if allowed < 0:
                    raise OverflowError


def _messages(body: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The length-delimited fields of a message: number, and where it begins and ends (the protobuf encoding, "Message Structure").

    What stands in a group counts as standing outside. It ends early where the bytes are no such message; decoding will say so.
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
        elif wire_type > 5:
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
