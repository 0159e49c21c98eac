"""What a run was started from: the entry script, the command, the state of its git repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GIT_SECONDS: Final = 20.0
"""Longest that one git command may take; a repository on a slow disk is then left out."""
MAX_DIFF_BYTES: Final = 64 * 1024 * 1024
MAX_SCRIPT_BYTES: Final = 64 * 1024 * 1024
_USER_INFO: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/]*@")
_QUIET: Final = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "color.ui=false")


@dataclass(frozen=True)
class GitState:
    """A repository as it was found. ``commit`` and what follows from it are None before the first commit.

    Parameters:
        is_dirty: tracked files differ from the commit.
        diff: these differences, as ``git diff HEAD`` prints them; None when there are none, or too many.
        commit_date: seconds since 1970.
    """

    root: Path
    branch: str | None
    remote: str | None
    is_dirty: bool
    commit: str | None = None
    commit_date: float | None = None
    author: str | None = None
    message: str | None = None
    diff: bytes | None = None


def entry_script() -> Path | None:
    """The script or notebook that this process runs; None for an interactive session or an installed command."""
    notebook = os.environ.get("JPY_SESSION_NAME", "")  # set by Jupyter: the notebook's path
    if notebook.endswith(".ipynb") and os.path.isfile(notebook):
        return Path(notebook)
    name = getattr(sys.modules.get("__main__"), "__file__", None)
    if not isinstance(name, str) or not os.path.isfile(name):
        return None
    path = Path(os.path.abspath(name))
    installed = any(path.is_relative_to(prefix) for prefix in (os.path.join(sys.prefix, "bin"), *_library_folders()))
    return None if installed or path.stat().st_size > MAX_SCRIPT_BYTES else path


def _library_folders() -> list[str]:
    return [folder for folder in sys.path if os.path.basename(folder) in ("site-packages", "dist-packages")]


def command_line() -> str:
    """The command that started this process, quoted for a shell."""
    from shlex import quote

    return " ".join(map(quote, sys.orig_argv))


def git_state(folder: Path) -> GitState | None:
    """The git repository that *folder* lies in. None if it lies in none, git is absent or takes too long."""
    root = _git(folder, "rev-parse", "--show-toplevel")
    if not root:
        return None
    branch = _git(folder, "symbolic-ref", "--short", "-q", "HEAD")
    remotes = (_git(folder, "remote") or "").split()
    name = "origin" if "origin" in remotes else remotes[0] if remotes else None
    remote = _git(folder, "remote", "get-url", name) if name else None
    status = _git(folder, "status", "--porcelain", "--untracked-files=no")
    found = GitState(Path(root), branch or None, without_credentials(remote) if remote else None, is_dirty=bool(status))
    head = _git(folder, "log", "-1", "--format=%H%n%ct%n%an <%ae>%n%B")
    if not head:
        return found
    commit, date, author, *message = head.split("\n")
    diff = _run(folder, "diff", "HEAD", "--no-ext-diff", "--no-textconv", "--no-color") if status else None
    return GitState(
        found.root, found.branch, found.remote, found.is_dirty, commit, float(date), author, "\n".join(message).strip(),
        diff if diff and len(diff) <= MAX_DIFF_BYTES else None,
    )  # fmt: skip


def without_credentials(url: str) -> str:
    """A remote's URL without the user and password, or token, that ``https://user:secret@host/…`` carries."""
    return _USER_INFO.sub(r"\1", url)


def _git(folder: Path, *arguments: str) -> str | None:
    output = _run(folder, *arguments)
    return None if output is None else output.decode(errors="replace").strip()


def _run(folder: Path, *arguments: str) -> bytes | None:
    """Output of a git command that changes nothing, asks nothing and runs nothing else. None if it fails."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *_QUIET, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=GIT_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
