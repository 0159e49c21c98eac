"""Traces: what clients tell of them, their spans, their tags and links. Authorised by the trace's project.

Traces live in the warehouse and nowhere else: there are many, their spans are large, and searches look through all of them. What the
catalog would give, one row that two writers change in turn, is not needed: nothing of a trace is changed in place
(`trireme.storage.warehouse.trace_writer`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import ProjectId
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.trace import MAX_ID, MAX_KEY, MAX_VALUE, Span, TraceFacts, TraceInfo, ValueKind
from trireme.services.auth import require
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_reader import TraceReader
from trireme.storage.warehouse.trace_rows import TraceChange, TraceValue
from trireme.storage.warehouse.trace_writer import TraceWriter

MAX_LINKED: Final = 100
"""Traces that are linked to a run in one request."""
_DELETED_AT_ONCE: Final = 5000
_MAX_PREVIEW: Final = 10_000


class TraceService:
    """The use-cases of traces but for searches and assessments."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, writer: TraceWriter) -> None:
        self._catalog = catalog
        self._reader = TraceReader(warehouse)
        self._writer = writer

    def tell(self, actor: Actor, project: ProjectRecord, trace: str, facts: TraceFacts) -> None:
        """Record what a client says of a trace, which is made if there is none of that id. What it does not say stays.

        Raises:
            InvalidInput: the id, a key or the project does not fit, or the trace is in another project.
        """
        require(actor, project, Permission.WRITE)
        _check_id(trace)
        _check_alive(project)
        home = self._reader.homes([trace]).get(trace)
        if home is not None and home != project.id:
            raise InvalidInput(
                f"Trace with ID '{trace}' belongs to another experiment.", hint="An id names one trace in the whole server."
            )
        said = facts.said()
        for key in ("request_preview", "response_preview", "client_request_id"):
            if key in said:
                said[key] = said[key][:_MAX_PREVIEW]
        change = TraceChange(int(project.id), assessments=list(facts.assessments))
        change.values = [TraceValue(trace, ValueKind.SAID, key, value) for key, value in said.items()]
        change.values += _pairs(trace, ValueKind.TAG, facts.tags) + _pairs(trace, ValueKind.METADATA, facts.metadata)
        self._writer.write(change)

    def log_spans(self, actor: Actor, project: ProjectRecord, spans: Sequence[Span], *, run_id: str | None = None) -> None:
        """Store spans; a span of the same trace and id is replaced. All of them are stored, or none.

        Parameters:
            project: of those traces that do not exist yet.
            run_id: a run that the traces are linked to.
        """
        require(actor, project, Permission.WRITE)
        traces = sorted({span.trace_id for span in spans})
        for trace in traces:
            _check_id(trace)
        homes = self._homes(traces, project)
        for home in {*homes.values()} - {project.id}:
            require(actor, self._catalog.projects.get_by_id(home), Permission.WRITE)
        if project.id in homes.values():
            _check_alive(project)
        for home in sorted({*homes.values()}):
            change = TraceChange(int(home), [span for span in spans if homes[span.trace_id] == home])
            for span in change.spans:
                change.values += _pairs(span.trace_id, ValueKind.TAG, span.trace_tags, said=False)
            if run_id:
                change.values += [TraceValue(trace, ValueKind.RUN, run_id, "") for trace in traces if homes[trace] == home]
            self._writer.write(change)

    def link_to_run(self, actor: Actor, project: ProjectRecord, run_id: str, traces: Sequence[str]) -> None:
        """Link traces to a run. Links may come before the traces.

        Parameters:
            project: the run's, and that of traces that have not come yet.

        Raises:
            InvalidInput: there are too many.
        """
        require(actor, project, Permission.WRITE)
        if len(traces) > MAX_LINKED:
            raise InvalidInput(
                f"Cannot link more than {MAX_LINKED} traces to a run in a single request. Provided {len(traces)} traces."
            )
        homes = self._homes(traces, project)
        for home in sorted({*homes.values()}):
            if home != project.id:
                require(actor, self._catalog.projects.get_by_id(home), Permission.WRITE)
            values = [TraceValue(_check_id(trace), ValueKind.RUN, run_id, "") for trace in homes if homes[trace] == home]
            self._writer.write(TraceChange(int(home), values=values))

    def link_prompts(self, actor: Actor, trace: str, prompts: Sequence[str]) -> None:
        """Link versions of prompts, each ``name/version``, to a trace."""
        project = self.home(actor, trace, permission=Permission.WRITE)
        values = [TraceValue(trace, ValueKind.PROMPT, prompt[:1000], "") for prompt in prompts]
        if values:
            self._writer.write(TraceChange(int(project.id), values=values))

    def set_tag(self, actor: Actor, trace: str, key: str, value: str) -> None:
        """Set a tag."""
        project = self.home(actor, trace, permission=Permission.WRITE)
        self._writer.write(TraceChange(int(project.id), values=_pairs(trace, ValueKind.TAG, {key: value})))

    def delete_tag(self, actor: Actor, trace: str, key: str) -> None:
        """Take a tag away.

        Raises:
            NotFound: the trace has no such tag.
        """
        project = self.home(actor, trace, permission=Permission.WRITE)
        if key not in self._reader.values(project.id, trace, ValueKind.TAG):
            raise NotFound(f"No trace tag with key '{key}' for trace with ID '{trace}'")
        self._writer.write(TraceChange(int(project.id), values=[TraceValue(trace, ValueKind.TAG, key, None)]))

    def delete(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        traces: Sequence[str] = (),
        until: int | None = None,
        limit: int | None = None,
    ) -> int:
        """Delete traces of a project for good; how many there were.

        Parameters:
            traces: these; those that are not in the project are passed over.
            until: those that began then or before, in ms since 1970, the oldest first.
            limit: at most so many.
        """
        require(actor, project, Permission.WRITE)
        if traces:
            homes = self._reader.homes(list(dict.fromkeys(traces)))
            mine = [trace for trace, home in homes.items() if home == project.id][:limit]
            for start in range(0, len(mine), _DELETED_AT_ONCE):
                self._writer.write(TraceChange(int(project.id), deleted=mine[start : start + _DELETED_AT_ONCE]))
            return len(mine)
        count = 0
        while limit is None or count < limit:
            some = self._reader.until(project.id, until, min(_DELETED_AT_ONCE, limit - count if limit else _DELETED_AT_ONCE))
            if not some:
                break
            self._writer.write(TraceChange(int(project.id), deleted=some))
            count += len(some)
        return count

    def home(self, actor: Actor, trace: str, *, permission: Permission = Permission.READ) -> ProjectRecord:
        """The project of a trace.

        Raises:
            NotFound: there is no such trace that the actor may see.
        """
        home = self._reader.homes([trace]).get(trace)
        if home is None:
            raise NotFound(f"Trace with ID '{trace[:200]}' not found.")
        project = self._catalog.projects.get_by_id(home)
        require(actor, project, permission)
        return project

    def info(self, actor: Actor, trace: str) -> TraceInfo:
        """One trace.

        Raises:
            NotFound: there is none that the actor may see.
        """
        project = self.home(actor, trace)
        found = self._reader.infos({trace: project.id}).get(trace)
        if found is None:  # it went in this very moment
            raise NotFound(f"Trace with ID '{trace[:200]}' not found.")
        return found

    def infos(self, actor: Actor, traces: Sequence[str]) -> list[TraceInfo]:
        """Those of the traces that exist and that the actor may see, in the order asked for."""
        found = self._reader.infos(self._visible(actor, traces))
        return [found[trace] for trace in dict.fromkeys(traces) if trace in found]

    def spans(self, actor: Actor, traces: Sequence[str]) -> dict[str, list[Span]]:
        """The spans of traces: the root first, then by start."""
        return self._reader.spans(self._visible(actor, traces))

    def wait_for_spans(self, trace: str, project: ProjectId, count: int, *, seconds: float) -> bool:
        """Wait until so many spans of a trace have come; whether they have."""
        return self._writer.wait_for(lambda: self._reader.span_counts({trace: project}).get(trace, 0) >= count, seconds)

    def _homes(self, traces: Sequence[str], project: ProjectRecord) -> dict[str, ProjectId]:
        """The project of each trace; *project* for those that do not exist."""
        return dict.fromkeys(traces, project.id) | self._reader.homes(traces)

    def _visible(self, actor: Actor, traces: Sequence[str]) -> Mapping[str, ProjectId]:
        homes = self._reader.homes(list(dict.fromkeys(traces)))
        readable: set[ProjectId] = set()
        for home in set(homes.values()):
            try:
                require(actor, self._catalog.projects.get_by_id(home), Permission.READ)
            except NotFound:
                continue
            readable.add(home)
        return {trace: home for trace, home in homes.items() if home in readable}


def check_key(key: str) -> str:
    """Return *key* if a trace's tag or metadata may have it.

    Raises:
        InvalidInput: it is too long.
    """
    if not key or len(key) > MAX_KEY:
        raise InvalidInput(f"'{key[:100]}' exceeds the maximum length of {MAX_KEY} characters for 'key', or is empty.")
    return key


def _pairs(trace: str, kind: ValueKind, found: Mapping[str, str], *, said: bool = True) -> list[TraceValue]:
    return [TraceValue(trace, kind, check_key(key), value[:MAX_VALUE], said) for key, value in found.items()]


def _check_id(trace: str) -> str:
    if not trace or len(trace) > MAX_ID or not trace.isprintable():
        raise InvalidInput(f"Invalid trace ID: '{trace[:200]}'. It has 1 to {MAX_ID} printable characters.")
    return trace


def _check_alive(project: ProjectRecord) -> None:
    if project.trashed:
        raise InvalidInput(f"The experiment {int(project.id)} must be in the 'active' state. Current state is deleted.")
