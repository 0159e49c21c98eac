"""How far a run was brought: kept by the server beside the run, so that it is true wherever the next import runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_MAX_OFFSETS: Final = 5000


@dataclass(slots=True)
class Mark:
    """A stamp says that all of the run was brought as it was; offsets, how much of each metric was."""

    stamp: str = ""
    offsets: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """As the server keeps it."""
        offsets = self.offsets if len(self.offsets) <= _MAX_OFFSETS else {}
        return json.dumps({"stamp": self.stamp, "offsets": offsets}, separators=(",", ":"))


def mark_of(known: Mapping[str, object] | None) -> Mark:
    """The mark in an answer of the server; an empty one if there is none, or it is another importer's."""
    try:
        found = json.loads(str((known or {})["mark"]))
        offsets = {str(key): int(offset) for key, offset in found["offsets"].items()}
        return Mark(str(found["stamp"]), offsets)
    except (KeyError, ValueError, TypeError, AttributeError):
        return Mark()
