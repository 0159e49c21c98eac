"""What is wrong with a regular expression (RE2), and where, in words for whoever wrote it."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    "missing ]": "is never closed",
    "missing )": "is never closed",
    "unexpected )": "closes nothing",
    "no argument for repetition operator": "has nothing to repeat",
    "bad repetition operator": "repeats what is repeated already",
    "invalid repetition size": "is no number of repetitions; the most is 1,000",
    "invalid character class range": "is no range or class of characters",
    "invalid character class": "is no class of characters",
    "invalid escape sequence": "is no escape sequence",
    "invalid named capture group": "is no named group",
    "invalid perl operator": "is not known",
    "trailing \\": "at the end escapes nothing",
}


def pattern_problem(pattern: str, reason: str) -> tuple[str, int | None]:
    """A clause that says what is wrong with *pattern*, and the index of the character where it is, if that is known.

    Parameters:
        reason: RE2's own words: what it misses and, after a colon, the piece of the pattern that it looked at.
    """
    problem, _, piece = reason.partition(": ")
    words = _WORDS.get(problem)
    if words is None:
        return reason, None
    position: int | None
    match problem:
        case "missing ]":  # the piece is all that follows the bracket
            position, piece = len(pattern) - len(piece), "["
        case "missing )" | "unexpected )":
            position, piece = _lonely(pattern, problem == "missing )"), "(" if problem == "missing )" else ")"
        case "trailing \\":
            position, piece = len(pattern) - 1, "\\"
        case "no argument for repetition operator":
            position = _find(pattern, piece, after=("", "(", "|", ":", ")"))
        case _:
            position = _find(pattern, piece)
    if position is None or not pattern.startswith(piece, position):
        return f"“{piece}” {words}", None
    # Case-insensitive expressions of a query are handed on with a flag that nobody wrote.
    where = "" if pattern.startswith("(?i)") else f" (character {position + 1:,})"
    return f"“{piece}”{where} {words}", position


def _find(pattern: str, piece: str, after: tuple[str, ...] = ()) -> int | None:
    """Where *piece* begins, unless an escape stands there.

    Parameters:
        after: what may stand before it, "" for nothing; anything if none is given.
    """
    index, before = 0, ""
    while index < len(pattern):
        if piece and pattern.startswith(piece, index) and (not after or before in after):
            return index
        before = pattern[index : index + (2 if pattern[index] == "\\" else 1)]
        index += len(before)
    return None


def _lonely(pattern: str, opening: bool) -> int | None:
    """Where the parenthesis stands that lacks its other half: the last one that opens, or the first one that closes."""
    opened: list[int] = []
    index, bracket = 0, -1
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 2
            continue
        if bracket >= 0:
            # A bracket that closes at once is a character of its class.
            if character == "]" and pattern[bracket + 1 : index] not in ("", "^"):
                bracket = -1
        elif character == "[":
            bracket = index
        elif character == "(":
            opened.append(index)
        elif character == ")":
            if not opened:
                return None if opening else index
            opened.pop()
        index += 1
    return opened[-1] if opening and opened else None
