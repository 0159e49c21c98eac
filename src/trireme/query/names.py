"""What plain words and regular expressions in a query mean: they look for runs by name."""

from __future__ import annotations

import re
from typing import Final

from trireme.domain.query import Attribute, Comparison, Operator, Or, Query
from trireme.domain.types import AttributeType

_NAMES: Final = tuple(Attribute(path, AttributeType.STRING) for path in ("sys/name", "sys/custom_run_id"))
_ID: Final = Attribute("sys/id", AttributeType.STRING)
_LIKE_AN_ID: Final = re.compile(r"[^\W_]\w*-\d+")


def named(text: str, operator: Operator, position: int) -> Query:
    """Runs whose name or custom id contains *text* in any case (ICONTAINS) or matches it (MATCHES); a short id is found too."""
    found: list[Query] = [Comparison(attribute, operator, text, position, position) for attribute in _NAMES]
    if operator is Operator.ICONTAINS and _LIKE_AN_ID.fullmatch(text):
        found.append(Comparison(_ID, Operator.EQ, text.upper(), position, position))
    return Or(tuple(found))
