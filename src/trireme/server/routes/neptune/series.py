"""Points out: floats, strings, histograms, files, and buckets."""

from __future__ import annotations

from typing import Any, Final

from anyio import to_thread
from google.protobuf.message import DecodeError
from litestar import Request, Response, post

from trireme.domain.errors import CorruptData, InvalidInput
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.domain.uuids import run_of_uuid
from trireme.protocols.neptune.reading import runs_of
from trireme.protocols.neptune.requests import Holder, OneSeries, Series, SeriesRequest
from trireme.protocols.neptune.series import PointsReader, PointsRequest, float_response
from trireme.protocols.neptune.wire import message
from trireme.server.routes.neptune.errors import ProjectInaccessible
from trireme.server.routes.neptune.ingest import PROTOBUF, protobuf
from trireme.server.routes.neptune.project import find_project
from trireme.server.services import Services
from trireme.services.history import FloatPoints
from trireme.services.points import SeriesQuery
from trireme.services.step_buckets import StepBucket

_MAX_POINTS: Final = 1_000_000
_MAX_PATH_BYTES: Final = 2_048_000
_MAX_EXPRESSIONS: Final = 1000
_MAX_BUCKETS: Final = 1001
_FAR: Final = 9e12
_ONLY_OWNED: Final = 1
_OF_EXPERIMENT: Final = 0
"""Values of the enumerations of a request for buckets."""

_BucketsRequest = message("retrieval.BucketsRequest")
_Buckets = message("retrieval.Buckets")

Asked = list[tuple[int, ProjectRecord, SeriesQuery]]


@post("/api/leaderboard/v1/proto/attributes/series/float", sync_to_thread=True, status_code=200)
def float_series(services: Services, actor: Actor, data: SeriesRequest) -> Response[bytes]:
    """Points of float series."""
    requests = data.requests
    start, stop = _step_range(data)
    asked = _MAX_POINTS if data.per_series_points_limit is None else data.per_series_points_limit
    found: list[FloatPoints | None] = [None] * len(requests)
    for project, part in _by_project(services, actor, requests):
        points = services.history.floats(
            actor,
            project,
            [series for _, series in part],
            start=start,
            stop=stop,
            descending=data.descending,
            limit=min(asked, _MAX_POINTS),
            one_a_step=True,
        )
        for (index, _), one in zip(part, points, strict=True):
            found[index] = one
    return Response(float_response([request.request_id for request in requests], found), media_type=PROTOBUF)


@post("/api/leaderboard/v1/proto/attributes/series", sync_to_thread=True, status_code=200)
def other_series(services: Services, actor: Actor, data: SeriesRequest) -> Response[bytes]:
    """Points of string, histogram and file series, in pages."""
    requests = data.requests
    size = sum(len(request.series.attribute.encode()) for request in requests)
    if size > _MAX_PATH_BYTES:
        raise InvalidInput(
            f"The paths have {size:,} bytes together; the limit is {_MAX_PATH_BYTES:,}.", hint="Ask for fewer series at once."
        )
    start, stop = _step_range(data)
    answer = message("retrieval.SeriesResponse")()
    for project, part in _by_project(services, actor, requests):
        reader = PointsReader(
            services.history,
            actor,
            project,
            start,
            stop,
            data.descending,
            data.per_series_points_limit,
        )
        answer.MergeFrom(reader.read([_points_request(requests[index], series) for index, series in part]))
    return protobuf(answer)


