"""Reads of traces: where they are, what they are, their spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from trireme.domain.ids import ProjectId
from trireme.domain.trace import Assessment, Span, TraceInfo, TraceState, ValueKind
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_rows import assessment_of, span_of

_WHERE: Final = "project IN {projects:Array(UInt32)} AND trace IN {traces:Array(String)}"
_SHOWN: Final = [int(ValueKind.TAG), int(ValueKind.METADATA)]


class TraceReader:
    """Finds traces. Lists of ids are a page's: some hundreds."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def homes(self, traces: Sequence[str]) -> dict[str, ProjectId]:
        """The project of each trace that exists."""
        if not traces:
            return {}
        table = self._warehouse.query(
            "SELECT DISTINCT trace, project FROM traces WHERE trace IN {traces:Array(String)}", {"traces": list(traces)}
        )
        return {row["trace"]: ProjectId(row["project"]) for row in table.to_pylist()}

    def infos(self, homes: Mapping[str, ProjectId]) -> dict[str, TraceInfo]:
        """The traces of *homes*, which says where each one is."""
        if not homes:
            return {}
        params = _params(homes)
        tags: dict[str, dict[str, str]] = defaultdict(dict)
        metadata: dict[str, dict[str, str]] = defaultdict(dict)
        values = self._warehouse.query(
            f"SELECT trace, kind, key, value FROM trace_values FINAL WHERE {_WHERE} AND kind IN {{kinds:Array(UInt8)}}",
            params | {"kinds": _SHOWN},
        )
        for row in values.to_pylist():
            (tags if row["kind"] == ValueKind.TAG else metadata)[row["trace"]][row["key"]] = row["value"]
        assessments = self.assessments(homes)
        rows = self._warehouse.query(
            "SELECT project, trace, start_ms, duration_ms, state, client_request_id, request_preview, response_preview"
            f" FROM traces FINAL WHERE {_WHERE}",
            params,
        )
        return {
            row["trace"]: TraceInfo(
                id=row["trace"],
                project_id=ProjectId(row["project"]),
                started_at=row["start_ms"],
                duration_ms=None if row["duration_ms"] < 0 else row["duration_ms"],
                state=TraceState(row["state"]),
                client_request_id=row["client_request_id"] or None,
                request_preview=row["request_preview"] or None,
                response_preview=row["response_preview"] or None,
                tags=dict(sorted(tags[row["trace"]].items())),
                metadata=dict(sorted(metadata[row["trace"]].items())),
                assessments=assessments.get(row["trace"], []),
            )
            for row in rows.to_pylist()
        }

    def assessments(self, homes: Mapping[str, ProjectId]) -> dict[str, list[Assessment]]:
        """The assessments of traces, oldest first."""
        if not homes:
            return {}
        found: dict[str, list[Assessment]] = defaultdict(list)
        table = self._warehouse.query(
            f"SELECT * EXCEPT (text, number, version, is_deleted) FROM trace_assessments FINAL WHERE {_WHERE}"
            " ORDER BY created_ms, assessment",
            _params(homes),
        )
        for row in table.to_pylist():
            found[row["trace"]].append(assessment_of(row))
        return found

    def spans(self, homes: Mapping[str, ProjectId]) -> dict[str, list[Span]]:
        """The spans of traces: the root first, then by start."""
        if not homes:
            return {}
        found: dict[str, list[Span]] = defaultdict(list)
        table = self._warehouse.query(
            f"SELECT * EXCEPT (request, response, version) FROM spans FINAL WHERE {_WHERE}"
            " ORDER BY trace, parent != '', start_ns, span",
            _params(homes),
        )
        for row in table.to_pylist():
            found[row["trace"]].append(span_of(row))
        return found

    def span_counts(self, homes: Mapping[str, ProjectId]) -> dict[str, int]:
        """How many spans of each trace have come."""
        if not homes:
            return {}
        table = self._warehouse.query(
            f"SELECT trace, uniqExact(span) AS n FROM spans WHERE {_WHERE} GROUP BY trace", _params(homes)
        )
        return {row["trace"]: int(row["n"]) for row in table.to_pylist()}

    def values(self, project: ProjectId, trace: str, kind: ValueKind) -> dict[str, str]:
        """The values of one kind of a trace, by key."""
        table = self._warehouse.query(
            f"SELECT key, value FROM trace_values FINAL WHERE {_WHERE} AND kind = {{kind:UInt8}} ORDER BY key",
            _params({trace: project}) | {"kind": int(kind)},
        )
        return {row["key"]: row["value"] for row in table.to_pylist()}

    def until(self, project: ProjectId, started_at: int | None, limit: int) -> list[str]:
        """The oldest traces of a project.

        Parameters:
            started_at: only those that began then or before, in ms since 1970.
        """
        params: dict[str, Any] = {"project": int(project)}
        where = "project = {project:UInt32}"
        if started_at is not None:
            where += " AND start_ms <= {until:Int64}"
            params["until"] = started_at
        table = self._warehouse.query(
            f"SELECT trace FROM traces FINAL WHERE {where} ORDER BY start_ms, trace LIMIT {int(limit)}", params
        )
        found: list[str] = table["trace"].to_pylist()
        return found


def _params(homes: Mapping[str, ProjectId]) -> dict[str, Any]:
    return {"projects": sorted({int(project) for project in homes.values()}), "traces": list(homes)}
