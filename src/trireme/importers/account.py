"""What came over, what was there already, and what did not come over, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

KINDS: Final = (
    "experiments", "runs", "points", "params", "tags", "times", "files", "data sets", "logged models", "registered models", "model versions",
    "traces", "scorers", "evaluation data sets", "evaluation records",
)  # fmt: skip
MAX_SHOWN: Final = 30
MAX_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not come over."""

    kind: str
    item: str
    reason: str
    count: int = 1


@dataclass(slots=True)
class Account:
    """Counts by kind, and every problem by name."""

    came: dict[str, int] = field(default_factory=dict)
    there: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What came over otherwise than it was."""
    patience: frozenset[str] = frozenset()
    """Kinds whose problems do not count for now: what is being written may look broken."""
    failures: int = 0
    """How often something failed, also where that does not count."""
    bytes: int = 0
    """Of files that were sent."""
    bytes_read: int = 0

    def add(self, kind: str, count: int = 1, *, there: bool = False) -> None:
        """Count what came over, or was there."""
        counts = self.there if there else self.came
        counts[kind] = counts.get(kind, 0) + count

    def fail(self, kind: str, item: str, reason: str, count: int = 1) -> None:
        """Say what did not come over, and why."""
        self.failures += 1
        if kind in self.patience:
            return
        self.lost[kind] = self.lost.get(kind, 0) + count
        if len(self.problems) < MAX_KEPT:
            self.problems.append(Problem(kind, item, reason, count))

    def note(self, text: str) -> None:
        """Say once what came over otherwise than it was."""
        if text not in self.notes and len(self.notes) < MAX_KEPT:
            self.notes.append(text)

    @property
    def complete(self) -> bool:
        """Whether everything came over."""
        return not self.lost

    def as_json(self) -> dict[str, Any]:
        """The account as JSON."""
        return {
            "came": self.came,
            "there": self.there,
            "lost": self.lost,
            "bytes": self.bytes,
            "notes": self.notes,
            "problems": [{"kind": one.kind, "item": one.item, "reason": one.reason, "count": one.count} for one in self.problems],
        }

    def lines(self, *, verb: str = "came over") -> list[str]:
        """The account for people."""
        shown = [kind for kind in KINDS if any(kind in counts for counts in (self.came, self.there, self.lost))]
        rows = [("", verb, "was there", "did not come")]
        rows += [(kind, *(f"{counts.get(kind, 0):,}" for counts in (self.came, self.there, self.lost))) for kind in shown]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))])
            for row in rows
        ]
        lines += [f"Note: {text}" for text in self.notes[:MAX_SHOWN]]
        alike: dict[tuple[str, str], list[Problem]] = {}
        for one in self.problems:
            alike.setdefault((one.kind, one.reason), []).append(one)
        if alike:
            lines.append("What did not come over:")
        for (kind, reason), found in list(alike.items())[:MAX_SHOWN]:
            count = sum(one.count for one in found)
            more = f" and {len(found) - 1:,} more" if len(found) > 1 else f" ({count:,} times)" if count > 1 else ""
            lines.append(f"  {kind}: {found[0].item}{more}: {reason}")
        if len(alike) > MAX_SHOWN:
            lines.append(f"  and {len(alike) - MAX_SHOWN:,} more reasons; --json lists them all")
        return lines
