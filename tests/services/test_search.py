"""The runs table against a plain evaluation of the same question."""

from __future__ import annotations

import math
import random
import re
from typing import Any

import pytest

from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import And, Attribute, Comparison, Exists, Not, Operator, Or, Query, SortBy
from trireme.domain.types import AttributeType as T
from trireme.query.nql import parse_nql
from trireme.server.services import Services

RUNS = 60
Values = dict[str, tuple[T, Any]]


@pytest.fixture
def project(services: Services, actor: Actor) -> tuple[ProjectRecord, dict[str, Values]]:
    """A project of random runs, and what each was given, by short id."""
    chance = random.Random(7)
    given: dict[str, Values] = {}
    for number in range(RUNS):
        view = services.runs.create(
            actor, project="default/search", custom_run_id=f"run-{number}", name=None, tags=[], created_at=None, resume="allow"
        )
        values: Values = {
            "lr": (T.FLOAT, chance.choice([0.1, 0.01, 1e-3, math.nan, math.inf])),
            "n": (T.INT, chance.randrange(-5, 5)),
        }
        if chance.random() < 0.7:
            values["name"] = (T.STRING, chance.choice(["Alpha", "beta", "x.y", "12", "żółw", 'say "hi"']))
        if chance.random() < 0.5:
            values["ok"] = (T.BOOL, chance.random() < 0.5)
        values["when"] = (T.DATETIME, 1_700_000_000_000 + number)
        values["labels"] = (T.STRING_SET, frozenset(chance.sample(["a", "b", "c d"], chance.randrange(1, 3))))
        # One path, different types in different runs.
        values["mixed"] = (T.FLOAT, float(number)) if number % 2 else (T.STRING, str(number))
        services.ingest.set_attributes(view.record, values)
        given[view.record.short_id] = values
    return services.projects.get(actor, "default", "search"), given


def holds(query: Query | None, values: Values) -> bool:
    """The meaning of a query for one run."""
    match query:
        case None:
            return True
        case And(operands):
            return all(holds(operand, values) for operand in operands)
        case Or(operands):
            return any(holds(operand, values) for operand in operands)
        case Not(operand):
            return not holds(operand, values)
        case Exists(attribute):
            found = values.get(attribute.path)
            return found is not None and attribute.type in (None, found[0])
        case Comparison(attribute, operator, text):
            found = values.get(attribute.path)
            if found is None or attribute.type not in (None, found[0]):
                return attribute.type is T.STRING_SET and operator is Operator.NOT_CONTAINS
            return compare(found[0], found[1], operator, str(text))


def compare(type_: T, value: Any, operator: Operator, text: str) -> bool:
    contains = {Operator.CONTAINS: True, Operator.NOT_CONTAINS: False}
    if type_ is T.STRING_SET:
        return operator in contains and (text in value) is contains[operator]
    if type_ is T.STRING:
        if operator in contains:
            return (text in value) is contains[operator]
        if operator in (Operator.MATCHES, Operator.NOT_MATCHES):
            return bool(re.search(text, value)) is (operator is Operator.MATCHES)
        left, right = value.encode(), text.encode()
    elif type_ is T.BOOL:
        if text.lower() not in ("true", "false") or operator not in (Operator.EQ, Operator.NE):
            return False
        left, right = value, text.lower() == "true"
    else:
        try:
            left, right = value, float(text)
        except ValueError:
            return False
    order = {
        Operator.EQ: left == right, Operator.NE: left != right, Operator.GT: left > right, Operator.GE: left >= right,
        Operator.LT: left < right, Operator.LE: left <= right,
    }  # fmt: skip
    return order.get(operator, False)


QUERIES = [
    "", "lr < 0.05", "lr:float >= 0.1 AND n < 0", "n == 3", "n != 3", "n:int = -5 OR n:int = 4", 'name = "beta"', 'name != "beta"',
    'name MATCHES "^[A-Z]"', 'name NOT MATCHES "a$"', "name CONTAINS a", 'name NOT CONTAINS "a"', 'name == "say \\"hi\\""', 'name = "12"',
    "name EXISTS", "NOT name EXISTS", "ok = true", "ok != true", "NOT ok = true", 'labels CONTAINS "c d"', "labels NOT CONTAINS b",
    "mixed:string_set NOT CONTAINS b", "nothing:string_set NOT CONTAINS b AND n > 0", "labels:string_set NOT CONTAINS b OR n > 3",
    "mixed:float > 10", 'mixed:string = "4"', "mixed EXISTS", "mixed:string EXISTS", "nothing = 1", "NOT nothing = 1", "nothing EXISTS",
    "(lr < 0.05 OR ok = true) AND NOT (n < 0 AND labels CONTAINS a)", "NOT (NOT (n > 0))", "lr = 0.1 OR name = beta OR n > 3 OR ok = false",
    'name > "b"', "lr > 1e308",
]  # fmt: skip


