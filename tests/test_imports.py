"""Imports point inward. The allowed arrows, as data; a debt has a reason."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "trireme"

# A room may import itself and these. `version` is a constant that everybody may read.
ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "query": {"domain"},
    "storage.catalog": {"domain"},
    "storage.warehouse": {"domain"},
    "storage.blobs": {"domain"},
    "services": {"domain", "query", "storage.catalog", "storage.warehouse", "storage.blobs"},
    "protocols": {"domain", "query", "services"},
    "settings": {"domain"},
    "server": {"domain", "services", "protocols", "settings", "storage.catalog", "storage.warehouse", "storage.blobs"},
    "client": {"domain"},
    "importers": {"domain", "client"},
    "cli": {"domain", "settings", "server", "client", "importers"},
    "version": set(),
}

# Libraries of each room beyond the standard library, imported when its modules are.
LIBRARIES: dict[str, set[str]] = {
    "domain": set(),
    "query": set(),
    "client": {"urllib3", "psutil", "pynvml", "backports", "compression"},
    "cli": set(),
}

DEBT: dict[tuple[str, str], str] = {}
"""(module, import) that may stay for now, with the reason."""


def room_of(module: str) -> str:
    parts = module.split(".")[1:]
    if not parts:
        return ""
    return ".".join(parts[:2]) if parts[0] == "storage" and len(parts) > 1 else parts[0]


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ("trireme", *path.relative_to(SOURCE).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), path


def imports_of(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=[name for name, _ in modules()])
def test_arrows(module: str, path: Path) -> None:
    room = room_of(module)
    if room in ("", "demo"):
        return  # the package's front, for users; and the demo, which is one
    for imported in imports_of(path):
        if imported.partition(".")[0] != "trireme" or (module, imported) in DEBT:
            continue
        target = room_of(imported)
        assert target != "", f"{module} imports the package's front; import from where it is defined"
        assert target in ALLOWED[room] | {room, "version"}, f"{module} ({room}) may not import {imported} ({target})"


@pytest.mark.parametrize("room", sorted(LIBRARIES))
def test_light_rooms_stay_light(room: str) -> None:
    for module, path in modules():
        if room_of(module) != room:
            continue
        for imported in imports_of(path, top_level_only=True):
            name = imported.partition(".")[0]
            known = name == "trireme" or name in sys.stdlib_module_names or name in LIBRARIES[room]
            assert known, f"{module} imports {imported} when it is imported; import it where it is used, or not at all"


@pytest.mark.parametrize("module", ["trireme", "trireme.client.run", "trireme.cli.main"])
def test_starting_costs_nothing(module: str) -> None:
    heavy = ["chdb", "numpy", "pyarrow", "litestar", "sqlalchemy", "urllib3", "psutil", "msgspec"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_debts_are_paid_or_real() -> None:
    known = {(module, imported) for module, path in modules() for imported in imports_of(path)}
    assert set(DEBT) <= known, "a debt that is paid leaves the list"
