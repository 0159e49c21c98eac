"""Values as JSON and Arrow carry them: what the schemas promise."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request, Response

from trireme.domain.dates import EPOCH, moment
from trireme.domain.errors import InvalidInput
from trireme.domain.records import FileRef
from trireme.server.schemas.common import FileValue

if TYPE_CHECKING:
    import pyarrow as pa

ARROW = "application/vnd.apache.arrow.stream"
_MAX_JSON_INT = 1 << 53


def iso(milliseconds: int) -> str:
    """ISO 8601 in UTC with milliseconds; what lies before the year 1 or after 9999 is moved there."""
    return moment(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(text: str | None) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 time; a time without zone is UTC.

    Raises:
        InvalidInput: it is no time between the years 1970 and 2299.
    """
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        found = (time - EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"'{text[:60]}' is not a time.", hint="Use ISO 8601, e.g. 2026-11-23T12:00:00Z.") from error
    if not 0 <= found < 10_413_792_000_000:
        raise InvalidInput(f"'{text[:60]}' is outside the years 1970 to 2299.")
    return found


def number(value: float) -> float | str:
    """A float as JSON can carry it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def jsonable(value: object) -> Any:
    """A value of the domain as the schema `Value`."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return value if -_MAX_JSON_INT <= value <= _MAX_JSON_INT else str(value)
        case float():
            return number(value)
        case datetime():
            return iso((value - EPOCH) // timedelta(milliseconds=1))
        case FileRef():
            return FileValue(value.sha256, value.size, value.mime, value.name)
        case frozenset():
            return sorted(value)
        case _:
            return [jsonable(item) for item in value]  # type: ignore[attr-defined]


def wants_arrow(request: Request[Any, Any, Any]) -> bool:
    """Whether the client prefers Arrow."""
    return ARROW in request.headers.get("accept", "")


def arrow(table: pa.Table, **headers: str | None) -> Response[bytes]:
    """A table as one Arrow stream. Keyword ``next_cursor`` becomes the header ``Trireme-Next-Cursor``."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    named = {f"Trireme-{name.replace('_', '-').title()}": value for name, value in headers.items() if value is not None}
    return Response(sink.getvalue().to_pybytes(), status_code=200, media_type=ARROW, headers=named)
