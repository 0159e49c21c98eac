"""Assessments of traces: feedback, expectations, references to issues."""

from __future__ import annotations

import dataclasses
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.trace import Assessment
from trireme.services.trace import TraceService
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_reader import TraceReader
from trireme.storage.warehouse.trace_rows import TraceChange
from trireme.storage.warehouse.trace_writer import TraceWriter

KINDS: Final = ("feedback", "expectation", "issue")
UNSET: Final = object()
_MAX_NAME: Final = 250
_STRIPES: Final = 64


class AssessmentService:
    """The use-cases of assessments.

    An assessment is changed by reading it and writing it anew, one change of a trace after the other. Two servers that change the same
    assessment in the same moment: the later one wins.
    """

    def __init__(self, warehouse: Warehouse, traces: TraceService, writer: TraceWriter) -> None:
        self._reader = TraceReader(warehouse)
        self._traces = traces
        self._writer = writer
        self._locks = [threading.Lock() for _ in range(_STRIPES)]

    def create(self, actor: Actor, assessment: Assessment) -> Assessment:
        """Add an assessment to its trace. The one that it overrides is no longer valid.

        Raises:
            NotFound: there is no such trace, or nothing to override.
        """
        project = self._traces.home(actor, assessment.trace_id, permission=Permission.WRITE)
        check_assessment(assessment)
        with self._lock(assessment.trace_id):
            made = [assessment]
            if assessment.overrides:
                old = self._find(project, assessment.trace_id, assessment.overrides)
                made.append(dataclasses.replace(old, valid=False))
            self._writer.write(TraceChange(int(project.id), assessments=made))
        return assessment

    def get(self, actor: Actor, trace: str, identity: str) -> Assessment:
        """One assessment.

        Raises:
            NotFound: there is none.
        """
        return self._find(self._traces.home(actor, trace), trace, identity)

    def update(
        self,
        actor: Actor,
        trace: str,
        identity: str,
        *,
        kind: str | None = None,
        value: Any = UNSET,
        error: Mapping[str, str] | None = None,
        name: str | None = None,
        rationale: str | None = None,
        metadata: Mapping[str, str] | None = None,
        valid: bool | None = None,
    ) -> Assessment:
        """Change what is given of an assessment.

        Parameters:
            kind: what *value* is; an assessment stays of its kind.
            error: comes with *value*.
            metadata: is merged.

        Raises:
            NotFound: there is none.
            InvalidInput: the value is of another kind.
        """
        project = self._traces.home(actor, trace, permission=Permission.WRITE)
        with self._lock(trace):
            old = self._find(project, trace, identity)
            changes: dict[str, Any] = {"updated_at": max(time.time_ns() // 1_000_000, old.updated_at)}
            if value is not UNSET:
                if kind != old.kind:
                    raise InvalidInput(f"Cannot update {kind} value on {_article(old.kind)} assessment.")
                changes |= {"value": value, "error": error}
            given = {"name": name, "rationale": rationale, "valid": valid}
            changes |= {key: item for key, item in given.items() if item is not None}
            if metadata:
                changes["metadata"] = {**old.metadata, **metadata}
            new = dataclasses.replace(old, **changes)
            check_assessment(new)
            self._writer.write(TraceChange(int(project.id), assessments=[new]))
        return new

    def delete(self, actor: Actor, trace: str, identity: str) -> None:
        """Take an assessment away, if it is there; the one that it overrode is valid again."""
        project = self._traces.home(actor, trace, permission=Permission.WRITE)
        with self._lock(trace):
            found = {assessment.id: assessment for assessment in self._all(project, trace)}
            old = found.get(identity)
            if old is None:
                return
            change = TraceChange(int(project.id), gone_assessments=[(trace, identity)])
            if old.overrides in found:
                change.assessments = [dataclasses.replace(found[old.overrides], valid=True)]
            self._writer.write(change)

    def _find(self, project: ProjectRecord, trace: str, identity: str) -> Assessment:
        for assessment in self._all(project, trace):
            if assessment.id == identity:
                return assessment
        raise NotFound(f"Assessment with ID '{identity[:200]}' not found for trace '{trace}'")

    def _all(self, project: ProjectRecord, trace: str) -> list[Assessment]:
        return self._reader.assessments({trace: project.id}).get(trace, [])

    def _lock(self, trace: str) -> threading.Lock:
        return self._locks[hash(trace) % _STRIPES]


def new_id() -> str:
    """An id for an assessment."""
    return f"a-{secrets.token_hex(16)}"


def check_assessment(assessment: Assessment) -> None:
    """Return if an assessment may be stored.

    Raises:
        InvalidInput: it may not.
    """
    if assessment.kind not in KINDS:
        raise InvalidInput("Exactly one of `expectation`, `feedback`, or `issue` should be specified.")
    if not 0 < len(assessment.name) <= _MAX_NAME:
        raise InvalidInput(f"An assessment's name has 1 to {_MAX_NAME} characters; this one has {len(assessment.name):,}.")


def _article(kind: str) -> str:
    return f"{'a' if kind == 'feedback' else 'an'} {kind.capitalize()}"
