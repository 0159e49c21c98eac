"""Virtual environments of other people's packages, beside the checkout."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def environment_with(folder: Path, packages: Sequence[str]) -> Path:
    """An interpreter that has *packages*; made once, kept, and made anew when they change. Workers wait for each other."""
    with folder.resolve().with_suffix(".lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        home = folder.resolve()  # it may be a link to an environment that several checkouts share
        python = home / "bin" / "python"
        mark = home / "packages.json"
        if not mark.exists() or json.loads(mark.read_text()) != list(packages):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
            mark.write_text(json.dumps(list(packages)))
        return python
