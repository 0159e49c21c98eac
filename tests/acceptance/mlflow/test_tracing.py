"""The newest released MLflow client traces an application, assesses its answers and makes a data set of them."""

from __future__ import annotations

import pytest

from tests.acceptance.mlflow.conftest import Client


@pytest.mark.slow
@pytest.mark.parametrize("client", ["3"], indirect=True)
def test_an_application_that_is_traced(client: Client) -> None:
    found = client.run("trace")
    records = found.pop("records")
    assert found == {
        "state": ["OK", "ERROR"],
        "spans": [["answer", "AGENT", True], ["model", "LLM", False], ["look_up", "TOOL", False]],
        "attributes": ["é", 0.5],
        "inputs": {"question": "apple"},
        "outputs": {"name": "apple", "price": 3},
        "usage": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7},
        "session": "s-1",
        "exception": ["exception"],
        "assessments": [["helpful", 2, False], ["helpful", 4, True]],
        "expected": [{"at_most": 3}],
        "frame": [True, ["OK", "ERROR"]],
        "searches": [[True], [False], [False, True], [False, True], [False]],
        "deleted": 1,
        "left": 1,
    }
    assert [inputs for inputs, _ in records] == [{"question": "apple"}, {"question": "pear"}]
    assert records[0][1] == {"price": 3}
