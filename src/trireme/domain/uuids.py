"""UUIDs for clients that know projects and runs by nothing else (Neptune): a fixed prefix and the number."""

from __future__ import annotations

import uuid
from typing import Final

from trireme.domain.ids import ProjectId, RunKey

_PROJECT: Final = 0x7472_6972_656D_4000_8000_0000_0000_0000
_RUN: Final = 0x7472_6972_656D_4001_8000_0000_0000_0000
_NUMBER: Final = (1 << 48) - 1


def project_uuid(project: ProjectId) -> str:
    """The UUID that stands for a project: a fixed prefix and its number."""
    return str(uuid.UUID(int=_PROJECT | int(project)))


def run_uuid(run: RunKey) -> str:
    """The UUID that stands for a run."""
    return str(uuid.UUID(int=_RUN | int(run)))


def project_of_uuid(text: str) -> ProjectId | None:
    """The inverse of `project_uuid`; None for anything else."""
    number = _number(text, _PROJECT)
    return None if number is None else ProjectId(number)


def run_of_uuid(text: str) -> RunKey | None:
    """The inverse of `run_uuid`; None for anything else."""
    number = _number(text, _RUN)
    return None if number is None else RunKey(number)


def _number(text: str, prefix: int) -> int | None:
    if len(text) != 36:
        return None
    try:
        value = uuid.UUID(text).int
    except ValueError:
        return None
    return value & _NUMBER if value & ~_NUMBER == prefix else None
