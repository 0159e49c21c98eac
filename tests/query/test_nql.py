"""NQL: what is understood, what is refused and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trireme.domain.errors import InvalidQuery
from trireme.domain.query import Aggregate, And, Attribute, Comparison, Exists, Not, Operator, Or, Query
from trireme.domain.types import AttributeType as T
from trireme.query.nql import MAX_DEPTH, parse_nql, to_nql
from trireme.query.sql import QueryPrinter

LR = Attribute("params/lr")


def compare(attribute: Attribute, operator: Operator, value: str) -> Comparison:
    return Comparison(attribute, operator, value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("   ", None),
        ("params/lr < 0.1", compare(LR, Operator.LT, "0.1")),
        ("params/lr<0.1", compare(LR, Operator.LT, "0.1")),
        ('`params/lr`:float == "0.1"', compare(Attribute("params/lr", T.FLOAT), Operator.EQ, "0.1")),
        ("`params/lr` : FLOAT = '0.1'", compare(Attribute("params/lr", T.FLOAT), Operator.EQ, "0.1")),
        ("(sys/state: experimentState = running)", compare(Attribute("sys/state", T.RUN_STATE), Operator.EQ, "running")),
        ('`sys/tags`:stringSet CONTAINS "a b"', compare(Attribute("sys/tags", T.STRING_SET), Operator.CONTAINS, "a b")),
        ('`sys/name`:string NOT MATCHES "x.*"', compare(Attribute("sys/name", T.STRING), Operator.NOT_MATCHES, "x.*")),
        ("params/lr EXISTS", Exists(LR)),
        ("last(loss) <= 1", compare(Attribute("loss", T.FLOAT_SERIES, Aggregate.LAST), Operator.LE, "1")),
        ("mean(`a b`:floatSeries) > 1", compare(Attribute("a b", T.FLOAT_SERIES, Aggregate.AVERAGE), Operator.GT, "1")),
        ('name == "say \\"hi\\" \\\\ there"', compare(Attribute("name"), Operator.EQ, 'say "hi" \\ there')),
        ("NOT (params/lr EXISTS)", Not(Exists(LR))),
        ("not not params/lr exists", Exists(LR)),
        ("params/lr NOT EXISTS", Not(Exists(LR))),
        ('name ICONTAINS "X"', compare(Attribute("name"), Operator.ICONTAINS, "X")),
        ("name NOT ICONTAINS X", compare(Attribute("name"), Operator.NOT_ICONTAINS, "X")),
        ("n IN (1, 2)", Or((compare(Attribute("n"), Operator.EQ, "1"), compare(Attribute("n"), Operator.EQ, "2")))),
        ('n NOT IN ("a, b",2)', And((compare(Attribute("n"), Operator.NE, "a, b"), compare(Attribute("n"), Operator.NE, "2")))),
        ('n in ("a")', compare(Attribute("n"), Operator.EQ, "a")),
        ("in = 1", compare(Attribute("in"), Operator.EQ, "1")),
        ("name MATCHES /^a\\/b$/i", compare(Attribute("name"), Operator.MATCHES, "(?i)^a/b$")),
        ("path = /data/set/", compare(Attribute("path"), Operator.EQ, "/data/set/")),
    ],
)
def test_understood(text: str, tree: Query | None) -> None:
    assert parse_nql(text) == tree


def name(text: str, operator: Operator = Operator.ICONTAINS) -> Or:
    return Or(
        tuple(Comparison(Attribute(path, T.STRING), operator, text) for path in ("sys/name", "sys/custom_run_id")),
    )


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("swift", name("swift")),
        ("swift falcon", And((name("swift"), name("falcon")))),
        ('"old run" OR ✓a', Or((*name("old run").operands, *name("✓a").operands))),
        ("swift NOT falcon", And((name("swift"), Not(name("falcon"))))),
        ("swift AND NOT /v[0-9]+ (a|b)$/", And((name("swift"), Not(name("v[0-9]+ (a|b)$", Operator.MATCHES))))),
        ("/a/i", name("(?i)a", Operator.MATCHES)),
        ("run in progress", And((name("run"), name("in"), name("progress")))),
        ("swift params/lr < 0.1", And((name("swift"), compare(LR, Operator.LT, "0.1")))),
        ("run (copy)", And((name("run"), name("copy")))),
        ("metrics/loss", name("metrics/loss")),
        ("mnist-12", Or((*name("mnist-12").operands, compare(Attribute("sys/id", T.STRING), Operator.EQ, "MNIST-12")))),
    ],
)
def test_words_and_expressions_look_for_names(text: str, tree: Query) -> None:
    assert parse_nql(text) == tree


def test_and_binds_closer_than_or() -> None:
    a, b, c = (Exists(Attribute(name)) for name in "abc")
    assert parse_nql("a EXISTS OR b EXISTS AND c EXISTS") == Or((a, And((b, c))))
    assert parse_nql("(a EXISTS OR b EXISTS) AND c EXISTS") == And((Or((a, b)), c))


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("() OR ()", 1, "attribute is expected"),
        ("key: float = (-_-)", 13, "value is expected"),
        ("a >", 3, "value is expected"),
        ("(a = 1", 0, "never closed"),
        ("a = 1)", 5, "closes nothing"),
        ("a = 1 b = 2", 6, "not expected here"),
        ("a ~ 1", 2, "no operator"),
        ("a = 1 falcon", 6, "not expected here"),
        ("swift /falcon", 6, "never closed"),
        ("a IN ()", 5, "list of values"),
        ("a IN b", 5, "list of values"),
        ("a IN (b", 5, "never closed"),
        ('"a" = 1', 0, "attribute is expected"),
        ("a:colour = 1", 2, "no type"),
        ('a = "x', 4, "never closed"),
        ("last(a = 1", 0, "never closed"),
        ("last(`a`:string) = 1", 0, "needs a float series"),
        ("a//b = 1", 0, "empty part"),
        ("a = 1 AND", 9, "ends where an attribute"),
    ],
)
def test_refused_with_a_position(text: str, position: int, says: str) -> None:
    with pytest.raises(InvalidQuery, match=says) as refused:
        parse_nql(text)
    assert refused.value.position == position


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("a:float = b", 10, "not a number"),
        ("a:float MATCHES b", 8, "does not fit"),
        ("a:bool = 7", 9, "neither true nor false"),
        ("a:datetime = 7", 13, "not a time"),
        ("a:string_set = b", 15, "not a set"),
        ("b = 1 AND a:string_set > b", 23, "does not fit"),
    ],
)
def test_what_does_not_fit_its_type_is_refused_with_a_position(text: str, position: int, says: str) -> None:
    tree = parse_nql(text)
    assert tree is not None
    with pytest.raises(InvalidQuery, match=says) as refused:
        QueryPrinter({}).bitmap(tree)
    assert refused.value.position == position


def test_thousands_of_terms_stay_flat() -> None:
    text = " OR ".join(f'(`sys/custom_run_id`:string == "run-{n}")' for n in range(5000))
    tree = parse_nql(text)
    assert isinstance(tree, Or) and len(tree.operands) == 5000
    params: dict[str, object] = {}
    assert QueryPrinter(params).bitmap(tree).count("SELECT run FROM") == 1, "one read for all of them"
    assert [len(str(value).split(",")) for value in params.values()] == [5000], "and one list"


def test_deep_parentheses_are_refused_not_fatal() -> None:
    assert parse_nql("(" * 400 + "a EXISTS" + ")" * 400) == Exists(Attribute("a"))
    with pytest.raises(InvalidQuery, match=f"deeper than {MAX_DEPTH}"):
        parse_nql("(" * 100_000)


def test_text_never_becomes_sql() -> None:
    params: dict[str, object] = {}
    tree = parse_nql("`a'; DROP TABLE x; --`:string == \"b' OR 1=1 --\"")
    assert tree is not None
    assert "DROP" not in QueryPrinter(params).bitmap(tree) and list(params.values()) == ["b' OR 1=1 --"]


paths = st.text(st.characters(exclude_characters="`/", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text
)
attributes = st.one_of(
    st.builds(Attribute, paths, st.sampled_from([None, T.FLOAT, T.STRING, T.BOOL, T.STRING_SET, T.FLOAT_SERIES])),
    st.builds(Attribute, paths, st.just(T.FLOAT_SERIES), st.sampled_from(Aggregate)),
)
leaves = st.one_of(
    st.builds(Comparison, attributes, st.sampled_from(Operator), st.text(max_size=10)), st.builds(Exists, attributes)
)


@given(
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner), st.lists(inner, min_size=2, max_size=3).map(lambda terms: And(tuple(terms))),
            st.lists(inner, min_size=2, max_size=3).map(lambda terms: Or(tuple(terms))),
        ),
        max_leaves=8,
    )
)  # fmt: skip
def test_printed_and_parsed_is_the_same_question(tree: Query) -> None:
    parsed = parse_nql(to_nql(tree))
    assert parsed is not None
    assert to_nql(parsed) == to_nql(_flat(tree))


def _flat(tree: Query) -> Query:
    """As the parser makes it: AND in AND and OR in OR are one, NOT NOT is nothing, and paths are in their stored form."""
    import unicodedata

    match tree:
        case And(operands):
            parts = [_flat(operand) for operand in operands]
            return And(tuple(x for part in parts for x in (part.operands if isinstance(part, And) else (part,))))
        case Or(operands):
            parts = [_flat(operand) for operand in operands]
            return Or(tuple(x for part in parts for x in (part.operands if isinstance(part, Or) else (part,))))
        case Not(operand):
            return Not(_flat(operand))
        case Comparison(attribute, operator, value):
            path = unicodedata.normalize("NFC", attribute.path)
            return Comparison(Attribute(path, attribute.type, attribute.aggregate), operator, value)
        case Exists(attribute):
            return Exists(Attribute(unicodedata.normalize("NFC", attribute.path), attribute.type, attribute.aggregate))
