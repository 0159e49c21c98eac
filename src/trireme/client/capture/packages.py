"""The installed packages, as a requirements file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions

from trireme.client.capture.source import without_credentials

_SEPARATORS = re.compile(r"[-_.]+")


def requirements(search_path: Iterable[str]) -> str:
    """One line for each distribution found on *search_path* (a ``sys.path``), by name. The first of a name counts."""
    found: dict[str, str] = {}
    for distribution in distributions(path=list(search_path)):
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # a half-deleted package: metadata may be absent or of any form
            continue
        if name:
            found.setdefault(_SEPARATORS.sub("-", name).lower(), _line(distribution, name, version))
    return "".join(f"{found[key]}\n" for key in sorted(found))


def _line(distribution: Distribution, name: str, version: str) -> str:
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
        url = without_credentials(str(origin.get("url", "")))
        if "vcs_info" in origin:
            return f"{name} @ {origin['vcs_info']['vcs']}+{url}@{origin['vcs_info']['commit_id']}"
        if origin.get("dir_info", {}).get("editable"):
            return f"{name}=={version}  # editable: {url}"
    except (OSError, ValueError, KeyError, AttributeError):
        pass  # without its origin it is still a package of a version
    return f"{name}=={version}"
