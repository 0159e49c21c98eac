"""What importing the client costs, and whom it drags along."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import trireme

SOURCE = str(Path(trireme.__file__).parents[1])
HEAVY = {"urllib3", "psutil", "numpy", "msgspec", "logging", "subprocess", "asyncio", "http", "ssl", "socket", "pandas"}
LOOK = f"import json, sys; import trireme; trireme.init_run; print(json.dumps(sorted(set({sorted(HEAVY)!r}) & set(sys.modules))))"


def test_importing_the_client_imports_nothing_heavy() -> None:
    found = subprocess.check_output([sys.executable, "-c", LOOK], env={**os.environ, "PYTHONPATH": SOURCE})
    assert json.loads(found) == []


def test_logging_numbers_and_texts_imports_nothing_heavy(folder: Path) -> None:
    code = (
        "run = __import__('trireme').init_run(mode='offline', capture=False)\n"
        "run['a'].append(1.0); run['b'] = 'text'; run['c'] = {'d': 1}; run.stop()\n"
    )
    found = subprocess.check_output([sys.executable, "-c", code + LOOK], env={**os.environ, "PYTHONPATH": SOURCE})
    assert json.loads(found) == []


@pytest.mark.parametrize("version", ["3.10", "3.12", "3.13", "3.14"])
def test_the_client_imports_on_other_pythons(version: str, folder: Path) -> None:
    installed = [str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python")]
    python = next(iter(installed), None) or shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "--version"], capture_output=True).returncode:
        pytest.skip(f"no Python {version} here")
    code = (
        "import trireme\n"
        "with trireme.init_run(mode='offline', capture=False) as run:\n"
        "    run['a'].append(1.0); run['b'] = 'text'; run['t'].append('x')\n"
    )
    subprocess.run([python, "-c", code], env={**os.environ, "PYTHONPATH": SOURCE}, check=True)


def test_every_public_name_can_be_imported() -> None:
    for name in trireme.__all__:
        if name == "Project":
            continue  # reads with libraries of its own; its tests import it
        assert getattr(trireme, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = trireme.nonsense
