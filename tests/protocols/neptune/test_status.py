"""The id of a request carries its outcome: nothing else may be read from it, and nothing is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trireme.protocols.neptune.codes import IngestCode, rpc_code
from trireme.protocols.neptune.status import outcome_of, request_id

CODES = st.sampled_from(list(IngestCode))


@given(st.dictionaries(CODES, st.integers(1, 10**11)))
def test_an_outcome_is_read_back(outcome: dict[IngestCode, int]) -> None:
    assert outcome_of(request_id(Counter(outcome))) == outcome


@given(st.text())
def test_other_texts_are_no_ids(text: str) -> None:
    assert outcome_of(text) is None


@given(st.dictionaries(CODES, st.integers(1, 1000)), st.integers(0, 60), st.characters())
def test_a_changed_id_is_another_id_or_none(outcome: dict[IngestCode, int], place: int, letter: str) -> None:
    identity = request_id(Counter(outcome))
    changed = identity[:place] + letter + identity[place + 1 :]
    found = outcome_of(changed)
    assert found is None or all(count >= 0 for count in found.values())


def test_every_code_has_an_rpc_code_that_is_no_success() -> None:
    assert all(rpc_code(code) > 0 for code in IngestCode)
    assert rpc_code(9999) > 0
