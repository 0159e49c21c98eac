"""NQL text to the query tree and back.

    `params/lr`:float < "0.01" AND (last(`train/loss`:floatSeries) <= 0.5 OR NOT `sys/tags`:stringSet CONTAINS "draft")
    swift NOT "old run" OR /^falcon-[0-9]+$/

Quotes around values, backticks around paths, types and the doubled ``==`` may be left out where nothing is ambiguous.
AND binds closer than OR, and may be left out after a word. The parser keeps its own stack, so thousands of terms and deep
parentheses are no danger.
"""

from __future__ import annotations

from typing import Final

from trireme.domain.errors import InvalidQuery, TriremeError
from trireme.domain.limits import MAX_QUERY_BYTES
from trireme.domain.paths import check_path
from trireme.domain.query import Aggregate, And, Attribute, Comparison, Exists, Not, OneOf, Operator, Or, Query
from trireme.domain.types import AttributeType
from trireme.query.lexer import Lexeme, Token, tokens
from trireme.query.names import named

MAX_DEPTH: Final = 500
_TYPES: Final = {
    **{type_.label: type_ for type_ in AttributeType},
    **{type_.label.replace("_", ""): type_ for type_ in AttributeType},
    "integer": AttributeType.INT,
    "boolean": AttributeType.BOOL,
    "text": AttributeType.STRING,
    "experimentstate": AttributeType.RUN_STATE,
    "fileref": AttributeType.FILE,
    "filerefseries": AttributeType.FILE_SERIES,
}
_AGGREGATES: Final = {aggregate.value: aggregate for aggregate in Aggregate} | {
    "mean": Aggregate.AVERAGE,
    "avg": Aggregate.AVERAGE,
    "var": Aggregate.VARIANCE,
}
_OPERATORS: Final = {operator.value: operator for operator in Operator} | {"=": Operator.EQ}
_VERBS: Final = frozenset({"exists", "matches", "contains", "icontains"})
_KEYWORDS: Final = _VERBS | {"and", "or", "not"}
_HINT: Final = "Operators are == != > >= < <= MATCHES CONTAINS ICONTAINS IN, each of the words also with NOT, and EXISTS."


def parse_nql(text: str) -> Query | None:
    """The tree of a query; None for an empty one, which means every run.

    Raises:
        InvalidQuery: with the position where understanding ended.
    """
    if len(text.encode(errors="replace")) > MAX_QUERY_BYTES:
        raise InvalidQuery(f"The query has {len(text):,} characters; the limit is {MAX_QUERY_BYTES:,} bytes.", position=0)
    if not text.strip():
        return None
    return _Parser(tokens(text)).parse()


class _Level:
    """What is open at one depth of parentheses: the terms of the OR so far, of the AND so far, and pending NOTs."""

    __slots__ = ("ands", "nots", "ors", "position")

    def __init__(self, position: int) -> None:
        self.ors: list[Query] = []
        self.ands: list[Query] = []
        self.nots = 0
        self.position = position


