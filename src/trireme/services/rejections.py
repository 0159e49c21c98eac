"""What was refused of a write, and why. The rest of it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from trireme.domain.errors import TriremeError


@dataclass(slots=True)
class Rejection:
    """Records of one path that were not stored, and why."""

    unit: int
    path: str
    code: str
    message: str
    count: int = 1


class Rejections:
    """Gathers refusals, one entry a path and reason."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Rejection] = {}

    def add(self, unit: int, path: str, error: TriremeError, count: int = 1) -> None:
        """Count *count* records of *path* as refused for that reason."""
        entry = self._found.get((path, error.code))
        if entry is None:
            self._found[(path, error.code)] = Rejection(unit, path, error.code, str(error), count)
        else:
            entry.count += count

    def all(self) -> list[Rejection]:
        """In the order they first came."""
        return list(self._found.values())
