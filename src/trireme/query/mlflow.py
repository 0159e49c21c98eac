"""MLflow's filter language: comparisons joined by AND. Text to terms; what a term means is told by whoever searches.

The grammar is what MLflow documents for ``filter_string`` and ``order_by`` (``mlflow.search_runs``), with its quoting: strings in single or
double quotes, keys in backticks or double quotes unless they are made of letters, digits, underscores and dots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import InvalidQuery
from trireme.domain.limits import MAX_QUERY_BYTES

MAX_TERMS: Final = 100
LIKE: Final = ("LIKE", "ILIKE")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison.

    Parameters:
        entity: what stands before the first dot; None for a bare key.
        operator: in capitals, e.g. ``NOT IN``; ``IS NULL`` and ``IS NOT NULL`` have no value.
        value: a text, a number as it was written, or a tuple of texts.
        quoted: the value stood in quotes.
    """

    entity: str | None
    key: str
    operator: str
    value: str | tuple[str, ...] = ""
    quoted: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """One key to sort by."""

    entity: str | None
    key: str
    ascending: bool = True


_PATTERN: Final = re.compile(
    r"""\s*(?:
    (?P<open>\()|(?P<close>\))|(?P<comma>,)
    |(?P<operator>!=|>=|<=|=|>|<)
    |'(?P<single>(?:[^'\\]|\\.|'')*)'
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?=[\s),]|$)
    |(?P<key>(?:[^\s()'"`=!<>,;]|"(?:[^"\\]|\\.)*"|`[^`]*`|(?<=\.)'[^']*')+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_QUOTED_END: Final = re.compile(r"(?<=\w)\.(?:`[^`]*`|\"[^\"]*\")$")
"""Of ``span.attributes.`llm model` ``, whose entity has parts of its own."""
_BARE_KEY: Final = re.compile(r"[^\W\d][\w.]*")
_FORBIDDEN: Final = frozenset({"OR", "BETWEEN"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _PATTERN.match(text, position)
        if match is None:
            raise InvalidQuery(f"Invalid clause(s) in filter string: '{text[position:][:100].strip()}'", position=position)
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return found


def parse_filter(text: str | None, *, bare_values: bool = False) -> list[Term]:
    """The comparisons of a filter, all of which must hold.

    Parameters:
        bare_values: a text may stand without quotes (in searches of logged models).

    Raises:
        InvalidQuery: the text is no such filter.
    """
    if not text:
        return []
    if len(text.encode(errors="replace")) > MAX_QUERY_BYTES:
        raise InvalidQuery(f"The filter has {len(text):,} characters; the limit is {MAX_QUERY_BYTES:,} bytes.", position=0)
    tokens = _tokens(text)
    if not tokens:
        raise InvalidQuery("Invalid clause(s) in filter string: it is blank.")
    terms: list[Term] = []
    index = 0
    while index < len(tokens):
        term, index = _term(tokens, index, text, bare_values)
        terms.append(term)
        if len(terms) > MAX_TERMS:
            raise InvalidQuery(f"A filter has at most {MAX_TERMS} comparisons.", position=term.position)
        if index < len(tokens) and tokens[index].kind == "key" and tokens[index].text.upper() == "AND":
            index += 1
            if index == len(tokens):
                raise InvalidQuery("Invalid filter string: it ends with AND.", position=len(text))
    return terms


def _term(tokens: Sequence[_Token], index: int, text: str, bare_values: bool) -> tuple[Term, int]:
    start = tokens[index]
    rest = tokens[index : index + 6]
    words = [token.text.upper() if token.kind == "key" else "" for token in rest] + [""] * 6
    if start.kind != "key" or words[0] in _FORBIDDEN or words[0] in ("AND", "NOT"):
        raise InvalidQuery(f"Invalid clause(s) in filter string: '{text[start.position :][:100]}'", position=start.position)
    entity, key = _identifier(start.text)
    index += 1
    words = words[1:]
    rest = tokens[index : index + 6]
    if words[0] == "IS":
        negative = words[1] == "NOT"
        if words[1 + negative] != "NULL":
            raise InvalidQuery(f"Invalid clause(s) in filter string: '{text[start.position :][:100]}'", position=start.position)
        operator = "IS NOT NULL" if negative else "IS NULL"
        return Term(entity, key, operator, position=start.position), index + 2 + negative
    if words[0] == "NOT" and words[1] == "IN":
        operator, index = "NOT IN", index + 2
    elif rest and (rest[0].kind == "operator" or words[0] in (*LIKE, "RLIKE", "IN")):
        operator, index = (rest[0].text if rest[0].kind == "operator" else words[0]), index + 1
    else:
        raise InvalidQuery(f"Invalid comparator in filter string: '{text[start.position :][:100]}'", position=start.position)
    if operator in ("IN", "NOT IN"):
        values, index = _list(tokens, index, start.position)
        return Term(entity, key, operator, values, True, start.position), index
    if index >= len(tokens):
        raise InvalidQuery(f"Invalid clause(s) in filter string: no value follows '{operator}'.", position=len(text))
    value = tokens[index]
    if value.kind == "number":
        return Term(entity, key, operator, value.text, False, start.position), index + 1
    if value.kind == "single":
        return Term(entity, key, operator, _unquoted(value.text), True, start.position), index + 1
    if value.kind == "key" and len(value.text) > 1 and value.text[0] == value.text[-1] == '"':
        return Term(entity, key, operator, value.text[1:-1], True, start.position), index + 1
    if value.kind == "key" and bare_values:
        return Term(entity, key, operator, value.text, False, start.position), index + 1
    if value.kind == "open":
        values, index = _list(tokens, index, start.position)
        raise InvalidQuery(f"Invalid value for '{key}': a list needs IN or NOT IN.", position=start.position)
    raise InvalidQuery(
        f"Expected a quoted string value or a number for '{key}', got '{value.text[:100]}'", position=value.position
    )


def _list(tokens: Sequence[_Token], index: int, position: int) -> tuple[tuple[str, ...], int]:
    values: list[str] = []
    if index >= len(tokens) or tokens[index].kind != "open":
        raise InvalidQuery("IN and NOT IN expect a list of strings in parentheses.", position=position)
    index += 1
    while index < len(tokens):
        token = tokens[index]
        double = token.kind == "key" and len(token.text) > 1 and token.text[0] == token.text[-1] == '"'
        if token.kind != "single" and not double:
            break
        values.append(token.text[1:-1] if double else _unquoted(token.text))
        index += 1
        if index < len(tokens) and tokens[index].kind == "comma":
            index += 1
            if index < len(tokens) and tokens[index].kind != "close":
                continue
        if index < len(tokens) and tokens[index].kind == "close":
            return tuple(values), index + 1
        break
    else:
        raise InvalidQuery("A list in the filter is not closed.", position=position)
    raise InvalidQuery(
        "While parsing a list in the query, expected a non-empty list of string values surrounded by quotes.", position=position
    )


def _unquoted(text: str) -> str:
    return text.replace("''", "'")


def _identifier(text: str) -> tuple[str | None, str]:
    """Entity and key, either of which may be in quotes.

    Raises:
        InvalidQuery: it would need quotes, or has no key.
    """
    quoted = _without_quotes(text)
    if quoted is not None:
        return None, quoted
    entity, dot, key = text.partition(".")
    quoted = _without_quotes(key)
    bare = entity if quoted is not None else _QUOTED_END.sub("", text)
    if not _BARE_KEY.fullmatch(bare) or (dot and not key):
        raise InvalidQuery(
            f"Invalid identifier '{text[:100]}'.", hint="Put a key with other characters into backticks: metrics.`val/acc`."
        )
    if not dot:
        return None, text
    return entity, key if quoted is None else quoted


def _without_quotes(text: str) -> str | None:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"`'":
        return text[1:-1]
    return None


def parse_order(texts: Sequence[str]) -> list[Order]:
    """The keys to sort by.

    Raises:
        InvalidQuery: a text is no such key, or a key comes twice.
    """
    found: list[Order] = []
    for text in texts:
        tokens = _tokens(text)
        words = [token.text for token in tokens if token.kind == "key"]
        if len(words) != len(tokens) or not words:
            raise InvalidQuery(f"Invalid order_by clause '{text[:100]}'. Could not be parsed.")
        if len(words) > 2 or (len(words) == 2 and words[1].upper() not in ("ASC", "DESC")):
            raise InvalidQuery(f"Invalid ordering key in order_by clause '{text[:100]}'.")
        order = Order(*_identifier(words[0]), ascending=len(words) == 1 or words[1].upper() == "ASC")
        if any((order.entity, order.key) == (other.entity, other.key) for other in found):
            raise InvalidQuery(f"`order_by` contains duplicate fields: {[text[:100] for text in texts]}")
        found.append(order)
    return found


def is_number(text: str) -> bool:
    """Whether a value was written as a number."""
    return _NUMBER.fullmatch(text) is not None


def like_pattern(pattern: str, *, ignore_case: bool) -> str:
    """A LIKE pattern as a regular expression (RE2) that matches the whole text."""
    parts = [".*" if part == "%" else "." if part == "_" else re.escape(part) for part in pattern]
    return f"(?{'i' if ignore_case else ''}s)^{''.join(parts)}$"


def is_like(text: str, pattern: str, *, ignore_case: bool) -> bool:
    """Whether a LIKE pattern matches a whole text; its time is bounded by the product of their lengths."""
    if ignore_case:
        text, pattern = text.lower(), pattern.lower()
    position = start = 0
    star = restart = -1
    while position < len(text):
        if start < len(pattern) and pattern[start] == "%":
            star, restart = start, position
            start += 1
        elif start < len(pattern) and pattern[start] in ("_", text[position]):
            position += 1
            start += 1
        elif star >= 0:
            restart += 1
            position, start = restart, star + 1
        else:
            return False
    return not pattern[start:].strip("%")
