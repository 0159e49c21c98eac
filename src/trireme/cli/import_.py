"""``trireme import``: bring over what other systems kept."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from trireme.domain.errors import InvalidInput, Unavailable

EXIT_DONE = 0
EXIT_LEFT = 1
"""Something did not come over; the account says what and why."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add ``import`` to the command line."""
    parser = subparsers.add_parser(
        "import",
        help="bring over what other systems kept",
        description="Bring over what other systems kept. Doing it again brings only what is new since.",
    )
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    mlflow = sources.add_parser(
        "mlflow",
        help="an mlruns folder, MLflow's database, or a tracking server",
        description="Bring over experiments, runs, metrics, params, tags, artifacts, models and traces of MLflow, with their ids.",
    )
    mlflow.add_argument(
        "place", metavar="PATH|URL", help="an mlruns folder, sqlite:///mlflow.db, postgresql://…, or http://host:5000"
    )
    mlflow.add_argument(
        "--artifacts",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="another folder that artifacts may be read from, such as mlartifacts; may be repeated",
    )
    mlflow.add_argument(
        "--recheck", action="store_true", help="read everything again, also what has not changed since the last time"
    )
    mlflow.add_argument(
        "--leave-remote", action="store_true", help="leave artifacts in S3 and other remote stores where they are"
    )
    _common(mlflow)
    parser.set_defaults(run=run)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="the server; else TRIREME_URL, else the one of `trireme up` in this folder")
    parser.add_argument("--dry-run", action="store_true", help="read everything, send nothing, and say what would come over")
    parser.add_argument("--json", action="store_true", help="print the account as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the command. Returns 0 if everything came over, 1 if something did not.

    Raises:
        TriremeError: there is no such source, no server, or the server refuses.
    """
    from trireme.importers.account import Account
    from trireme.importers.mlflow.door import CountingDoor, ServerDoor
    from trireme.importers.mlflow.importer import Importer
    from trireme.importers.mlflow.open import open_source
    from trireme.importers.progress import Progress

    account = Account()
    progress = Progress(account, quiet=args.json)
    source = open_source(args.place, account, artifacts=tuple(args.artifacts))
    try:
        door: Any
        url = None
        if args.dry_run:
            door = CountingDoor()
        else:
            url = server_url(args.url)
            if source.label == url.rstrip("/"):
                raise InvalidInput(f"{url} is the server that would be imported and the one it would be imported to.")
            progress.say(f"{source.label} → {url}")
            door = ServerDoor(url, os.environ.get("TRIREME_TOKEN"))
        Importer(source, door, account, progress, recheck=args.recheck, leave_remote=args.leave_remote).run()
    finally:
        source.close()
    if args.json:
        print(json.dumps(account.as_json()))
    else:
        print("\n".join(account.lines(verb="would come" if args.dry_run else "came over")))
        if url and account.came:
            print(f"See {url}")
    return EXIT_DONE if account.complete else EXIT_LEFT


def server_url(given: str | None) -> str:
    """The server to bring things to.

    Raises:
        Unavailable: none is known.
    """
    from trireme.client.settings import resolve

    url = resolve(url=given).server_url()
    if url is None:
        raise Unavailable("No server runs in this folder.", hint="Start one with `trireme up`, or name one with --url.")
    return url
