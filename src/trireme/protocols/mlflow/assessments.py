"""Assessments of traces, as MLflow's clients make and change them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from trireme.domain.errors import NotFound
from trireme.protocols.mlflow import trace_wire
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import invalid
from trireme.protocols.mlflow.wire import read

_MASKED: Final = {
    "assessment_name": "name",
    "assessmentName": "name",
    "rationale": "rationale",
    "metadata": "metadata",
    "valid": "valid",
    "feedback": "feedback",
    "expectation": "expectation",
}
_KEPT: Final = frozenset({"assessment_id", "assessmentId", "trace_id", "traceId", "last_update_time", "lastUpdateTime"})
"""What a mask may name without effect."""


def create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add an assessment to a trace."""
    made = trace_wire.assessment(args["assessment"], args["trace_id"])
    return {"assessment": trace_wire.written_assessment(context.assessments.create(context.actor, made))}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give an assessment."""
    found = context.assessments.get(context.actor, args["trace_id"], args["assessment_id"])
    return {"assessment": trace_wire.written_assessment(found)}


def update(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change what the mask names of an assessment."""
    sent = read(args["assessment"], trace_wire.ASSESSMENT, "assessment.")
    changes: dict[str, Any] = {}
    for path in _paths(args["update_mask"]):
        if path in _KEPT:
            continue
        name = _MASKED.get(path)
        if name is None:
            raise invalid(
                f"The field '{path[:100]}' of an assessment cannot be updated. These can: {sorted(set(_MASKED.values()))}"
            )
        if name not in ("feedback", "expectation"):
            changes[name] = sent["assessment_name" if name == "name" else name]
            continue
        if "kind" in changes and changes["kind"] != name:
            raise invalid("Cannot specify both `expectation` and `feedback` parameters.")
        value, error = trace_wire.value_of(name, sent[name] or {})
        changes |= {"kind": name, "value": value, "error": error}
    found = context.assessments.update(context.actor, args["trace_id"], args["assessment_id"], **changes)
    return {"assessment": trace_wire.written_assessment(found)}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take an assessment away, if it is there."""
    with suppress(NotFound):
        context.assessments.delete(context.actor, args["trace_id"], args["assessment_id"])
    return {}


def _paths(mask: Any) -> list[str]:
    """The fields of a ``FieldMask``: one text, as protobuf prints it, or an object with a list."""
    if isinstance(mask, Mapping):
        mask = ",".join(str(path) for path in mask.get("paths") or ())
    found = [path.strip() for path in str(mask).split(",") if path.strip()]
    if not found:
        raise invalid("Missing value for required parameter 'update_mask'.")
    return found
