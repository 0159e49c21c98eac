"""MLflow's messages: protobuf in JSON, read leniently and checked strictly, written as its own server writes them.

A message is described in the words of the protocol's own tables: ``run_id:str key!:str step:i64=0 tags:RunTag[]``, where ``!`` means
required and ``[]`` repeated.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from trireme.protocols.mlflow.errors import bad_value, invalid, missing_value

_FIELD: Final = re.compile(r"(?P<name>\w+)(?P<required>!?):(?P<kind>\w+)(?P<repeated>(?:\[\])?)(?:=(?P<default>\S+))?")
_CAMEL: Final = re.compile(r"_([a-z0-9])")
_ODD: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_NUMBER_TEXTS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    name: str
    kind: str
    required: bool
    repeated: bool
    default: Any

    @property
    def camel(self) -> str:
        """The other spelling that is understood."""
        return _CAMEL.sub(lambda match: match[1].upper(), self.name)


def fields(description: str) -> tuple[Field, ...]:
    """The fields of a message, from their description."""
    found = []
    for word in description.split():
        match = _FIELD.fullmatch(word)
        assert match is not None, word
        default = match["default"]
        value = int(default) if default is not None and default.lstrip("-").isdecimal() else default
        found.append(Field(match["name"], match["kind"], bool(match["required"]), bool(match["repeated"]), value))
    return tuple(found)


MESSAGES: Final = {
    "Tag": fields("key!:str value:str"),
    "Param": fields("key!:str value:str"),
    "Metric": fields("key!:str value!:dbl timestamp!:i64 step:i64=0 model_id:str dataset_name:str dataset_digest:str run_id:str"),
    "Dataset": fields("name!:str digest!:str source_type!:str source!:str schema:str profile:str"),
    "InputTag": fields("key!:str value!:str"),
    "DatasetInput": fields("tags:InputTag[] dataset!:Dataset"),
    "ModelInput": fields("model_id!:str"),
    "ModelOutput": fields("model_id!:str step:i64=0"),
    "OrderBy": fields("field_name!:str ascending:bool dataset_name:str dataset_digest:str"),
    "DatasetFilter": fields("dataset_name!:str dataset_digest:str"),
    "UploadPart": fields("part_number:i64 etag:str url:str"),
    "PromptVersion": fields("name!:str version!:str"),
    "AssessmentSource": fields("source_type:AssessmentSourceType source_id:str"),
}

ENUMS: Final = {
    "RunStatus": {"RUNNING": 1, "SCHEDULED": 2, "FINISHED": 3, "FAILED": 4, "KILLED": 5},
    "ViewType": {"ACTIVE_ONLY": 1, "DELETED_ONLY": 2, "ALL": 3},
    "VersionStatus": {"PENDING_REGISTRATION": 1, "FAILED_REGISTRATION": 2, "READY": 3},
    "LoggedModelStatus": {"LOGGED_MODEL_PENDING": 1, "LOGGED_MODEL_READY": 2, "LOGGED_MODEL_UPLOAD_FAILED": 3},
    "TraceState": {"STATE_UNSPECIFIED": 0, "OK": 1, "ERROR": 2, "IN_PROGRESS": 3},
    "TraceStatus": {"TRACE_STATUS_UNSPECIFIED": 0, "OK": 1, "ERROR": 2, "IN_PROGRESS": 3},
    "AssessmentSourceType": {"SOURCE_TYPE_UNSPECIFIED": 0, "HUMAN": 1, "LLM_JUDGE": 2, "CODE": 3},
}


Encoded = msgspec.Raw
"""A part of an answer that is JSON text already."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Somebody's own JSON value, in an answer: nothing of it is left out."""

    value: Any


