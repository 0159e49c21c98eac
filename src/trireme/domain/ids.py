"""Identifiers. Distinct types, so that a run's key is never passed where a project's is meant."""

from __future__ import annotations

import re
from typing import NewType

from trireme.domain.errors import InvalidInput

ProjectId = NewType("ProjectId", int)
RunKey = NewType("RunKey", int)
UserId = NewType("UserId", int)
WriterId = NewType("WriterId", int)

MAX_PROJECT_ID = (1 << 32) - 1
"""The warehouse has 32 bits for it."""
MAX_EXPERIMENT_ID = (1 << 63) - 1
"""The catalog has 64 bits for the numbers that MLflow gave."""
MAX_CUSTOM_RUN_ID_BYTES = 730
MAX_WORKSPACE_NAME_BYTES = 200
MAX_PROJECT_NAME_BYTES = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def split_project(name: str, default_workspace: str = "default") -> tuple[str, str]:
    """Split ``workspace/project``; a bare project belongs to *default_workspace*. Only the first slash counts.

    Raises:
        InvalidInput: a part is empty, too long or has control characters.
    """
    workspace, slash, project = name.partition("/")
    if not slash:
        workspace, project = default_workspace, name
    for part, limit in ((workspace, MAX_WORKSPACE_NAME_BYTES), (project, MAX_PROJECT_NAME_BYTES)):
        if not part.strip() or len(part.encode(errors="replace")) > limit or _CONTROL.search(part):
            raise InvalidInput(
                f"'{name[:80]}' is not a project name.",
                hint=f"Use 'workspace/project' or 'project', at most {MAX_WORKSPACE_NAME_BYTES} and {MAX_PROJECT_NAME_BYTES:,} bytes.",
            )
    return workspace, project


def check_custom_run_id(value: str) -> str:
    """Return *value* if it can be a custom run id: 1 to 730 bytes, no slash, no control character.

    Raises:
        InvalidInput: it cannot.
    """
    size = len(value.encode(errors="replace"))
    if not 0 < size <= MAX_CUSTOM_RUN_ID_BYTES or "/" in value or _CONTROL.search(value):
        raise InvalidInput(
            f"'{value[:80]}' is not a custom run id.",
            hint=f"Use 1 to {MAX_CUSTOM_RUN_ID_BYTES} bytes without '/' or control characters.",
        )
    return value
