"""Signed addresses: they open what they were made for, and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trireme.domain.errors import PermissionDenied
from trireme.domain.ids import ProjectId
from trireme.services.signed import Expired, Grant, read_grant, sign_grant

PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
SOON = int(time.time()) + 10_000


@given(PATHS, st.sampled_from("rw"), st.integers(1, 2**40))
def test_a_grant_is_read_back(path: str, operation: str, project: int) -> None:
    grant = Grant(operation, ProjectId(project), 7, path, SOON)
    key, query = sign_grant("secret", grant, "aws")
    assert read_grant("secret", key, query, operation) == grant
    part = grant.of_part("a" * 32, 3)
    assert read_grant("secret", *sign_grant("secret", part, "azure"), operation) == part


@given(PATHS, st.data())
def test_a_changed_address_opens_nothing(path: str, data: st.DataObject) -> None:
    key, query = sign_grant("secret", Grant("r", ProjectId(1), 7, path, SOON), "aws")
    place = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_").filter(lambda letter: letter != key[place]))
    with pytest.raises(PermissionDenied):
        read_grant("secret", key[:place] + letter + key[place + 1 :], query, "r")


@pytest.mark.parametrize(
    ("operation", "secret", "query"),
    [
        ("w", "secret", {}),
        ("r", "other", {}),
        ("r", "secret", {"sig": ""}),
        ("r", "secret", {"sig": "é"}),
        ("r", "secret", {"se": ""}),
        ("r", "secret", {"se": "2001-01-01T00:00:00Z"}),
    ],
)
def test_an_address_for_something_else_opens_nothing(operation: str, secret: str, query: dict[str, str]) -> None:
    key, made = sign_grant("secret", Grant("r", ProjectId(1), 7, "a/b", SOON), "azure")
    with pytest.raises(PermissionDenied):
        read_grant(secret, key, made | query, operation)


def test_a_later_expiry_cannot_be_written_over_the_signed_one() -> None:
    key, query = sign_grant("secret", Grant("r", ProjectId(1), 7, "a/b", 1_000_000_000), "azure")
    with pytest.raises(Expired):
        read_grant("secret", key, query | {"se": "2999-01-01T00:00:00Z"}, "r")
