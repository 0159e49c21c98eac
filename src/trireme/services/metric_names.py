"""The names of float series as charts need them: sections by namespace, names in a section, families that a pattern captures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.storage.warehouse.engine import Warehouse

MAX_SECTIONS: Final = 1000
MAX_NAMES: Final = 1000
MAX_FAMILIES: Final = 200
MAX_FAMILY: Final = 50
"""Metrics of one family that are named; how many there are is always told."""

_FOLDERS: Final = "arraySlice(splitByChar('/', path), 1, -1)"
_NUMBERED: Final = f"arrayFirstIndex(part -> match(part, '^[0-9]+$'), {_FOLDERS})"
_SECTION: Final = (
    f"arrayStringConcat(arraySlice({_FOLDERS}, 1, toInt64(multiIf(startsWith(path, 'system/'), 2,"
    f" {_NUMBERED} > 0, {_NUMBERED} - 1, length({_FOLDERS})))), '/')"
)
"""``train/loss`` belongs to ``train``; ``layers/3/grad`` to ``layers``, for a section a number would hold a chart or two each; of the
machine's metrics the host makes the section; a name without a slash belongs to ``""``.
"""
_NATURAL: Final = "arrayMap(part -> if(match(part, '^[0-9]'), leftPad(part, 20, '0'), part), extractAll({}, '[0-9]+|[^0-9]+'))"
"""An order in which ``layers/2`` comes before ``layers/10``."""
_IS_SYSTEM: Final = "(section = 'system' OR startsWith(section, 'system/'))"


@dataclass(frozen=True, slots=True)
class Section:
    """A namespace and how many metrics stand in it."""

    name: str
    metrics: int


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections in order, the machine's last; how many there are, and how many metrics in all."""

    sections: list[Section]
    total: int
    metrics: int


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics for which a pattern's groups captured the same texts: what they captured, the first of their names, how many there are."""

    captures: list[str]
    paths: list[str]
    total: int


class MetricNameService:
    """Reads names of float series. Every method authorises."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def sections(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        regex: str = "",
        prefix: str = "",
        runs: Sequence[RunKey] = (),
        over: str = "",
        also: Sequence[str] = (),
        limit: int = MAX_SECTIONS,
    ) -> Sections:
        """The first *limit* sections of the metrics that one of *runs* has (of all runs if none is named).

        Parameters:
            regex: RE2, matched anywhere in the path.
            prefix: what the path begins with.
            over: only metrics that can be drawn over this one: in a run that has a value of it at their last step or before.
            also: metrics for which *over* does not count.
        """
        require(actor, project, Permission.READ)
        _check_limit(limit, MAX_SECTIONS, "sections")
        where, params = _conditions(project, regex, prefix, runs, over, also)
        table = self._warehouse.query(
            f"SELECT section, n, count() OVER () AS total, sum(n) OVER () AS metrics FROM (SELECT {_SECTION} AS section, count() AS n"
            f" FROM {_names(where)} GROUP BY section) ORDER BY {_IS_SYSTEM}, {_NATURAL.format('section')}, section LIMIT {{limit:UInt64}}",
            params | {"limit": limit},
        )
        rows = table.to_pylist()
        found = [Section(row["section"], int(row["n"])) for row in rows]
        return Sections(found, int(rows[0]["total"]) if rows else 0, int(rows[0]["metrics"]) if rows else 0)

    def names(
        self,
        actor: Actor,
        project: ProjectRecord,
        section: str,
        *,
        regex: str = "",
        runs: Sequence[RunKey] = (),
        over: str = "",
        also: Sequence[str] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[list[str], int]:
        """Names in a section, ordered, from number *offset* on; and how many there are. Parameters as `sections`'."""
        require(actor, project, Permission.READ)
        _check_limit(limit, MAX_NAMES, "names")
        where, params = _conditions(project, regex, f"{section}/" if section else "", runs, over, also)
        table = self._warehouse.query(
            f"SELECT path, count() OVER () AS total FROM {_names(where)} WHERE {_SECTION} = {{section:String}}"
            f" ORDER BY {_NATURAL.format('path')}, path LIMIT {{limit:UInt64}} OFFSET {{offset:UInt64}}",
            params | {"section": section, "limit": limit, "offset": min(max(0, offset), 2**62)},
        )
        return table["path"].to_pylist(), int(table["total"][0].as_py()) if table.num_rows else 0

    def families(
        self,
        actor: Actor,
        project: ProjectRecord,
        regex: str,
        *,
        runs: Sequence[RunKey] = (),
        over: str = "",
        limit: int = MAX_FAMILIES,
        cursor: str | None = None,
    ) -> tuple[list[Family], int, str | None]:
        """Metrics that match *regex*, put together by what its groups capture: a page of families, how many there are, a cursor.

        Without groups there is one family of all that match.
        """
        require(actor, project, Permission.READ)
        _check_limit(limit, MAX_FAMILIES, "families")
        if not regex:
            raise InvalidInput("A pattern of metric names is missing.", hint="For example 'loss' or '(train|val)/(.+)'.")
        try:  # by itself: below it stands in a group, and the engine would tell of that
            self._warehouse.query("SELECT match('', {regex:String}) AS m", {"regex": regex})
        except InvalidQuery as error:
            raise InvalidQuery(error.message, position=error.pattern_position, hint=error.hint) from None
        offset = int(decode_cursor(cursor, "families", [0])[0]) if cursor else 0
        where, params = _conditions(project, regex, "", runs, over)
        # The whole match becomes a group too, for without one the engine refuses; it is left out of what is grouped by.
        captured = "arraySlice(extractGroups(path, concat('(', {regex:String}, ')')), 2)"
        table = self._warehouse.query(
            f"SELECT captures, n, paths, count() OVER () AS total FROM (SELECT {captured} AS captures, count() AS n,"
            f" groupArraySorted({MAX_FAMILY})(path) AS paths FROM {_names(where)} GROUP BY captures)"
            f" ORDER BY arrayMap(text -> {_NATURAL.format('text')}, captures), captures LIMIT {{limit:UInt64}} OFFSET {{offset:UInt64}}",
            params | {"limit": limit, "offset": offset},
        )
        rows = table.to_pylist()
        total = int(rows[0]["total"]) if rows else 0
        more = encode_cursor("families", [offset + limit]) if offset + limit < total else None
        return [Family(row["captures"], row["paths"], int(row["n"])) for row in rows], total, more


