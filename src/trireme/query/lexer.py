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
    REGEX = "regular expression between slashes"
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token, its text (unquoted), where it begins, and the text as it was written."""

    token: Token
    text: str
    position: int
    raw: str = ""


_PATTERN = re.compile(
    r"""\s*(?:
    (?P<open>\()|(?P<close>\))|(?P<colon>:)
    |(?P<operator>==|!=|>=|<=|=|>|<)
    |"(?P<double>(?:[^"\\]|\\.)*)"
    |'(?P<single>(?:[^'\\]|\\.)*)'
    |`(?P<path>[^`]*)`
    |(?P<regex>/(?:[^/\\\n]|\\.)+/i?(?=[\s)]|$))
    |(?P<word>[^\s()`"'=!<>:]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def pattern_of(written: str) -> str:
    """The regular expression that ``/pattern/`` or ``/pattern/i`` stands for."""
    ignore_case = written.endswith("i")
    pattern = written[1 : -2 if ignore_case else -1].replace("\\/", "/")
    return f"(?i){pattern}" if ignore_case else pattern


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
        raw = text[start : match.end()]
        if kind in ("double", "single"):
            found.append(Lexeme(Token.QUOTED, _ESCAPE.sub(r"\1", match[kind]), start, raw))
        elif kind == "regex":
            found.append(Lexeme(Token.REGEX, pattern_of(raw), start, raw))
        else:
            token = {
                "open": Token.OPEN, "close": Token.CLOSE, "colon": Token.COLON, "operator": Token.OPERATOR, "path": Token.PATH,
                "word": Token.WORD,
            }[kind]  # fmt: skip
            found.append(Lexeme(token, match[kind], start, raw))
        position = match.end()
    found.append(Lexeme(Token.END, "", len(text)))
    return found
