"""What a training process asks of its recorder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

CONSOLE_FDS: Final = {"stdout": (3, 4), "stderr": (5, 6)}
"""Where the recorder finds, for each stream, the pipe to read and the descriptor to pass on to."""


@dataclass(frozen=True)
class Task:
    """What to record.

    Parameters:
        meta: the recorder's own stream, as JSON.
        spool_root: the folder of all streams.
        run_folder: the stream of the training process.
        streams: which of `CONSOLE_FDS` are connected.
        is_resumed: the run may exist; lines then count on from its last ones.
        delivers: send the stream; otherwise leave it for ``trireme sync``.
        git_folder: the folder whose repository is described; None for none.
        search_path: where packages are looked for; None for none.
    """

    meta: str
    spool_root: str
    run_folder: str
    streams: tuple[str, ...] = ()
    is_resumed: bool = False
    delivers: bool = True
    git_folder: str | None = None
    search_path: tuple[str, ...] | None = None

    def to_json(self) -> bytes:
        """One line."""
        return json.dumps(self.__dict__).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Task:
        """The inverse of `to_json`."""
        fields = json.loads(line)
        return cls(**{**fields, "streams": tuple(fields["streams"])})