def parse_body(body: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object of a request; ``{}`` for what is none, as MLflow's server takes it.

    Raises:
        MlflowError: the body is not declared as JSON.
    """
    if body and content_type.partition(";")[0].strip().lower() != "application/json":
        raise invalid(f"Bad Request. Content-Type must be one of ['application/json'], got '{content_type[:100]}'.")
    try:
        found = json.loads(body or b"{}")
        if isinstance(found, str):  # very old clients encode twice
            found = json.loads(found)
        if _ODD.search(body):
            found = _storable(found)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _storable(value: Any) -> Any:
    """The same with a mark in place of each half of a pair of surrogates, which JSON can write and nothing can store."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def parse_query(pairs: Sequence[tuple[str, str]], described: Sequence[Field]) -> dict[str, Any]:
    """The parameters of a GET request: repeated keys of repeated fields become lists, ``true`` and ``false`` bools."""
    kinds = {name: field for field in described for name in (field.name, field.camel)}
    found: dict[str, Any] = {}
    for key, value in pairs:
        field = kinds.get(key.removesuffix("[]"))
        if field is None:
            continue
        if field.kind == "bool" and value.lower() in ("true", "false"):
            found[field.name] = value.lower() == "true"
        elif field.kind == "dbl":
            found[field.name] = _as_float(value)
        elif field.repeated:
            found.setdefault(field.name, []).append(value)
        else:
            found[field.name] = value
    return found


def read(sent: Mapping[str, Any], described: Sequence[Field], where: str = "") -> dict[str, Any]:
    """What *sent* says of the *described* fields; None for one that is absent and has no default, [] for a repeated one.

    Raises:
        MlflowError: a required field is missing, or a value has the wrong type.
    """
    found: dict[str, Any] = {}
    for field in described:
        name = f"{where}{field.name}"
        value = sent.get(field.name)
        if field.camel != field.name and field.camel in sent:
            if value is not None:
                raise invalid(f"Both '{field.name}' and '{field.camel}' were given; use one of them.")
            value = sent[field.camel]
        if value is None or (field.required and value == ""):
            if field.required:
                raise missing_value(name)
            found[field.name] = [] if field.repeated else field.default
        elif field.repeated:
            if not isinstance(value, list):
                raise bad_value(name, value)
            found[field.name] = [_one(item, field.kind, f"{name}[{index}]") for index, item in enumerate(value)]
        else:
            found[field.name] = _one(value, field.kind, name)
    return found


def _one(value: Any, kind: str, name: str) -> Any:
    if kind in MESSAGES:
        if not isinstance(value, dict):
            raise bad_value(name, value)
        return read(value, MESSAGES[kind], f"{name}.")
    if kind in ENUMS:
        names = ENUMS[kind]
        if not isinstance(value, bool) and str(value).isdecimal():  # a number, which a query string has as text
            value = next((text for text, number in names.items() if number == int(value)), value)
        if not isinstance(value, str) or value not in names:
            raise bad_value(name, value)
        return value
    found = _SCALARS[kind](value)
    if found is None:
        raise bad_value(name, value)
    return found


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _as_int(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 22:
        value = int(value)
    return value if isinstance(value, int) and -(1 << 63) <= value < 1 << 63 else None


def _as_float(value: Any) -> float | None:
    if isinstance(value, str):
        if value in _NUMBER_TEXTS:
            return _NUMBER_TEXTS[value]
        try:
            return float(value)
        except ValueError:
            return None
    try:
        return float(value) if isinstance(value, int | float) else None
    except OverflowError:
        return None


def _as_map(value: Any) -> dict[str, str] | None:
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else None


_SCALARS: Final = {
    "str": _as_text,
    "i64": _as_int,
    "i32": _as_int,
    "dbl": _as_float,
    "bool": lambda value: value if isinstance(value, bool) else None,
    "map": _as_map,
    "obj": lambda value: value if isinstance(value, dict) else None,
    "any": lambda value: value,
}


def encoded(value: Any) -> Encoded:
    """An answer's part as its JSON text; what it holds must be `written` already, or need no writing."""
    return Encoded(_ENCODER.encode(value))


_ENCODER: Final = msgspec.json.Encoder()
_AS_THEY_ARE: Final = frozenset({str, int, bool})


def written(value: Any) -> Any:
    """An answer as JSON: fields that are None and lists that are empty are left out, odd floats are texts."""
    if isinstance(value, dict):
        return {
            key: item if type(item) in _AS_THEY_ARE else written(item)
            for key, item in value.items()
            if item is not None and item != []
        }
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, Encoded):
        return value
    if isinstance(value, Raw):
        return _plain(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        value = float(value) if abs(value) < 1 << 1023 else math.copysign(math.inf, value)
    return written(value)