def _names(where: str) -> str:
    """A subselect of paths, each once."""
    return f"(SELECT DISTINCT path FROM attribute_names WHERE {where})"


def _conditions(
    project: ProjectRecord, regex: str, prefix: str, runs: Sequence[RunKey], over: str, also: Sequence[str] = ()
) -> tuple[str, dict[str, object]]:
    where = "project = {project:UInt32} AND type = {type:UInt8}"
    params: dict[str, object] = {"project": int(project.id), "type": int(AttributeType.FLOAT_SERIES)}
    if prefix:
        where += " AND startsWith(path, {prefix:String})"
        params["prefix"] = prefix
    if regex:
        where += " AND match(path, {regex:String})"
        params["regex"] = regex
    if runs:
        where += (
            " AND path_id IN (SELECT path_id FROM run_attributes FINAL WHERE project = {project:UInt32}"
            " AND run IN {runs:Array(UInt64)} AND type = {type:UInt8})"
        )
        params["runs"] = [int(run) for run in runs]
    if over:
        mine = "project = {project:UInt32}" + (" AND run IN {runs:Array(UInt64)}" if runs else "")
        where += (
            " AND (path_id IN {also:Array(UInt64)} OR path_id IN (SELECT path_id FROM"
            f" (SELECT run, path_id, max(toInt64(bitShiftRight(last, 128))) AS stop FROM float_summary WHERE {mine} GROUP BY run, path_id)"
            " AS drawn INNER JOIN (SELECT run, min(toInt64(bitShiftRight(first, 128))) AS start FROM float_summary_by_path"
            f" WHERE {mine} AND path_id = {{over:UInt64}} GROUP BY run) AS across USING (run) WHERE drawn.stop >= across.start))"
        )
        params["also"] = [path_id(path) for path in also]
        params["over"] = path_id(over)
    return where, params


def _check_limit(limit: int, most: int, what: str) -> None:
    if not 1 <= limit <= most:
        raise InvalidInput(f"{limit:,} {what} were asked for.", hint=f"1 to {most:,} a request.")