def test_queries_mean_what_they_say(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, given = project
    for text in QUERIES:
        tree = parse_nql(text)
        expected = {run for run, values in given.items() if holds(tree, values)}
        page = services.search.table(actor, home, query=text, limit=1000)
        assert {row.run.short_id for row in page.rows} == expected and page.total == len(expected), text
        numbers = [row.run.number for row in page.rows]
        assert numbers == sorted(numbers, reverse=True), "newest first"


def sorted_ids(services: Services, actor: Actor, home: ProjectRecord, query: str) -> list[str]:
    return [row.run.short_id for row in services.search.table(actor, home, query=query, limit=RUNS).rows]


@pytest.mark.parametrize(
    ("named", "values"),
    [
        ("lr:float", ["0.1", "nan", "1e-3"]),
        ("n:int", ["-5", "2", "1.0", "0.5"]),
        ("name:string", ["Alpha", "12", "żółw", "absent"]),
        ("ok:bool", ["true", "0"]),
        ("when:datetime", ["2023-11-14T22:13:20.003Z", "2023-11-14T22:13:20.009Z"]),
        ("labels", ['["a"]', '["a", "b"]']),
        ("mixed", ["1", "2", "7.0", "nan", "true"]),
        ("lr", ["0.1", "nan", "inf", "abc"]),
    ],
)
def test_many_values_are_the_sum_of_each(
    services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]], named: str, values: list[str]
) -> None:
    """Values of one attribute are read against a list: thousands of them mean what each means alone."""
    home, _ = project
    each = [f"{named} = '{value}'" for value in values]
    alone = {run for query in each for run in sorted_ids(services, actor, home, query)}
    assert alone
    assert set(sorted_ids(services, actor, home, " OR ".join(each))) == alone
    many = each + [f"{named} = '{values[0]}'"] * 5000
    assert set(sorted_ids(services, actor, home, " OR ".join(many))) == alone


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("query", ["", "n > -3"])
def test_sorting(
    services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]], descending: bool, query: str
) -> None:
    home, given = project
    for path in ("lr", "n", "name", "when", "ok"):
        matching = [run for run, values in given.items() if holds(parse_nql(query), values)]
        page = services.search.table(actor, home, query=query, sort=SortBy(Attribute(path), descending), limit=1000)
        found = [row.run.short_id for row in page.rows]
        assert sorted(found) == sorted(matching), path
        values = [given[run].get(path, (None, None))[1] for run in found]
        present = [value for value in values if value is not None]
        assert values == present + [None] * (len(values) - len(present)) or math.nan in present, f"{path}: missing last"
        numbers = [value for value in present if not isinstance(value, str) and not math.isnan(value)]
        if path != "name":
            assert numbers == sorted(numbers, reverse=descending), path
            assert all(math.isnan(value) for value in present[len(numbers) :]), f"{path}: NaN after numbers"


def test_paging_by_cursor_and_offset(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, _ = project
    for query, sort in (("", None), ("", SortBy(Attribute("n"))), ("n > -4", SortBy(Attribute("lr"), False)), ("n > -4", None)):
        whole = [row.run.key for row in services.search.table(actor, home, query=query, sort=sort, limit=1000).rows]
        found, cursor = [], None
        while True:
            page = services.search.table(actor, home, query=query, sort=sort, limit=7, cursor=cursor)
            found += [row.run.key for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == whole
        part = services.search.table(actor, home, query=query, sort=sort, limit=5, offset=10)
        assert [row.run.key for row in part.rows] == whole[10:15] and part.total == len(whole)


def test_cells_and_changes(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, given = project
    columns = [Attribute("n"), Attribute("labels"), Attribute("mixed", T.STRING), Attribute("nothing")]
    page = services.search.table(actor, home, columns=columns, limit=1000)
    for row in page.rows:
        values = given[row.run.short_id]
        mixed = values["mixed"][1] if values["mixed"][0] is T.STRING else None
        assert row.values == [values["n"][1], values["labels"][1], mixed, None]
        assert row.state == "running" and row.name == row.run.short_id
    run = page.rows[0].run
    services.ingest.set_attributes(run, {"n": (T.INT, 77)})
    found = services.search.table(actor, home, query="n = 77", columns=columns)
    assert [row.values[0] for row in found.rows] == [77]


def test_the_trash_is_another_table(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, _ = project
    services.runs.patch(actor, home, "run-3", trashed=True)
    home = services.projects.get(actor, "default", "search")
    for query in ("", "n > -10"):
        assert services.search.table(actor, home, query=query).total == RUNS - 1
        trash = services.search.table(actor, home, query=query, trashed=True)
        assert [row.run.custom_run_id for row in trash.rows] == ["run-3"] and trash.total == 1
    services.runs.patch(actor, home, "run-3", trashed=False)
    assert services.search.table(actor, home, query="n > -10").total == RUNS


def test_names(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, _ = project
    page = services.search.names(actor, home, regex="^[a-z]+$", limit=3)
    assert [path for path, _ in page.names] == ["labels", "lr", "mixed"] and page.total == 8
    rest = services.search.names(actor, home, regex="^[a-z]+$", limit=10, cursor=page.next_cursor)
    assert len(rest.names) == 5 and rest.next_cursor is None
    run = services.runs.find(actor, home, "run-1")
    mine = services.search.names(actor, home, runs=[run.key], types=[T.STRING])
    assert ("mixed", T.STRING) not in mine.names


def test_refusals(services: Services, actor: Actor, project: tuple[ProjectRecord, dict[str, Values]]) -> None:
    home, _ = project
    for query, says in (
        ('name MATCHES "("', "regular expression"),
        ("lr:float = abc", "not a number"),
        ("n:int = '+-5'", "not a number"),
        ("ok:bool > 1", "does not fit"),
    ):
        with pytest.raises(InvalidQuery, match=says):
            services.search.table(actor, home, query=query)
    conditions = [f"name CONTAINS 'a{number}'" for number in range(4001)]
    with pytest.raises(InvalidQuery, match="more than 4,000 conditions"):
        services.search.table(actor, home, query=" OR ".join(conditions))
    assert services.search.table(actor, home, query=" OR ".join(conditions[:1000])).total == 0
    assert services.search.table(actor, home, query=f"n:int > {'9' * 5000}").total == 0
    with pytest.raises(InvalidInput, match="5,000 runs"):
        services.search.table(actor, home, limit=5000)
