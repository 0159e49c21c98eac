"""Tokens of NQL, Neptune's query language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from trireme.domain.errors import InvalidQuery


class Token(Enum):
    """Kinds of tokens."""

    OPEN = "("
    CLOSE = ")"
    COLON = ":"
    OPERATOR = "operator"
    QUOTED = "quoted text"
    PATH = "path in backticks"
    WORD = "word"
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token, its text (unquoted) and where it begins."""

    token: Token
    text: str
    position: int


_PATTERN = re.compile(
    r"""\s*(?:
    (?P<open>\()|(?P<close>\))|(?P<colon>:)
    |(?P<operator>==|!=|>=|<=|=|>|<)
    |"(?P<double>(?:[^"\\]|\\.)*)"
    |'(?P<single>(?:[^'\\]|\\.)*)'
    |`(?P<path>[^`]*)`
    |(?P<word>[^\s()`"'=!<>:]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def tokens(text: str) -> list[Lexeme]:
    """Split a query.

    Raises:
        InvalidQuery: a character that begins no token, or a quote that does not end.
    """
    found: list[Lexeme] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _PATTERN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            character = text[start]
            if character in "\"'`":
                raise InvalidQuery(f"The quote {character} is never closed.", position=start, hint=f"Add a closing {character}.")
            raise InvalidQuery(f"'{character}' is not understood here.", position=start)
        kind = match.lastgroup or ""
        start = match.start(kind) - (kind in ("double", "single", "path"))
        if kind in ("double", "single"):
            found.append(Lexeme(Token.QUOTED, _ESCAPE.sub(r"\1", match[kind]), start))
        else:
            token = {
                "open": Token.OPEN, "close": Token.CLOSE, "colon": Token.COLON, "operator": Token.OPERATOR, "path": Token.PATH,
                "word": Token.WORD,
            }[kind]  # fmt: skip
            found.append(Lexeme(token, match[kind], start))
        position = match.end()
    found.append(Lexeme(Token.END, "", len(text)))
    return found
