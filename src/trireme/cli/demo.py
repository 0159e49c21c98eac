"""``trireme demo``: several trainings on real data, each a process of its own, so that there is something to see."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trireme.domain.errors import Unavailable

RUNS: tuple[tuple[str, list[str]], ...] = (
    ("small", ["--hidden", "16", "--learning-rate", "0.05", "--tag", "baseline"]),
    ("wide", ["--hidden", "128", "--learning-rate", "0.05", "--tag", "best"]),
    ("careful", ["--hidden", "64", "--learning-rate", "0.005", "--weight-decay", "0.001", "--tag", "regularised"]),
    ("hasty", ["--hidden", "64", "--learning-rate", "3.0", "--tag", "diverges"]),
    ("big batches", ["--hidden", "64", "--batch-size", "128", "--learning-rate", "0.1"]),
    ("interrupted", ["--hidden", "32", "--learning-rate", "0.02", "--fail-at-epoch", "8", "--tag", "fails on purpose"]),
)


def add_parser(subparsers: Any) -> None:
    """Add the command's options."""
    parser = subparsers.add_parser("demo", help="train small models, so that there is something to see", description=__doc__)
    parser.add_argument("--url", help="the server; else TRIREME_URL, else the one of `trireme up` in this folder")
    parser.add_argument("--runs", type=int, default=len(RUNS), help=f"how many trainings, at most {len(RUNS)} (default: all)")
    parser.add_argument("--fast", action="store_true", help="train as fast as the machine can, instead of slow enough to watch")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(args: argparse.Namespace) -> int:
    """Train two at a time; 0 if all that should succeed did.

    Raises:
        Unavailable: a library that the demo trains with is missing.
    """
    missing = [name for name in ("numpy", "sklearn", "matplotlib") if find_spec(name) is None]
    if missing:
        raise Unavailable(f"The demo needs {', '.join(missing)}.", hint="pip install 'trireme[demo]'")
    environment = dict(os.environ)
    if args.url:
        environment["TRIREME_URL"] = args.url
    environment.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})  # two at a time, on few cores
    pending = list(RUNS[: max(1, args.runs)])
    running: list[tuple[str, subprocess.Popen[bytes], Path]] = []
    failed: list[str] = []
    quiet = args.json
    while pending or running:
        while pending and len(running) < 2:
            name, options = pending.pop(0)
            pace = ["--seconds", "0"] if args.fast else ["--seconds", "20"]
            command = [sys.executable, "-m", "trireme.demo.train", "--name", name, *pace, *options]
            log = Path(os.devnull)
            with log.open("wb") as output:
                running.append((name, subprocess.Popen(command, env=environment, stdout=output, stderr=output), log))
            if not quiet:
                print(f"  {name:<12} {' '.join(options)}", flush=True)
        name, process, _ = running.pop(0)
        if process.wait() != (1 if name == "interrupted" else 0):
            failed.append(name)
    if quiet:
        print(json.dumps({"runs": len(RUNS[: args.runs]), "failed": failed}))
    elif failed:
        print(f"These trainings did not end as they should: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0
