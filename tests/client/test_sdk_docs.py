"""docs/sdk.md names what the code has."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

import trireme
from trireme.client.project import Project
from trireme.client.settings import MODES, CaptureOptions

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "sdk.md").read_text()


def test_every_variable_of_the_client_is_in_the_docs_and_no_other() -> None:
    code = "".join(path.read_text() for path in (ROOT / "src" / "trireme" / "client").rglob("*.py"))
    assert set(re.findall(r"TRIREME_[A-Z_]+[A-Z]", DOCS)) == set(re.findall(r"TRIREME_[A-Z_]+[A-Z]", code))


@pytest.mark.parametrize(
    "name", [*inspect.signature(trireme.init_run).parameters, *MODES, *(f.name for f in fields(CaptureOptions))]
)
def test_parameters_modes_and_captures_are_in_the_docs(name: str) -> None:
    assert f"`{name}`" in DOCS


def test_public_names_and_calls_are_in_the_docs() -> None:
    for name in set(trireme.__all__) - {"__version__"}:
        assert f"trireme.{name}" in DOCS or f"`{name}`" in DOCS, name
    for name in inspect.signature(Project.fetch_runs_table).parameters:
        assert name in ("self", "trashed") or f"{name}=" in DOCS


def test_examples_of_the_docs_are_python() -> None:
    for block in re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL):
        compile(block, "docs/sdk.md", "exec")
