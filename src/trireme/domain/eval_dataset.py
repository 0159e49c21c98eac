"""Evaluation data sets: inputs that an application is tried on, with what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trireme.domain.ids import ProjectId


@dataclass(frozen=True, slots=True)
class EvalDataset:
    """A data set. Times in ms since 1970.

    Parameters:
        owner: the user who made it.
        digest: changes whenever its records do.
        schema: the type of each field that its records have, by inputs, outputs and expectations; None before there are any.
    """

    id: str
    name: str
    owner: str
    digest: str
    created_at: int
    updated_at: int
    created_by: str | None = None
    updated_by: str | None = None
    schema: Mapping[str, Any] | None = None
    record_count: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    projects: Sequence[ProjectId] = ()


@dataclass(frozen=True, slots=True)
class EvalRecord:
    """One case of a data set, known by its inputs. Times in ms since 1970.

    Parameters:
        outputs: any JSON value.
        source: where it is from: ``source_type`` and ``source_data``.
    """

    id: str
    dataset_id: str
    inputs: Mapping[str, Any]
    created_at: int
    updated_at: int
    outputs: Any = None
    expectations: Mapping[str, Any] | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] | None = None
    created_by: str | None = None
    updated_by: str | None = None


_TYPES = {bool: "boolean", int: "integer", float: "float", str: "string", list: "array", dict: "object", type(None): "null"}


def extended_schema(schema: Mapping[str, Any] | None, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The schema with the fields that *records* add; a field keeps the type it had first."""
    found: dict[str, Any] = {"inputs": {}, "outputs": {}, "expectations": {}, "version": "1.0"} | dict(schema or {})
    for record in records:
        for part in ("inputs", "outputs", "expectations"):
            value = record.get(part)
            if isinstance(value, Mapping) and isinstance(found[part], Mapping):
                found[part] = {key: type_of(item) for key, item in value.items()} | dict(found[part])
            elif value is not None and not found[part]:
                found[part] = type_of(value)
    return found


def type_of(value: Any) -> str:
    """The name of a JSON value's type."""
    return _TYPES.get(type(value), "unknown")
