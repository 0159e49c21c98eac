"""Between Neptune's names for what is asked and answered, and ours: types, runs, attributes, filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.records import FileRef, Histogram
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.domain.uuids import project_uuid, run_of_uuid, run_uuid
from trireme.protocols.neptune.requests import AttributeNames, NameRegexes, Sorting, TypeFilter
from trireme.protocols.neptune.wire import message
from trireme.services.attributes import NameFilter, NameGroup, Value
from trireme.services.file import path_of
from trireme.services.run import RunService

WIRE_TYPES: Final = {
    AttributeType.FLOAT: "float",
    AttributeType.INT: "int",
    AttributeType.STRING: "string",
    AttributeType.BOOL: "bool",
    AttributeType.DATETIME: "datetime",
    AttributeType.STRING_SET: "stringSet",
    AttributeType.FILE: "fileRef",
    AttributeType.FLOAT_SERIES: "floatSeries",
    AttributeType.STRING_SERIES: "stringSeries",
    AttributeType.FILE_SERIES: "fileRefSeries",
    AttributeType.HISTOGRAM_SERIES: "histogramSeries",
}
"""What 3.x clients know; attributes of other types are not shown to them."""
_TYPES: Final = {name: type_ for type_, name in WIRE_TYPES.items()} | {"experimentState": AttributeType.RUN_STATE}

_Attributes = message("retrieval.Attributes")
_Attribute = message("retrieval.Attribute")


def type_of(name: str | None) -> AttributeType | None:
    """Our type for one of Neptune's; None for one we do not have."""
    return _TYPES.get(name or "")


def name_filter(types: Sequence[TypeFilter] | None, names: AttributeNames | None) -> NameFilter:
    """What ``attributeFilter`` and ``attributeNameFilter`` of a request ask for."""
    known = [type_ for item in types or () if (type_ := type_of(item.attribute_type)) is not None]
    wanted = known if types else list(WIRE_TYPES)
    groups: list[NameGroup] | None = None
    if names is not None:
        if names.must_match_any is not None:
            groups = [_group(item) for item in names.must_match_any]
        elif names.must_match_regexes or names.must_not_match_regexes:
            groups = [_group(names)]
    return NameFilter(types=wanted or [AttributeType.NOTEBOOK_REF], groups=groups)


def sorting(asked: Sorting | None) -> SortBy | None:
    """The order that a search asks for."""
    if asked is None:
        return None
    by = asked.sort_by
    type_ = type_of(by.type)
    aggregate = None
    if type_ is AttributeType.FLOAT_SERIES:
        mode = by.aggregation_mode or "last"
        try:
            aggregate = Aggregate("last" if mode == "none" else mode)
        except ValueError:
            raise InvalidInput(
                f"'{mode}' is not an aggregation of a series.", hint="Use last, min, max, average, variance."
            ) from None
    return SortBy(Attribute(by.name, type_, aggregate), descending=asked.dir != "ascending", by_text=True)


def runs_of(runs: RunService, actor: Actor, project: ProjectRecord, identifiers: Iterable[str]) -> dict[str, RunRecord]:
    """Those of the named runs that exist, by the identifier they were asked for.

    Parameters:
        identifiers: ``workspace/project/KEY-1``, ``CUSTOM/workspace/project/custom id``, UUIDs.
    """
    short: dict[str, str] = {}
    custom: dict[str, str] = {}
    keys: dict[str, RunKey] = {}
    prefix = f"{project.full_name}/"
    for identifier in identifiers:
        key = run_of_uuid(identifier)
        if key is not None:
            keys[identifier] = key
        elif identifier.startswith(f"CUSTOM/{prefix}"):
            custom[identifier] = identifier[len(prefix) + 7 :]
        elif identifier.startswith(prefix):
            short[identifier] = identifier[len(prefix) :]
        elif "/" not in identifier:
            short[identifier] = identifier
    named = runs.named(actor, project, short_ids=list(short.values()), custom_ids=list(custom.values()))
    by_key = {run.key: run for run in runs.by_keys(actor, project, list(keys.values()))}
    found = {identifier: named.get(name) for identifier, name in (short | custom).items()}
    found |= {identifier: by_key.get(key) for identifier, key in keys.items()}
    return {identifier: run for identifier, run in found.items() if run is not None}


def entry(project: ProjectRecord, run: RunRecord, values: Sequence[Value]) -> Any:
    """A run in the answer to a search."""
    made = _Attributes(
        experiment_id=run_uuid(run.key),
        type="run",
        project_id=project_uuid(project.id),
        organization_id=project.workspace,
        project_name=project.name,
        organization_name=project.workspace,
    )
    made.attributes.extend(attributes(project, values))
    return made


def attributes(project: ProjectRecord, values: Sequence[Value]) -> list[Any]:
    """Attributes as protobuf; those of types that 3.x clients do not know are left out."""
    return [made for value in values if (made := _attribute(project, value)) is not None]


def _attribute(project: ProjectRecord, value: Value) -> Any:
    name = WIRE_TYPES.get(value.type)
    if name is None:
        return None
    made = _Attribute(name=value.path, type=name)
    head = {"attribute_name": value.path, "attribute_type": name}
    found = value.value
    match value.type:
        case AttributeType.FLOAT:
            _fill(made.float_properties, head, value=found)
        case AttributeType.INT:
            _fill(made.int_properties, head, value=found)
        case AttributeType.STRING:
            _fill(made.string_properties, head, value=found)
        case AttributeType.BOOL:
            _fill(made.bool_properties, head, value=found)
        case AttributeType.DATETIME:
            _fill(made.datetime_properties, head, value=found)
        case AttributeType.STRING_SET:
            _fill(made.string_set_properties, head)
            made.string_set_properties.value.extend(found)
        case AttributeType.FILE:
            _fill(made.file_ref_properties, head, path=path_of(project, found), size_bytes=found.size, mime_type=found.mime)
        case AttributeType.FLOAT_SERIES:
            _fill(made.float_series_properties, head)
            if found is not None:
                for field in ("last_step", "last", "min", "max", "average", "variance"):
                    number = getattr(found, field)
                    if number is not None:
                        setattr(made.float_series_properties, field, number)
        case AttributeType.STRING_SERIES:
            _fill(made.string_series_properties, head)
            if found is not None:
                _fill(made.string_series_properties, {}, last_step=found.last_step, last=found.last)
        case AttributeType.FILE_SERIES:
            _fill(made.file_ref_series_properties, head)
            if found is not None:
                made.file_ref_series_properties.last_step = found.last_step
                fill_file(made.file_ref_series_properties.last, project, found.last)
        case AttributeType.HISTOGRAM_SERIES:
            _fill(made.histogram_series_properties, head)
            if found is not None:
                made.histogram_series_properties.last_step = found.last_step
                fill_histogram(made.histogram_series_properties.last, found.last)
    return made


def fill_file(target: Any, project: ProjectRecord, ref: FileRef) -> None:
    """A file reference as protobuf."""
    target.path, target.size_bytes, target.mime_type = path_of(project, ref), ref.size, ref.mime


def fill_histogram(target: Any, histogram: Histogram) -> None:
    """A histogram as protobuf."""
    target.type = "DENSITY" if histogram.density else "COUNTING"
    target.edges.extend(histogram.edges)
    target.values.extend(histogram.values)


def _fill(target: Any, head: dict[str, str], **fields: Any) -> None:
    for name, value in (head | fields).items():
        setattr(target, name, value)


def _group(group: NameRegexes) -> NameGroup:
    return NameGroup(group.must_match_regexes or (), group.must_not_match_regexes or ())
