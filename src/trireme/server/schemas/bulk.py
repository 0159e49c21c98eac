"""Many runs at once."""

from __future__ import annotations

import msgspec


class RunKeysRequest(msgspec.Struct, frozen=True):
    """Which runs: those that match `query` (all when empty), outside the trash or in it."""

    query: str = ""
    trashed: bool = False
    experiments: bool = False
    """Only the newest run of each experiment."""


class RunKeys(msgspec.Struct, frozen=True):
    """The keys of all runs that match, newest first."""

    keys: list[int]


class NamedRuns(msgspec.Struct, frozen=True):
    """Runs by key, at most 100,000."""

    keys: list[int]


class RunsSize(msgspec.Struct, frozen=True):
    """What runs take."""

    runs: int
    points: int
    """Of float series."""
    files: int
    file_bytes: int
    freed_bytes: int
    """Of the files, those that no other run uses: what deleting the runs for good frees."""


class TagChange(msgspec.Struct, frozen=True, tag="tag", tag_field="kind"):
    """Add and remove tags."""

    add: list[str] = []
    remove: list[str] = []


class Trash(msgspec.Struct, frozen=True, tag="trash", tag_field="kind"):
    """Move to the trash."""


class Restore(msgspec.Struct, frozen=True, tag="restore", tag_field="kind"):
    """Move out of the trash."""


class Purge(msgspec.Struct, frozen=True, tag="delete", tag_field="kind"):
    """Remove for good what is in the trash."""


class BulkRequest(msgspec.Struct, frozen=True):
    """A portion of at most 1,000 runs by key, and what to do with each. Take newer runs first: forks go before their parents."""

    keys: list[int]
    change: TagChange | Trash | Restore | Purge


class RefusedRun(msgspec.Struct, frozen=True):
    """A run that stayed as it was, and why."""

    key: int
    id: str
    reason: str


class BulkResult(msgspec.Struct, frozen=True):
    """What became of a portion; runs that were as wanted already are in neither list."""

    changed: list[int]
    refused: list[RefusedRun]
    freed_bytes: int = 0
    """Of files whose last run was deleted. Bytes that were uploaded minutes ago go later."""
