"""What the rest of Trireme may ask of the warehouse, whichever engine answers: embedded chDB or a ClickHouse server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

from trireme.domain.errors import InvalidQuery, QueryTimeout, TriremeError, Unavailable
from trireme.domain.patterns import pattern_problem

if TYPE_CHECKING:
    import pyarrow as pa

QUERY_TIMEOUT_SECONDS: Final = 30.0
QUERY_MEMORY_BYTES: Final = 4 * 1024**3

PARSER_LIMITS: Final = {"max_query_size": 16 * 1024**2, "max_ast_elements": 1_000_000, "max_expanded_ast_elements": 1_000_000}
"""What a query of `domain.limits.MAX_CONDITIONS` conditions becomes fits; the engine's defaults stop at some hundred."""

Parameters = Mapping[str, object]


class WarehouseError(TriremeError):
    """The engine refused a statement that Trireme wrote: a defect of ours, never the user's text."""

    code = "internal"


class Warehouse(Protocol):
    """A column store that speaks ClickHouse SQL. All methods may be called from any thread."""

    def query(
        self, sql: str, params: Parameters | None = None, *, timeout_seconds: float = QUERY_TIMEOUT_SECONDS, request_id: str = ""
    ) -> pa.Table:
        """Run one SELECT, read-only and within limits.

        Parameters:
            sql: text of our own without a SETTINGS clause; every value as ``{name:Type}``.
            params: the values by name.
            timeout_seconds: the engine gives up after this time.
            request_id: stands in the engine's log beside the query.

        Raises:
            InvalidQuery: a regular expression among the values is not RE2.
            QueryTimeout: the time or memory limit was reached.
            Unavailable: the engine cannot be reached or has no space.
        """
        ...

    def execute(self, sql: str, params: Parameters | None = None) -> None:
        """Run one statement that changes something: DDL, DELETE, INSERT … SELECT. Raises as `query` does."""
        ...

    def insert(self, table: str, block: pa.Table) -> None:
        """Append *block*, whose column names are the table's, as one part. On return it is on disk and readable."""
        ...

    def close(self) -> None:
        """Finish running statements and let go of the store."""
        ...


_CODE = re.compile(r"Code: (\d+)")
_TIME_OR_MEMORY = frozenset({159, 160, 241, 307, 396})
_NO_SPACE_OR_LINK = frozenset({74, 75, 76, 84, 210, 209, 243, 252, 425})
_BAD_REGEX = frozenset({427, 691})


def to_domain_error(text: str) -> TriremeError:
    """Turn an engine's message into one of our errors; the engine's own words stay in the log, not in the sentence."""
    found = _CODE.search(text)
    code = int(found[1]) if found else 0
    if code in _BAD_REGEX:
        told = re.search(r"cannot compile re2: (.*), error: (.+?)\. Look at", text, re.DOTALL)
        problem, position = pattern_problem(told[1], told[2]) if told else ("it is not RE2 syntax", None)
        return InvalidQuery(
            f"A regular expression is malformed: {problem}.",
            pattern_position=position,
            hint="Regular expressions follow RE2: no look-around, no back-references.",
        )
    if code in _TIME_OR_MEMORY:
        return QueryTimeout("The query reached its time or memory limit.", hint="Ask for fewer runs, columns or points.")
    if code in _NO_SPACE_OR_LINK:
        return Unavailable("The warehouse cannot write or read now.", hint="Check the free disk space and the server's log.")
    return WarehouseError(
        f"The warehouse refused a statement (code {code}).", hint="This is a defect of Trireme; see the server's log."
    )


def bind(params: Parameters | None) -> dict[str, str]:
    """Values in the text form both engines parse for ``{name:Type}``."""
    if not params:
        return {}
    from clickhouse_connect.driver.binding import format_bind_value  # 0.3 s: only where a query runs

    return {name: str(format_bind_value(value)) for name, value in params.items()}
