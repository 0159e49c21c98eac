"""Reading one run: what ``run[path].fetch()`` and its relatives answer."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trireme.client.reader import Reader, as_file, decode
from trireme.client.tables import FetchedTable, SeriesTable, named_points
from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.records import Histogram

if TYPE_CHECKING:
    from trireme.client.reader import StepRange
    from trireme.client.run import Run

_WAIT_SECONDS: Final = 30.0
_POINT_ROUTES: Final = {"string_series": "strings", "file_series": "files", "histogram_series": "histograms"}


def fetch_value(run: Run, path: str) -> Any:
    """The value at *path*: of a single value itself, of a series the last one; of a namespace a nested mapping.

    Files come as references; `download` gets their bytes.

    Raises:
        NotFound: nothing is stored there.
        TriremeError: no server answers.
    """
    reader = _reader(run)
    own, below = _attributes(reader, run, path)
    if own is not None:
        return _value(reader, run, own)
    found: dict[str, Any] = {}
    for attribute in below:
        *parents, name = attribute["path"][len(path) + 1 :].split("/")
        place = found
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):  # `a` is an attribute and a namespace at once
                inner = place[parent] = {"": inner}
            place = inner
        place[name] = _value(reader, run, attribute)
    return found


def fetch_last(run: Run, path: str) -> Any:
    """The last value of the series at *path*.

    Raises:
        InvalidInput: it is no series.
        NotFound: nothing is stored there.
        TriremeError: no server answers.
    """
    reader = _reader(run)
    return _value(reader, run, _series(reader, run, path))


def fetch_series(run: Run, path: str, *, step_range: StepRange = (None, None)) -> FetchedTable:
    """The points of the series at *path* with ``step``, ``timestamp`` and, by its type: ``value`` (and ``preview``) for
    numbers, ``value`` for texts, ``file`` for files, ``histogram`` for histograms (of more than 1,000 a choice of 1,000).

    Parameters:
        step_range: first and last step, both included; None means without end.

    Raises: as `fetch_last` does.
    """
    reader = _reader(run)
    attribute = _series(reader, run, path)
    if attribute["type"] == "float_series":
        key = reader.run(run.custom_run_id)
        series = [(key["key"], path)]
        table = named_points(reader.points(series, step_range), series, {key["key"]: key["id"]}).to_arrow()
        return SeriesTable(table.drop_columns(["run", "path"]))
    low, high = (-math.inf if step_range[0] is None else step_range[0], math.inf if step_range[1] is None else step_range[1])
    points = reader.series_points(run.custom_run_id, _POINT_ROUTES[attribute["type"]], path)
    return _point_table((point for point in points if low <= point["step"] <= high), attribute["type"])


def download(run: Run, path: str, destination: str | os.PathLike[str] | None = None, *, step: float | None = None) -> Path:
    """Write the file at *path*, or every file below it, to disk.

    Parameters:
        destination: a file to write, or an existing folder to write into; the working directory when absent. For a namespace
            a folder, made if need be, in which files stand as their attributes do.
        step: for a series of files: which one; the last when absent.

    Returns:
        The file or, for a namespace, the folder.

    Raises:
        InvalidInput: the attribute is no file.
        NotFound: nothing is stored there.
        OSError: it cannot be written.
        TriremeError: no server answers.
    """
    reader = _reader(run)
    target = Path(os.fspath(destination)) if destination is not None else Path.cwd()
    own, below = _attributes(reader, run, path)
    if own is not None:
        return _download(reader, run, own, target, step)
    files = [attribute for attribute in below if attribute["type"] in ("file", "file_series")]
    if not files:
        raise NotFound(f"There is no file below '{path}'.")
    for attribute in files:
        *parents, _ = attribute["path"][len(path) + 1 :].split("/")
        folder = target.joinpath(*map(_safe_name, parents))
        folder.mkdir(parents=True, exist_ok=True)
        name = _safe_name(attribute["path"].rpartition("/")[2])
        _download(reader, run, attribute, folder / name, None)
    return target


def _download(reader: Reader, run: Run, attribute: dict[str, Any], target: Path, step: float | None) -> Path:
    if attribute["type"] == "file":
        name = attribute["value"]["name"]
    elif attribute["type"] == "file_series":
        step = attribute["summary"]["last_step"] if step is None else step
        name = f"{step:g}-{attribute['path'].rpartition('/')[2]}"
    else:
        raise InvalidInput(f"'{attribute['path']}' is a {attribute['type']}, not a file.")
    if target.is_dir():
        target /= _safe_name(name)
    reader.download(run.custom_run_id, attribute["path"], step, target)
    return target


def _safe_name(name: str) -> str:
    """A name that stays in its folder: names in the store are text, never paths."""
    base = name.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return base if base not in ("", ".", "..") else "file"


def _reader(run: Run) -> Reader:
    """A reader that sees what this process has logged so far."""
    run.wait(_WAIT_SECONDS)
    return Reader(run.settings)


def _attributes(reader: Reader, run: Run, path: str) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The attribute at *path*, and those below it.

    Raises:
        NotFound: there is neither.
    """
    own: dict[str, Any] | None = None
    below: list[dict[str, Any]] = []
    for attribute in reader.run_attributes(run.custom_run_id, path):
        if attribute["path"] == path:
            own = attribute
        elif attribute["path"].startswith(path + "/"):
            below.append(attribute)
    if own is None and not below:
        raise NotFound(f"Run {run.custom_run_id} has nothing at '{path}'.")
    return own, below


def _series(reader: Reader, run: Run, path: str) -> dict[str, Any]:
    own, _ = _attributes(reader, run, path)
    if own is None or own.get("summary") is None:
        raise InvalidInput(f"'{path}' is {'a ' + own['type'] if own else 'a namespace'}, not a series.")
    return own


def _value(reader: Reader, run: Run, attribute: dict[str, Any]) -> Any:
    kind = attribute["type"]
    if kind in ("file_series", "histogram_series"):
        points = list(reader.series_points(run.custom_run_id, _POINT_ROUTES[kind], attribute["path"]))
        return _point_value(points[-1], kind) if points else None
    value = attribute["summary"]["last"] if attribute.get("summary") else attribute["value"]
    return decode(value, frozenset({kind}))


def _point_value(point: dict[str, Any], kind: str) -> Any:
    if kind == "file_series":
        return as_file(point["file"])
    if kind == "histogram_series":
        return Histogram(tuple(point["edges"]), tuple(point["values"]), point["density"])
    return point["value"]


def _point_table(points: Iterable[dict[str, Any]], kind: str) -> FetchedTable:
    column = {"file_series": "file", "histogram_series": "histogram"}.get(kind, "value")
    columns: dict[str, list[Any]] = {"step": [], "timestamp": [], column: []}
    for point in points:
        columns["step"].append(point["step"])
        columns["timestamp"].append(point["timestamp"])
        columns[column].append(_point_value(point, kind))
    return FetchedTable(columns)
