"""Where MLflow's params, metrics, tags and artifacts stand among a run's attributes, and back.

| MLflow | attribute |
|---|---|
| param ``k`` | ``params/k``; every other single value outside the rooms below reads as a param of its full path |
| metric ``k`` | the float series ``k``, or ``metrics/k`` if ``k`` begins like one of the rooms below, after any number of ``metrics/`` |
| tag ``k`` | ``tags/k``; ``mlflow.runName`` is ``sys/name``, ``mlflow.note.content`` is ``sys/description`` |
| artifact ``p`` | the file ``artifacts/p``; every other file reads as an artifact of its full path |
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from trireme.domain.ids import RunKey
from trireme.domain.paths import MAX_PATH_BYTES
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.domain.uuids import run_of_uuid, run_uuid
from trireme.protocols.mlflow.errors import MlflowError, bad_value, check_length, invalid

PARAMS: Final = "params/"
TAGS: Final = "tags/"
ARTIFACTS: Final = "artifacts/"
_METRICS: Final = "metrics/"
_IN_A_ROOM: Final = re.compile(r"(metrics/)*(params|tags|sys|artifacts|source|runtime)(/|$)")
NO_PARAMS: Final = ("sys/", TAGS, ARTIFACTS, "source/", "runtime/")
"""What is kept below these is no parameter."""

RUN_NAME: Final = "mlflow.runName"
NOTE: Final = "mlflow.note.content"
TAG_PATHS: Final = {RUN_NAME: "sys/name", NOTE: "sys/description"}
SINGLE: Final = frozenset(
    {AttributeType.FLOAT, AttributeType.INT, AttributeType.BOOL, AttributeType.STRING, AttributeType.DATETIME}
)
"""Types whose values read as params."""

MAX_KEY: Final = 250
_NUMBER: Final = re.compile(r"\s*-?[0-9]+\s*")
_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_ANY_RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,255}")
_KEY: Final = re.compile(r"[/\w.\- :]*")


def check_key(key: str, what: str) -> str:
    """Return *key* if MLflow allows it for a param, metric or tag.

    Parameters:
        what: for the sentence, e.g. ``metrics[0].name``.

    Raises:
        MlflowError: it does not.
    """
    if not _KEY.fullmatch(key):
        raise bad_value(
            what,
            key,
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).",
        )
    normal = posixpath.normpath(key)
    if normal != key or normal == "." or key.startswith(("..", "/")):
        raise bad_value(
            what,
            key,
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such."
            f" This name would resolve to {normal!r}",
        )
    return check_length(key, MAX_KEY, what)


def check_run_id(text: str | None) -> None:
    """Return if MLflow allows that id for a run, or none is given, which is said elsewhere.

    Raises:
        MlflowError: it does not.
    """
    if text and not _ANY_RUN_ID.fullmatch(text):
        raise bad_value("run_id", text)


def whole_number(text: str) -> int | None:
    """The number that a text is, as ids and versions are sent; None for one that is none, -1 for one that nothing has."""
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if len(text) < 20 else -1


def param_path(key: str) -> str:
    """The attribute of a param."""
    return PARAMS + key


def param_key(path: str) -> str | None:
    """The param that an attribute with a single value reads as; None for none."""
    if path.startswith(PARAMS):
        return path.removeprefix(PARAMS)
    return None if path.startswith(NO_PARAMS) else path


def metric_path(key: str) -> str:
    """The float series of a metric."""
    return _METRICS + key if _IN_A_ROOM.match(key) else key


def metric_key(path: str) -> str:
    """The metric that a float series reads as: the one that `metric_path` leads from."""
    rest = path.removeprefix(_METRICS)
    return rest if rest != path and _IN_A_ROOM.match(rest) else path


def tag_path(key: str) -> str:
    """The attribute of a tag."""
    return TAG_PATHS.get(key) or TAGS + key


def artifact_path(path: str) -> str:
    """The attribute of a run's artifact."""
    found = ARTIFACTS + path
    if len(found.encode(errors="replace")) > MAX_PATH_BYTES:
        raise invalid(f"The artifact path '{path[:100]}…' is too long.")
    return found


def artifact_of(path: str) -> str:
    """The artifact that a file's attribute reads as."""
    return path.removeprefix(ARTIFACTS)


def run_id(key: RunKey, custom_run_id: str) -> str:
    """A run's id as MLflow's clients know it, 32 hexadecimal digits: its custom id if that is such a one, else made from its key."""
    return custom_run_id if _RUN_ID.fullmatch(custom_run_id) else run_uuid(key).replace("-", "")


def id_of(run: RunRecord) -> str:
    """`run_id` of a run."""
    return run_id(run.key, run.custom_run_id)


def run_key(text: str) -> RunKey | None:
    """The key that an id was made from; None for any other id."""
    if len(text) != 32 or not text.isalnum():
        return None
    return run_of_uuid(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


STATES: Final = {"RUNNING": "running", "SCHEDULED": "scheduled", "FINISHED": "finished", "FAILED": "failed", "KILLED": "aborted"}
"""Our state by MLflow's status."""
_STATUSES: Final = {state: status for status, state in STATES.items()} | {"stale": "RUNNING", "idle": "FINISHED"}


def status_of(state: str) -> str:
    """MLflow's status of one of our states."""
    return _STATUSES.get(state, "RUNNING")


def check_artifact_path(path: str) -> str:
    """Return *path*, cleaned, if it stays inside its root.

    Raises:
        MlflowError: it does not, or could be understood so by something that decodes it again.
    """
    from urllib.parse import unquote

    decoded = path
    for _ in range(3):
        bad = "\\" in decoded or "\x00" in decoded or decoded.startswith("/") or re.match(r"^[A-Za-z]:", decoded)
        if bad or ".." in decoded.split("/"):
            raise MlflowError("Invalid path")
        again = unquote(decoded)
        if again == decoded:
            break
        decoded = again
    normal = posixpath.normpath(path) if path else ""
    return "" if normal == "." else normal
