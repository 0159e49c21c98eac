"""Reading from a server: the requests behind ``trireme.Project`` and ``run[path].fetch()``. Not imported by what only logs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from trireme.client.settings import ClientSettings, local_server
from trireme.client.sync import API
from trireme.client.transport import Transport
from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.limits import MAX_SERIES_PER_REQUEST
from trireme.domain.records import FileRef

if TYPE_CHECKING:
    import pyarrow

ARROW: Final = "application/vnd.apache.arrow.stream"
_NAMES_PAGE: Final = 10_000
_POINTS_PAGE: Final = 10_000
_NOT_FINITE: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_NUMBERS: Final = frozenset({"float", "int", "float_series"})
StepRange = tuple[float | None, float | None]


@dataclass(frozen=True)
class AttributeName:
    """A path that runs of the project have, and its type, e.g. ``float_series``."""

    path: str
    type: str


class Reader:
    """One project on one server.

    Parameters:
        settings: names both; without a URL the local server of its folder is asked.

    Raises:
        NotFound: no server is known.
    """

    def __init__(self, settings: ClientSettings) -> None:
        local = {} if settings.url else local_server(settings.folder)
        url = settings.url or local.get("url")
        if url is None:
            raise NotFound("No server is known.", hint="Set TRIREME_URL, or start one here with `trireme up`.")
        self._transport = Transport(url, settings.token or local.get("token"))
        workspace, _, name = settings.project.partition("/")
        self._project = f"{API}/projects/{quote(workspace, safe='')}/{quote(name, safe='')}"

    def run(self, run_id: str) -> dict[str, Any]:
        """A run's identity, by short id, custom run id or ``key:<number>``.

        Raises:
            NotFound: there is none.
        """
        found: dict[str, Any] = self._transport.json("GET", self._run(run_id))
        return found

    def search(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """One page of a runs table; *request* is a ``TableRequest``."""
        found: dict[str, Any] = self._transport.json("POST", f"{self._project}/runs/search", payload=request)
        return found

    def names(self, regex: str = "", types: Sequence[str] = (), runs: Sequence[int] = ()) -> Iterator[AttributeName]:
        """Paths and types of the project, ordered by path.

        Parameters:
            regex: RE2, matched anywhere in the path.
            types: only these; all when empty.
            runs: only what these runs (keys) have; all when empty.
        """
        query = {"regex": regex, "types": ",".join(types), "runs": ",".join(map(str, runs)), "limit": _NAMES_PAGE}
        for page in self._pages(f"{self._project}/attributes", query):
            for item in page["attributes"]:
                yield AttributeName(item["path"], item["type"])

    def run_attributes(self, run_id: str, prefix: str) -> Iterator[dict[str, Any]]:
        """A run's attributes whose paths begin with *prefix*, as ``RunAttribute`` objects."""
        for page in self._pages(f"{self._run(run_id)}/attributes", {"prefix": prefix, "limit": 1000}):
            yield from page["attributes"]

    def points(self, series: Sequence[tuple[int, str]], steps: StepRange = (None, None)) -> pyarrow.Table:
        """All points of float series, given as (run's key, path), with ``series`` counting through that list.

        Raises:
            InvalidInput: pyarrow is not installed.
        """
        arrow = _pyarrow()
        tables: list[pyarrow.Table] = []
        for first in range(0, max(len(series), 1), MAX_SERIES_PER_REQUEST):
            part = [{"run": run, "path": path} for run, path in series[first : first + MAX_SERIES_PER_REQUEST]]
            request: dict[str, Any] = {"series": part, "start": steps[0], "stop": steps[1]}
            while True:
                response = self._transport.request(
                    "POST",
                    f"{self._project}/series/points",
                    body=json.dumps(request).encode(),
                    headers={"Content-Type": "application/json", "Accept": ARROW},
                )
                table = arrow.ipc.open_stream(response.body).read_all()
                if first:
                    numbers = [number + first for number in table["series"].to_pylist()]
                    table = table.set_column(0, "series", arrow.array(numbers, arrow.int32()))
                tables.append(table)
                request["cursor"] = response.headers.get("trireme-next-cursor")
                if not request["cursor"]:
                    break
        return arrow.concat_tables(tables)

    def series_points(self, run_id: str, kind: str, path: str) -> Iterator[dict[str, Any]]:
        """The points of a series of another kind: ``strings`` or ``files``, all of them; ``histograms``, at most 1,000."""
        query = {"path": path, "limit": 1000 if kind == "histograms" else _POINTS_PAGE}
        for page in self._pages(f"{self._run(run_id)}/{kind}", query):
            if not page["points"]:
                return  # a string series' cursor stays valid for what comes later
            for point in page["points"]:
                yield {**point, "timestamp": as_datetime(point["timestamp"])}

    def download(self, run_id: str, path: str, step: float | None, target: Path) -> None:
        """Write a file's bytes to *target*, which appears when it is whole."""
        query = {"path": path, "step": step, "download": 1}
        draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        try:
            with draft.open("wb") as file:
                self._transport.download(f"{self._run(run_id)}/files/content", query, file)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _run(self, run_id: str) -> str:
        return f"{self._project}/runs/{quote(run_id, safe='')}"

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page: dict[str, Any] = self._transport.json("GET", path, query={**query, "cursor": cursor})
            yield page
            cursor = page.get("next_cursor")
            if not cursor:
                return


def decode(value: Any, types: frozenset[str]) -> Any:
    """A JSON value as Python's: what numbers cannot be as JSON, datetimes and files get their types back.

    Parameters:
        types: what the attribute may be.
    """
    if isinstance(value, dict):
        return as_file(value)
    if isinstance(value, list):
        return set(value)
    if isinstance(value, str) and types:
        if types <= _NUMBERS:
            return _NOT_FINITE[value] if value in _NOT_FINITE else int(value)
        if types == {"datetime"}:
            return as_datetime(value)
    return value


def as_datetime(text: str) -> datetime:
    """A time of the API."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def as_file(value: Mapping[str, Any]) -> FileRef:
    """A file of the API."""
    return FileRef(value["sha256"], value["size"], value["mime"], value["name"])


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError as error:
        hint = "Install it with `pip install pyarrow`."
        raise InvalidInput("Reading the points of series needs pyarrow.", hint=hint) from error
    return pyarrow
