"""The documentation names what exists."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from trireme.cli.main import COMMANDS
from trireme.server.errors import STATUS
from trireme.settings import Settings, variable

ROOT = Path(__file__).parents[1]


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/server.md").read_text()
    assert all(f"`{variable(setting.name)}`" in text for setting in fields(Settings))


def test_every_error_code_is_documented() -> None:
    text = (ROOT / "docs/api.md").read_text()
    assert all(f"`{code}`" in text for code in STATUS)


def test_every_command_is_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert all(f"`{command}`" in text or f"`trireme {command}`" in text for command in COMMANDS)


def test_links_lead_somewhere() -> None:
    import re

    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