class _Parser:
    def __init__(self, lexemes: list[Lexeme]) -> None:
        self._lexemes = lexemes
        self._index = 0

    def parse(self) -> Query:
        stack = [_Level(0)]
        expects_term = True
        after_name = False  # AND may be left out between words that look for names
        while True:
            here = self._peek()
            keyword = here.text.lower() if here.token is Token.WORD else ""
            if expects_term:
                if keyword == "not" and not self._names_attribute():
                    stack[-1].nots ^= 1
                    self._next()
                elif here.token is Token.OPEN:
                    self._next()
                    stack.append(_Level(here.position))
                    if len(stack) > MAX_DEPTH:
                        raise InvalidQuery(f"Parentheses nest deeper than {MAX_DEPTH}.", position=here.position)
                else:
                    after_name = self._is_name()
                    _add(stack[-1], self._name() if after_name else self._condition())
                    expects_term = False
            elif here.token is Token.CLOSE:
                if len(stack) == 1:
                    raise InvalidQuery("This ) closes nothing.", position=here.position)
                self._next()
                inner = _close(stack.pop())
                _add(stack[-1], inner)
            elif here.token is Token.END:
                if len(stack) > 1:
                    raise InvalidQuery("This ( is never closed.", position=stack[-1].position, hint="Add a ).")
                return _close(stack[0])
            elif keyword in ("and", "or"):
                self._next()
                if keyword == "or":
                    _finish_and(stack[-1])
                expects_term = True
            elif after_name and here.token in (Token.WORD, Token.QUOTED, Token.REGEX, Token.PATH, Token.OPEN):
                expects_term = True
            else:
                raise InvalidQuery(
                    f"'{here.text}' is not expected here.", position=here.position, hint="Join conditions with AND or OR."
                )

    def _is_name(self) -> bool:
        """Whether what stands here is a word or expression that looks for names, and not an attribute."""
        here = self._peek()
        if here.token in (Token.QUOTED, Token.REGEX):
            return self._peek(1).token is not Token.OPERATOR
        if here.token is not Token.WORD or here.text.lower() in _KEYWORDS:
            return False
        after = self._peek(1)
        if after.token in (Token.OPERATOR, Token.COLON):
            return False
        if after.token is Token.OPEN:
            return here.text.lower() not in _AGGREGATES
        negated = after.token is Token.WORD and after.text.lower() == "not"
        verb, behind = (self._peek(2), self._peek(3)) if negated else (after, self._peek(2))
        word = verb.text.lower() if verb.token is Token.WORD else ""
        # "in" is a word like others; a list behind it or capitals make it an operator.
        return word not in _VERBS and not (word == "in" and (verb.text == "IN" or behind.token is Token.OPEN))

    def _name(self) -> Query:
        here = self._next()
        if here.token is Token.REGEX:
            return named(here.text, Operator.MATCHES, here.position)
        if here.token is Token.WORD and here.text.startswith("/"):
            raise InvalidQuery("This regular expression is never closed.", position=here.position, hint="Add a / at its end.")
        if not any(character.isalnum() for character in here.text):
            raise InvalidQuery(f"'{here.text}' is no operator.", position=here.position, hint=_HINT)
        return named(here.text, Operator.ICONTAINS, here.position)

    def _condition(self) -> Query:
        attribute = self._attribute()
        here = self._next()
        negated = here.token is Token.WORD and here.text.lower() == "not"
        verb = self._next() if negated else here
        word = verb.text.upper() if verb.token is Token.WORD else verb.text
        if word == "EXISTS":
            return Not(Exists(attribute)) if negated else Exists(attribute)
        if word == "IN":
            return self._list(attribute, Operator.NE if negated else Operator.EQ, here)
        operator = _OPERATORS.get(f"NOT {word}" if negated else word)
        if operator is None or verb.token not in (Token.WORD, Token.OPERATOR):
            raise InvalidQuery(
                f"'{verb.text}' is no operator." if verb.text else f"'{attribute.path}' is compared with nothing.",
                position=verb.position,
                hint=_HINT,
            )
        value = self._next()
        if value.token not in (Token.QUOTED, Token.WORD, Token.REGEX):
            raise InvalidQuery(
                f"A value is expected after {operator.value}.", position=value.position, hint='Put it in double quotes: "value".'
            )
        matches = operator in (Operator.MATCHES, Operator.NOT_MATCHES)
        text = value.text if value.token is not Token.REGEX or matches else value.raw
        return Comparison(attribute, operator, text, here.position, value.position)

    def _list(self, attribute: Attribute, operator: Operator, here: Lexeme) -> Query:
        """``IN ("a", "b")``: the same as comparisons joined by OR; NOT IN by AND."""
        opening = self._next()
        terms: list[Query] = []
        while opening.token is Token.OPEN:
            value = self._next()
            if value.token is Token.CLOSE:
                break
            if value.token not in (Token.QUOTED, Token.WORD):
                raise InvalidQuery("The list is never closed.", position=opening.position, hint="Add a ).")
            # Unquoted values may carry their comma.
            texts = [value.text] if value.token is Token.QUOTED else filter(None, value.text.split(","))
            terms += [Comparison(attribute, operator, text, here.position, value.position) for text in texts]
        if not terms:
            raise InvalidQuery(
                "A list of values is expected after IN.", position=opening.position, hint='Write it as IN ("a", "b").'
            )
        if len(terms) == 1:
            return terms[0]
        return Or(tuple(terms)) if operator is Operator.EQ else And(tuple(terms))

    def _attribute(self) -> Attribute:
        here = self._next()
        if here.token is Token.WORD and here.text.lower() in _AGGREGATES and self._peek().token is Token.OPEN:
            self._next()
            path, type_ = self._path(self._next())
            closing = self._next()
            if closing.token is not Token.CLOSE:
                raise InvalidQuery(f"{here.text}( is never closed.", position=here.position, hint="Add a ).")
            if type_ not in (None, AttributeType.FLOAT_SERIES):
                raise InvalidQuery(f"{here.text}() needs a float series, not a {type_.label}.", position=here.position)
            return Attribute(path, AttributeType.FLOAT_SERIES, _AGGREGATES[here.text.lower()])
        path, type_ = self._path(here)
        return Attribute(path, type_)

    def _path(self, here: Lexeme) -> tuple[str, AttributeType | None]:
        if here.token not in (Token.PATH, Token.WORD) or (here.token is Token.WORD and here.text.lower() in _KEYWORDS):
            raise InvalidQuery(
                "An attribute is expected here."
                if here.token is not Token.END
                else "The query ends where an attribute is expected.",
                position=here.position,
                hint="Name it as `params/lr` or params/lr.",
            )
        try:
            path = check_path(here.text)
        except TriremeError as error:
            raise InvalidQuery(error.message, position=here.position, hint=error.hint) from error
        if self._peek().token is not Token.COLON:
            return path, None
        self._next()
        label = self._next()
        type_ = _TYPES.get(label.text.lower())
        if type_ is None or label.token is not Token.WORD:
            names = ", ".join(sorted(kind.label for kind in AttributeType))
            raise InvalidQuery(f"'{label.text}' is no type of an attribute.", position=label.position, hint=f"Types are {names}.")
        return path, type_

    def _names_attribute(self) -> bool:
        """Whether the word here stands for an attribute although it reads like a keyword: ``not == 1``."""
        return self._peek(1).token in (Token.OPERATOR, Token.COLON)

    def _peek(self, ahead: int = 0) -> Lexeme:
        return self._lexemes[min(self._index + ahead, len(self._lexemes) - 1)]

    def _next(self) -> Lexeme:
        here = self._lexemes[self._index]
        if here.token is not Token.END:
            self._index += 1
        return here


