"""The YAML files of MLflow's folders. Only plain values are made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from trireme.importers.mlflow.source import SourceError

_MAX_BYTES: Final = 16 << 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LOADER):  # type: ignore[misc]
    """Times stay texts, as they are in messages."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in _LOADER.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> dict[str, Any]:
    """The object in a file.

    Raises:
        SourceError: there is none, or it is cut off.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SourceError(f"{path.name} has more than {_MAX_BYTES:,} bytes")
        found = yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 (a safe loader, see above)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise SourceError(f"{path.name} is no YAML" + ("" if line is None else f" (line {line + 1})")) from error
    if not isinstance(found, dict):
        raise SourceError(f"{path.name} is empty or cut off")
    return found


def whole(value: Any) -> int | None:
    """A whole number, or None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
