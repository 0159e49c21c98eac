"""``trireme.Project``: reading what runs have logged."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from trireme.client.notices import warn
from trireme.client.settings import resolve
from trireme.client.tables import RunsTable, SeriesTable, named_points
from trireme.domain.errors import InvalidInput
from trireme.domain.limits import MAX_TABLE_COLUMNS, MAX_TABLE_PAGE

if TYPE_CHECKING:
    from trireme.client.reader import AttributeName, Reader, StepRange

_AGGREGATES: Final = ("last", "first", "min", "max", "average", "variance", "count", "last_step")
_AGGREGATED: Final = re.compile(rf"({'|'.join(_AGGREGATES)})\((.+)\)", re.DOTALL)
_IN_TABLES: Final = ("float", "int", "string", "bool", "datetime", "string_set", "run_state", "float_series")
_UNUSUAL: Final = re.compile(r"^(?:system|source|runtime)/|^sys/(?!tags$|creation_time$|running_time_seconds$)")
_KEYS_PER_REQUEST: Final = 200
_MAX_REGEX_CHARACTERS: Final = 2000


class Project:
    """A project to read from. Nothing is asked of the server before the first fetch.

    Parameters:
        name: ``workspace/project`` or ``project``; else ``TRIREME_PROJECT``.
        url, token: the server; else ``TRIREME_URL`` and ``TRIREME_TOKEN``, else the one of ``trireme up`` on *folder*.
        folder: else ``TRIREME_DIR``, else ``.trireme``.

    Raises:
        InvalidInput: the name or the URL cannot be used.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        url: str | None = None,
        token: str | None = None,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        self._settings = resolve(project=name, mode="read-only", url=url, token=token, folder=folder)
        self._reader: Reader | None = None

    @property
    def name(self) -> str:
        """``workspace/project``."""
        return self._settings.project

    def __repr__(self) -> str:
        return f"<Project {self.name!r}>"

    def fetch_runs_table(
        self,
        query: str = "",
        columns: str | Iterable[str] | None = None,
        sort_by: str | None = None,
        *,
        ascending: bool = False,
        limit: int | None = None,
        trashed: bool = False,
    ) -> RunsTable:
        """The runs that match, newest first unless *sort_by* says otherwise.

        Parameters:
            query: NQL, such as ``params/lr < 0.01 AND last(train/loss) <= 0.5``; empty for all runs.
            columns: paths, ``min(path)`` and the like for another value of a series than its last; or a regular expression
                that chooses paths. None takes all but what was captured (``system/``, ``source/``, ``runtime/``).
            sort_by: a path, or an aggregate of one like above. Runs without it come last.
            limit: at most so many runs.
            trashed: the runs in the trash instead.

        Raises:
            InvalidQuery: the query is not understood.
            InvalidInput: more than 500 columns.
            TriremeError: the server does not answer, or refuses.
        """
        reader = self._connected()
        labels, types = self._columns(reader, columns)
        request: dict[str, Any] = {"query": query, "columns": [_column(label) for label in labels], "trashed": trashed}
        if sort_by is not None:
            request["sort"] = {**_column(sort_by), "direction": "asc" if ascending else "desc"}
        rows: list[dict[str, Any]] = []
        total, cursor = 0, None
        while limit is None or len(rows) < limit:
            size = MAX_TABLE_PAGE if limit is None else min(MAX_TABLE_PAGE, limit - len(rows))
            page = reader.search({**request, "limit": size, "cursor": cursor})
            rows += page["rows"]
            total, cursor = page["total"], page["next_cursor"]
            if not cursor:
                break
        return _runs_table(rows, labels, types, total)

    def fetch_attributes(self, regex: str = "", types: Sequence[str] = ()) -> list[AttributeName]:
        """Paths and types that the project's runs have, ordered by path.

        Parameters:
            regex: RE2, matched anywhere in the path.
            types: only these, such as ``("float_series",)``.

        Raises:
            TriremeError: the server does not answer, or refuses.
        """
        return list(self._connected().names(regex, types))

    def fetch_series(
        self,
        runs: str | Iterable[str] | RunsTable,
        paths: str | Iterable[str],
        *,
        step_range: StepRange = (None, None),
    ) -> SeriesTable:
        """Every point of float series, one a row, by run and path, then step.

        Parameters:
            runs: short ids or custom run ids, or a table of runs.
            paths: a regular expression, or a list of paths.
            step_range: first and last step, both included; None means without end.

        Raises:
            NotFound: there is no such run.
            InvalidInput: pyarrow is not installed.
            TriremeError: the server does not answer, or refuses.
        """
        reader = self._connected()
        if isinstance(runs, RunsTable):
            ids = dict(zip(runs.keys, runs["id"], strict=True))
        else:
            found = [reader.run(run) for run in ([runs] if isinstance(runs, str) else runs)]
            ids = {run["key"]: run["id"] for run in found}
        if isinstance(paths, str):
            keys, names = list(ids), set[str]()
            for start in range(0, len(keys), _KEYS_PER_REQUEST):
                part = keys[start : start + _KEYS_PER_REQUEST]
                names |= {name.path for name in reader.names(paths, ("float_series",), part)}
            wanted = sorted(names)
        else:
            wanted = list(paths)
        series = [(key, path) for key in ids for path in wanted]
        return named_points(reader.points(series, step_range), series, ids)

    def _connected(self) -> Reader:
        if self._reader is None:
            from trireme.client.reader import Reader

            self._reader = Reader(self._settings)
        return self._reader

    def _columns(self, reader: Reader, columns: str | Iterable[str] | None) -> tuple[list[str], dict[str, frozenset[str]]]:
        """The columns to ask for, as the user names them, and the types of each path."""
        if columns is not None and not isinstance(columns, str):
            labels = list(dict.fromkeys(columns))
            regexes = _exactly([_column(label)["path"] for label in labels])
            return labels, _types(name for regex in regexes for name in reader.names(regex))
        types = _types(name for name in reader.names(columns or "", _IN_TABLES) if columns or not _UNUSUAL.match(name.path))
        labels = list(types)
        if len(labels) > MAX_TABLE_COLUMNS:
            if columns is not None:
                raise InvalidInput(
                    f"The regular expression matches {len(labels):,} attributes; a table has at most {MAX_TABLE_COLUMNS}.",
                    hint="Make it narrower.",
                )
            warn(f"{self.name} has {len(labels):,} attributes; the first {MAX_TABLE_COLUMNS} were fetched. Choose with columns=.")
        return labels[:MAX_TABLE_COLUMNS], types


