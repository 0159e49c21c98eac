"""Where the files of a model version are, from its address."""

from __future__ import annotations

import re
from typing import Final

_OF_RUN: Final = re.compile(r"/([0-9A-Za-z][\w\-]{0,255})/artifacts(?:/(.*))?$")
_OF_MODEL: Final = re.compile(r"/models/(m-[0-9a-f]{32})/artifacts/?$")
HERE: Final = ("runs:", "models:")
"""How addresses begin that mean something within MLflow."""


def files_of(storage: str, source: str, run_id: str) -> str | None:
    """The files of a version as ``runs:/<run>/<path>`` or ``models:/<id>``; None if they are neither a run's nor a logged model's.

    Parameters:
        storage, source: the addresses that the store keeps; their beginnings may be those of another machine.
    """
    for address in (storage, source):
        if address.startswith(HERE):
            return address
        if found := _OF_MODEL.search(address):
            return f"models:/{found[1]}"
        found = _OF_RUN.search(address)
        if found and (not run_id or found[1] == run_id):
            return f"runs:/{found[1]}/{found[2] or ''}".rstrip("/")
    return None
