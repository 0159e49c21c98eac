"""One tree of errors: each meaning has a stable code, a sentence for people, and perhaps a hint with the way out."""

from __future__ import annotations

from typing import ClassVar


class TriremeError(Exception):
    """Base of everything Trireme raises on purpose.

    Parameters:
        message: one sentence that names the thing and, where there is one, the limit.
        hint: what the reader can do about it.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidInput(TriremeError):
    """The request or value is malformed or outside a limit."""

    code = "invalid_input"


class InvalidQuery(InvalidInput):
    """A filter could not be understood.

    Parameters:
        position: index of the first offending character in the query text.
        pattern_position: the same in the regular expression that is malformed, wherever that stands.
    """

    code = "invalid_query"

    def __init__(
        self, message: str, *, position: int | None = None, pattern_position: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.position = position
        self.pattern_position = pattern_position


class InvalidPath(InvalidInput):
    """An attribute path is empty, too long or holds characters that paths may not have."""

    code = "invalid_path"


class TypeConflict(InvalidInput):
    """A path already has another type in this run."""

    code = "type_conflict"


class ReadOnly(InvalidInput):
    """The path is kept by the server."""

    code = "read_only"


class BeforeFork(InvalidInput):
    """A fork's own points lie after its fork step."""

    code = "before_fork"


class PointExists(InvalidInput):
    """The very same point is stored already; harmless."""

    code = "point_exists"


class StepTaken(InvalidInput):
    """Another value is stored at that step, and the first one stays."""

    code = "step_taken"


class PreviewLate(InvalidInput):
    """A preview lies before the last committed step."""

    code = "preview_late"


class CorruptData(InvalidInput):
    """Bytes that should be a record, a segment or a frame are not."""

    code = "corrupt_data"


class TooLarge(InvalidInput):
    """A value or a body is over its limit."""

    code = "too_large"


class NotFound(TriremeError):
    """The named thing does not exist, or the caller may not know that it does."""

    code = "not_found"


class AlreadyExists(TriremeError):
    """A thing of that name exists."""

    code = "already_exists"


class Conflict(TriremeError):
    """The request contradicts the present state, e.g. a gap in a writer's stream."""

    code = "conflict"


class Unauthenticated(TriremeError):
    """No token, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class PermissionDenied(TriremeError):
    """The caller is known but may not do this."""

    code = "permission_denied"


class Unavailable(TriremeError):
    """A part the server depends on is not reachable or full; the request may be repeated as it is."""

    code = "unavailable"


class QueryTimeout(TriremeError):
    """A query ran into its time or memory limit."""

    code = "query_timeout"
