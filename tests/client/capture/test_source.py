"""Git, as a real repository answers; packages, as pip left them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trireme.client.capture.packages import requirements
from trireme.client.capture.source import GitState, git_state, without_credentials


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for name, value in {"NAME": "A. Author", "EMAIL": "a@example.org", "DATE": "2026-01-02T03:04:05Z"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    root = tmp_path / "repo sitory"
    (root / "inner").mkdir(parents=True)
    git(root, "init", "-q", "-b", "trunk")
    return root


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path, text: str) -> str:
    (root / "train.py").write_text(text)
    git(root, "add", "train.py")
    git(root, "commit", "-q", "-m", "Subject\n\nBody ü")
    return git(root, "rev-parse", "HEAD")


def test_a_clean_repository_from_within(repository: Path) -> None:
    head = commit(repository, "one\n")
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/team/repo.git")
    (repository / "untracked").touch()
    assert git_state(repository / "inner") == GitState(
        root=repository,
        branch="trunk",
        remote="https://example.org/team/repo.git",
        is_dirty=False,
        commit=head,
        commit_date=1767323045.0,
        author="A. Author <a@example.org>",
        message="Subject\n\nBody ü",
        diff=None,
    )


def test_staged_and_unstaged_changes_are_in_the_diff(repository: Path) -> None:
    commit(repository, "one\n")
    (repository / "new.py").write_text("staged\n")
    git(repository, "add", "new.py")
    (repository / "train.py").write_text("two\n")
    state = git_state(repository)
    assert state is not None
    assert state.is_dirty
    assert state.diff is not None
    assert b"-one\n+two\n" in state.diff
    assert b"+staged\n" in state.diff


def test_a_detached_head_has_no_branch(repository: Path) -> None:
    head = commit(repository, "one\n")
    git(repository, "checkout", "-q", head)
    state = git_state(repository)
    assert state is not None
    assert (state.branch, state.commit, state.remote) == (None, head, None)


def test_a_repository_without_commits(repository: Path) -> None:
    assert git_state(repository) == GitState(repository, "trunk", None, is_dirty=False)


def test_programs_that_git_was_told_to_run_are_not_run(repository: Path, tmp_path: Path) -> None:
    commit(repository, "one\n")
    witness = tmp_path / "ran"
    for name in ("core.fsmonitor", "diff.external", "diff.x.textconv"):
        git(repository, "config", name, f"touch {witness}; true")
    (repository / ".git" / "info" / "attributes").write_text("*.py diff=x\n")
    (repository / "train.py").write_text("two\n")
    state = git_state(repository)
    assert state is not None
    assert state.is_dirty
    assert state.diff
    assert not witness.exists()


def test_no_repository_and_no_git(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(repository) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@host/x.git", "https://host/x.git"),
        ("https://token@host:8443/x", "https://host:8443/x"),
        ("ssh://git@host/x", "ssh://host/x"),
        ("https://us@er:p@ss@host/x", "https://host/x"),
        ("git@host:team/x.git", "git@host:team/x.git"),
        ("https://host/a@b", "https://host/a@b"),
        ("/srv/a@b/x", "/srv/a@b/x"),
    ],
)
def test_remotes_lose_their_credentials(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


word = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)


@given(word, word)
def test_no_password_gets_through(user: str, password: str) -> None:
    assert without_credentials(f"https://{user}:{password}@host/x") == "https://host/x"


def test_packages_as_requirements(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, name, version in (
        (first, "My_Pkg", "1.0"),
        (second, "my-pkg", "2.0"),
        (second, "other", "0.1"),
        (second, "vcs", "3"),
    ):
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (second / "broken-1.dist-info").mkdir()
    origin = {"url": "https://tok:en@host/r", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    (second / "vcs-3.dist-info" / "direct_url.json").write_text(json.dumps(origin))
    assert requirements([str(first), str(second)]) == "My_Pkg==1.0\nother==0.1\nvcs @ git+https://host/r@abc\n"


def test_packages_of_this_environment() -> None:
    assert any(line.startswith("pytest==") for line in requirements(sys.path).splitlines())