def _column(label: str) -> dict[str, str]:
    """``min(train/loss)`` as a column of the API; a plain path means its value, or a series' last one."""
    match = _AGGREGATED.fullmatch(label)
    return {"path": match[2], "aggregate": match[1]} if match else {"path": label}


def _exactly(paths: Iterable[str]) -> list[str]:
    """Regular expressions that match these paths and no others, each short enough for a URL."""
    found: list[str] = []
    part: list[str] = []
    for path in sorted({re.escape(path) for path in paths}):
        if part and sum(map(len, part)) + len(path) > _MAX_REGEX_CHARACTERS:
            found.append(f"^(?:{'|'.join(part)})$")
            part = []
        part.append(path)
    return [*found, f"^(?:{'|'.join(part)})$"] if part else []


def _types(names: Iterable[AttributeName]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name in names:
        found[name.path] = found.get(name.path, frozenset()) | {name.type}
    return found


def _runs_table(rows: Sequence[dict[str, Any]], labels: Sequence[str], types: dict[str, frozenset[str]], total: int) -> RunsTable:
    from trireme.client.reader import decode

    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in ("id", "custom_run_id", "name", "state")}
    for index, label in enumerate(labels):
        kinds = types.get(_column(label)["path"], frozenset())
        columns[label] = [decode(row["values"][index], kinds) for row in rows]
    return RunsTable(columns, [row["key"] for row in rows], total)
