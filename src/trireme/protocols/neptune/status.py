"""The outcome of a request travels in its id, so that asking for it later needs no memory and survives every restart."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Final

_FORM: Final = re.compile(r"t1-([0-9a-f]{1,20})((?:-\d{1,3}\.\d{1,12}){0,64})")


def request_id(outcome: Counter[int]) -> str:
    """An id that says how often which ingest code came up; none for a request without a fault."""
    faults = "".join(f"-{int(code)}.{count}" for code, count in sorted(outcome.items()))
    return f"t1-{time.time_ns():x}{faults}"


def outcome_of(identity: str) -> Counter[int] | None:
    """The inverse of `request_id`; None for a text that is no such id."""
    match = _FORM.fullmatch(identity)
    if match is None:
        return None
    parts = (part.split(".") for part in match[2].split("-") if part)
    return Counter({int(code): int(count) for code, count in parts})
