"""``trireme mlflow``: keep a server in step with what MLflow keeps here, while jobs write into it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

from trireme.domain.errors import InvalidInput


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add ``mlflow`` to the command line."""
    parser = subparsers.add_parser(
        "mlflow",
        help="keep the server in step with an mlruns folder",
        description="Bring an mlruns folder or an mlflow.db over and go on while jobs write into it, until Ctrl-C. What is there already"
        " is not sent again.",
    )
    parser.add_argument(
        "--from",
        dest="place",
        metavar="PATH|URL",
        help="the folder, the database or the server (default: what MLflow uses in this folder, mlruns or mlflow.db)",
    )
    parser.add_argument(
        "--artifacts",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="another folder that artifacts may be read from; may be repeated",
    )
    parser.add_argument("--url", help="the server; else TRIREME_URL, else the one of `trireme up` in this folder")
    parser.add_argument("--seconds", type=float, default=1.0, metavar="N", help="look again after so many seconds (default: 1)")
    parser.add_argument("--json", action="store_true", help="print the account as one JSON object at the end")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command. Returns 0 if everything came over, 1 if something did not.

    Raises:
        TriremeError: there is no server, it refuses, or another process follows the folder.
    """
    from trireme.cli.import_ import EXIT_DONE, EXIT_LEFT, server_url
    from trireme.importers.account import Account
    from trireme.importers.mlflow.door import ServerDoor
    from trireme.importers.mlflow.follow import Follower, only_one
    from trireme.importers.mlflow.open import held, open_source
    from trireme.importers.progress import Progress

    if args.seconds < 0:
        raise InvalidInput("--seconds is a number of seconds.")
    stop = _on_signals()
    account = Account()
    progress = Progress(account, quiet=args.json, endless=True)
    url = server_url(args.url)
    place = _wait_for(args.place, progress, stop, args.seconds)
    if place is None:
        return EXIT_DONE
    source = open_source(place, account, artifacts=tuple(args.artifacts))
    try:
        with only_one(held(source)):
            progress.say(f"{source.label} → {url}   (Ctrl-C stops after a last look)")
            door: Any = ServerDoor(url, os.environ.get("TRIREME_TOKEN"), tries=2)  # the follower itself waits, and says so
            Follower(source, door, account, progress, args.seconds, stop).run()
    finally:
        source.close()
    progress.end()
    if args.json:
        print(json.dumps(account.as_json()))
    else:
        print("\n".join(account.lines()))
    return EXIT_DONE if account.complete else EXIT_LEFT


def _wait_for(given: str | None, progress: Any, stop: threading.Event, seconds: float) -> str | None:
    """What to follow, once it is there; None if it is time to stop before."""
    from trireme.importers.mlflow.open import place_in

    is_said = False
    while True:
        place = given if given is not None else place_in(Path.cwd())
        if place is not None and (":" in place or Path(place).exists()):
            return place
        if not is_said:
            progress.say(f"Waiting for {given or 'mlruns or mlflow.db in this folder'} …")
            is_said = True
        if stop.wait(seconds):
            return None


def _on_signals() -> threading.Event:
    """Set when the process is asked to stop; asked twice, it stops at once."""
    stop = threading.Event()

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    return stop
