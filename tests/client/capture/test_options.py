"""What is captured, as arguments and TRIREME_CAPTURE say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from trireme.client.settings import CaptureOptions
from trireme.domain.errors import InvalidInput

ALL = frozenset(asdict(CaptureOptions()))


@pytest.mark.parametrize(
    ("argument", "variable", "captured"),
    [
        (None, "", ALL),
        (None, "all", ALL),
        (None, "none", set()),
        (None, "0", set()),
        (None, "git, source", {"git", "source"}),
        (None, "-console,-Hardware", ALL - {"console", "hardware"}),
        (None, "git,-console", {"git"}),
        (True, "none", ALL),
        (False, "all", set()),
        ({"console": False}, "none", ALL - {"console"}),
    ],
)
def test_the_argument_comes_before_the_variable(argument: Any, variable: str, captured: set[str]) -> None:
    options = CaptureOptions.of(argument, {"TRIREME_CAPTURE": variable})
    assert {name for name, on in asdict(options).items() if on} == captured


@pytest.mark.parametrize(("argument", "variable"), [({"consol": False}, ""), (None, "consol"), (None, "-consol")])
def test_an_unknown_part_is_named(argument: Any, variable: str) -> None:
    with pytest.raises(InvalidInput, match="no 'consol'"):
        CaptureOptions.of(argument, {"TRIREME_CAPTURE": variable})