def _add(level: _Level, term: Query) -> None:
    level.ands.append(Not(term) if level.nots else term)
    level.nots = 0


def _finish_and(level: _Level) -> None:
    terms = _flat(level.ands, And)
    level.ors.append(terms[0] if len(terms) == 1 else And(terms))
    level.ands = []


def _close(level: _Level) -> Query:
    _finish_and(level)
    terms = _flat(level.ors, Or)
    return terms[0] if len(terms) == 1 else Or(terms)


def _flat(terms: list[Query], kind: type[And] | type[Or]) -> tuple[Query, ...]:
    found: list[Query] = []
    for term in terms:
        if isinstance(term, kind):
            found.extend(term.operands)
        else:
            found.append(term)
    return tuple(found)


def to_nql(query: Query) -> str:
    """The text of a tree, fully quoted: `parse_nql` makes the same tree of it."""
    match query:
        case Comparison(attribute, operator, value):
            text = str(value).replace("\\", "\\\\").replace('"', '\\"')
            return f'{_attribute_text(attribute)} {operator.value} "{text}"'
        case Exists(attribute):
            return f"{_attribute_text(attribute)} EXISTS"
        case OneOf(runs):
            raise ValueError(f"{len(runs)} named runs have no words in NQL")
        case Not(operand):
            return f"NOT ({to_nql(operand)})"
        case And(operands):
            return " AND ".join(f"({to_nql(operand)})" for operand in operands)
        case Or(operands):
            return " OR ".join(f"({to_nql(operand)})" for operand in operands)


def _attribute_text(attribute: Attribute) -> str:
    text = f"`{attribute.path}`" + (f":{attribute.type.label}" if attribute.type else "")
    return f"{attribute.aggregate.value}({text})" if attribute.aggregate else text