@post("/api/leaderboard/v1/proto/attributes/timeseries/buckets", status_code=200)
async def buckets(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """Buckets of float series."""
    try:
        asked = _BucketsRequest.FromString(await request.body())
    except DecodeError as error:
        raise CorruptData("The body is no request for buckets.") from error
    return protobuf(await to_thread.run_sync(_read_buckets, services, actor, asked))


def _read_buckets(services: Services, actor: Actor, asked: Any) -> Any:
    view = asked.view
    if len(asked.expressions) > _MAX_EXPRESSIONS or not 1 <= view.max_buckets <= _MAX_BUCKETS:
        raise InvalidInput(
            f"{len(asked.expressions):,} series in {view.max_buckets:,} buckets were asked for.",
            hint=f"At most {_MAX_EXPRESSIONS:,} series and 1 to {_MAX_BUCKETS:,} buckets a request.",
        )
    requests = [
        OneSeries(
            Series(
                Holder(one.run_id),
                _formula(one.custom_y_formula),
                "NONE" if one.lineage == _ONLY_OWNED else "FULL",
                one.include_preview,
                "EXPERIMENT" if one.entity_type == _OF_EXPERIMENT else "RUN",
            )
        )
        for one in asked.expressions
    ]
    steps = view.point_filters.step_range
    answer = _Buckets(entries=[{"request_id": one.request_id} for one in asked.expressions])
    for project, part in _by_project(services, actor, requests):
        found = services.step_buckets.read(
            actor,
            project,
            [series for _, series in part],
            buckets=view.max_buckets,
            start=getattr(view, "from") if view.HasField("from") else None,
            stop=view.to if view.HasField("to") else None,
            first_step=getattr(steps, "from") if steps.HasField("from") else None,
            last_step=steps.to if steps.HasField("to") else None,
        )
        for (index, _), made in zip(part, found, strict=True):
            for bucket in made:
                _fill(answer.entries[index].bucket.add(), bucket)
    return answer


def _fill(target: Any, bucket: StepBucket) -> None:
    target.index, target.from_x, target.to_x = bucket.index, bucket.start, bucket.stop
    target.finite_point_count, target.nan_count = bucket.finite, bucket.nan
    target.positive_inf_count, target.negative_inf_count = bucket.pos_inf, bucket.neg_inf
    if bucket.first is not None and bucket.last is not None:
        target.first.x, target.first.y = bucket.first
        target.last.x, target.last.y = bucket.last
        target.local_min, target.local_max, target.local_sum = bucket.min, bucket.max, bucket.sum


def _formula(text: str) -> str:
    """The path of ``${path}``, where a backslash stands before what would mean something."""
    if not (text.startswith("${") and text.endswith("}")):
        raise InvalidInput(
            f"'{text[:80]}' is not a formula that can be worked out.", hint="Only a single series, ${path}, is known."
        )
    inner, out, position = text[2:-1], [], 0
    while position < len(inner):
        position += inner[position] == "\\" and position + 1 < len(inner)
        out.append(inner[position])
        position += 1
    return "".join(out)


def _points_request(request: OneSeries, series: SeriesQuery) -> PointsRequest:
    return PointsRequest(request.request_id, series, request.search_after and request.search_after.token)


def _by_project(
    services: Services, actor: Actor, requests: list[OneSeries]
) -> list[tuple[ProjectRecord, list[tuple[int, SeriesQuery]]]]:
    """The series that were asked for, by their runs' projects. Those of unknown runs are left out."""
    by_name: dict[str, list[tuple[int, str]]] = {}
    for index, request in enumerate(requests):
        identifier = request.series.holder.identifier
        name = identifier.removeprefix("CUSTOM/").rpartition("/")[0] or identifier
        by_name.setdefault(name, []).append((index, identifier))
    found: dict[Any, tuple[ProjectRecord, list[tuple[int, SeriesQuery]]]] = {}
    for name, asked in by_name.items():
        try:
            project = _project(services, actor, name)
        except ProjectInaccessible:
            continue
        if project is None:
            continue
        runs = runs_of(services.runs, actor, project, {identifier for _, identifier in asked})
        part = found.setdefault(project.id, (project, []))[1]
        for index, identifier in asked:
            run = runs.get(identifier)
            if run is not None:
                series = requests[index].series
                part.append((index, series.query(run.key, _micros(requests[index].after_step))))
    return list(found.values())


def _project(services: Services, actor: Actor, name: str) -> ProjectRecord | None:
    key = run_of_uuid(name)
    return find_project(services, actor, name) if key is None else services.runs.project_of(actor, key)


def _step_range(data: SeriesRequest) -> tuple[int | None, int | None]:
    asked = data.step_range
    return (None, None) if asked is None else (_micros(asked.start), _micros(asked.stop))


def _micros(step: float | None) -> int | None:
    """A bound on steps, in millionths; bounds beyond all steps are as good as the last one."""
    return None if step is None else round(max(-_FAR, min(_FAR, step)) * MICRO)


handlers: list[Any] = [float_series, other_series, buckets]
