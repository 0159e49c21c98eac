"""Float series for charts and exports."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.response import Stream

from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.server.params import run_keys_of
from trireme.server.schemas.series import BucketRequest, Buckets, NonFiniteBucket, PointRequest, SeriesBuckets
from trireme.server.services import Services
from trireme.server.table_files import MEDIA_TYPES, file_parts
from trireme.server.wire import arrow, wants_arrow
from trireme.services.buckets import Axis
from trireme.services.series import BucketResult, SeriesKey

_SERIES = "/api/v1/projects/{workspace:str}/{name:str}/series"


@post(f"{_SERIES}/buckets", sync_to_thread=True, status_code=200, tags=["series"], operation_id="getBuckets")
def buckets(
    request: Request[Any, Any, Any], services: Services, actor: Actor, workspace: str, name: str, data: BucketRequest
) -> Response[Buckets]:
    """Reduce float series to buckets for a chart; JSON, or one Arrow table."""
    result = services.series.buckets(
        actor,
        services.projects.get(actor, workspace, name),
        [SeriesKey(RunKey(key.run), key.path) for key in data.series],
        axis=Axis.STEP if data.x == "metric" else Axis(data.x),
        x_metric=data.x_metric if data.x == "metric" else None,
        log=data.log,
        start=data.start,
        stop=data.stop,
        buckets=data.buckets,
        inherited=data.inherited,
    )
    if wants_arrow(request):
        info = [
            {"run": s.key.run, "path": s.key.path, "raw": s.raw, "total": s.total, "unplaced": s.unplaced} for s in result.series
        ]
        table = result.table.replace_schema_metadata({"trireme": json.dumps({"series": info})})
        return arrow(table)  # type: ignore[return-value]
    return Response(_buckets(result))


@post(f"{_SERIES}/points", sync_to_thread=True, status_code=200, tags=["series"], operation_id="getPoints")
def points(services: Services, actor: Actor, workspace: str, name: str, data: PointRequest) -> Response[bytes]:
    """Read raw points as Arrow; the header `Trireme-Next-Cursor` continues."""
    page = services.series.points(
        actor,
        services.projects.get(actor, workspace, name),
        [SeriesKey(RunKey(key.run), key.path) for key in data.series],
        start=data.start,
        stop=data.stop,
        limit=data.limit,
        cursor=data.cursor,
    )
    return arrow(page.table, next_cursor=page.next_cursor)


@get(f"{_SERIES}/points.csv", sync_to_thread=True, tags=["series"], operation_id="exportPoints")
def points_csv(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    runs: str,
    path: list[str],
    start: float | None = None,
    stop: float | None = None,
) -> Stream:
    """Download every point of some metrics of some runs as CSV, sent while it is read; `path` may be given several times.

    `runs`: keys, separated by commas. `start`, `stop`: steps, both inclusive.
    """
    project = services.projects.get(actor, workspace, name)
    series = [SeriesKey(run, each) for run in run_keys_of(runs) for each in path]
    tables = services.series.every_point(actor, project, series, start=start, stop=stop)
    file = f"{path[0] if len(path) == 1 else project.name}.csv".replace("/", "-")
    plain = re.sub(r"[^\w.-]", "_", file, flags=re.ASCII)
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file, safe='')}"}
    return Stream(file_parts(tables, "csv"), media_type=MEDIA_TYPES["csv"], headers=headers)


def _buckets(result: BucketResult) -> Buckets:
    import numpy as np

    table = result.table
    index = table["series"].to_numpy()
    columns = {name: table[name] for name in ("x", "min", "max", "mean", "count", "nan", "pos_inf", "neg_inf")}
    found: list[SeriesBuckets] = []
    for number, info in enumerate(result.series):
        start, stop = np.searchsorted(index, [number, number + 1])
        part = {name: column.slice(start, stop - start) for name, column in columns.items()}
        odd = [part[name].to_numpy() for name in ("nan", "pos_inf", "neg_inf")]
        found.append(
            SeriesBuckets(
                run=info.key.run,
                path=info.key.path,
                raw=info.raw,
                **{name: part[name].to_pylist() for name in ("x", "min", "max", "mean", "count")},
                nonfinite=[
                    NonFiniteBucket(int(i), int(odd[0][i]), int(odd[1][i]), int(odd[2][i])) for i in np.flatnonzero(sum(odd))
                ],
                total=info.total,
                unplaced=info.unplaced,
            )
        )
    return Buckets(found)


handlers: list[Any] = [buckets, points, points_csv]
