"""``trireme doctor``: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib import request

from trireme.settings import Settings, load_settings
from trireme.version import VERSION

_LITTLE_SPACE_BYTES = 2_000_000_000
_CLOCK_SKEW_MS = 2000


@dataclass(frozen=True)
class Finding:
    """One check. ``level``: ok, warning (works, but look at it) or problem (does not work)."""

    check: str
    level: str
    message: str
    hint: str = ""


def add_parser(subparsers: Any) -> None:
    """Add the command's options."""
    parser = subparsers.add_parser("doctor", help="say what is wrong with this installation", description=__doc__)
    parser.add_argument("--data", type=Path, help=f"the server's folder (default: {Settings().data})")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Check everything; 1 if there is a problem."""
    settings = load_settings({"data": args.data})
    findings = [*installation(), *folder(settings.data), *hardware()]
    if args.json:
        print(json.dumps({"version": VERSION, "findings": [asdict(finding) for finding in findings]}, indent=1))
    else:
        marks = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}
        for finding in findings:
            print(f"{marks[finding.level]}  {finding.check}: {finding.message}")
            if finding.hint:
                print(f"         {finding.hint}")
    return int(any(finding.level == "problem" for finding in findings))


def installation() -> Iterator[Finding]:
    """Python, the server's libraries, the web application."""
    yield Finding(
        "Trireme", "ok", f"version {VERSION}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    if sys.version_info < (3, 11):
        yield Finding(
            "Python",
            "problem",
            "the server needs Python 3.11 or newer.",
            "The client works here; install a newer Python to serve.",
        )
    missing = [
        name for name in ("litestar", "uvicorn", "msgspec", "sqlalchemy", "alembic", "pyarrow", "obstore") if not find_spec(name)
    ]
    if missing:
        yield Finding("Server", "problem", f"not installed: {', '.join(missing)}.", "pip install 'trireme[server]'")
    if find_spec("chdb") is None:
        yield Finding(
            "Warehouse",
            "problem",
            "the embedded engine is not installed, or not made for this system.",
            "pip install 'trireme[server]'; on Windows and musl use WSL 2, a glibc container, or a ClickHouse server.",
        )
    static = Path(__file__).parents[1] / "server" / "static" / "index.html"
    if static.exists():
        yield Finding("Web application", "ok", "built.")
    else:
        yield Finding("Web application", "warning", "not built; the API works without it.", "In a checkout: scripts/build-web")


def folder(data: Path) -> Iterator[Finding]:
    """The data folder: space, the server that holds it, the engine that wrote it, what waits in it."""
    if not data.exists():
        yield Finding("Data folder", "ok", f"{data.resolve()} does not exist yet; `trireme up` makes it.")
        return
    try:
        probe = data / ".doctor"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield Finding(
            "Data folder", "problem", f"{data.resolve()} cannot be written: {error.strerror}.", "Check its owner and mode."
        )
        return
    free = shutil.disk_usage(data).free
    level = "ok" if free > _LITTLE_SPACE_BYTES else "problem"
    hint = "" if level == "ok" else "Merges need room: free some space before it runs out."
    yield Finding("Data folder", level, f"{data.resolve()}, {free / 1e9:,.1f} GB free.", hint)
    yield from _engine(data)
    yield from _server(data)
    spool = data / "spool"
    waiting = sum(1 for entry in spool.iterdir() if entry.is_dir()) if spool.is_dir() else 0
    if waiting:
        yield Finding("Waiting", "warning", f"{waiting:,} streams are not sent yet.", f"trireme sync {data}")
    else:
        yield Finding("Waiting", "ok", "nothing waits to be sent.")


def _engine(data: Path) -> Iterator[Finding]:
    stamp = data / "warehouse" / "ENGINE"
    with suppress(OSError, PackageNotFoundError):
        wrote, have = stamp.read_text().strip(), version("chdb-core")
        newer = [int(part) for part in wrote.split(".")[:2]] > [int(part) for part in have.split(".")[:2]]
        if newer:
            yield Finding(
                "Warehouse",
                "problem",
                f"written by engine {wrote}, but {have} is installed.",
                "pip install --upgrade 'trireme[server]'",
            )
        else:
            yield Finding("Warehouse", "ok", f"written by engine {wrote}; {have} is installed.")


def _server(data: Path) -> Iterator[Finding]:
    try:
        about = json.loads((data / "server.json").read_text())
        url = str(about["url"])
    except (OSError, ValueError, KeyError):
        yield Finding("Server", "ok", "none serves this folder now.")
        return
    try:
        with request.urlopen(f"{url}/api/v1/info", timeout=5) as answer:
            info = json.load(answer)
    except (OSError, ValueError):
        yield Finding(
            "Server",
            "problem",
            f"{url} should serve this folder (process {about.get('pid')}) but does not answer.",
            f"If that process is gone, remove {data / 'server.json'}; `trireme up` does that too.",
        )
        return
    skew = abs(int(info["time_ms"]) - time.time_ns() // 1_000_000)
    if skew > _CLOCK_SKEW_MS:
        yield Finding(
            "Clock", "warning", f"the server's clock differs by {skew / 1000:,.1f} s.", "Times on charts will not line up."
        )
    if info["version"] != VERSION:
        yield Finding("Server", "warning", f"{url} runs version {info['version']}, this is {VERSION}.", "Restart the server.")
    else:
        yield Finding("Server", "ok", f"{url} answers (process {about.get('pid')}).")


def hardware() -> Iterator[Finding]:
    """Whether hardware metrics will be captured."""
    if find_spec("psutil") is None:
        yield Finding("Hardware metrics", "problem", "psutil is missing.", "pip install trireme")
        return
    try:
        import pynvml

        pynvml.nvmlInit()
        count = pynvml.nvmlDeviceGetCount()
        pynvml.nvmlShutdown()
    except Exception as error:  # NVML has its own tree of errors, and may be missing altogether
        yield Finding("GPU", "ok", f"none that NVIDIA's library knows ({type(error).__name__}).")
    else:
        yield Finding("GPU", "ok", f"{count} by NVIDIA.")
