"""``trireme sync``: send what waits in a folder."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

EXIT_DONE: Final = 0
EXIT_LEFT: Final = 1
"""Something could not be sent."""
WATCH_SECONDS: Final = 1.0
_GIVE_UP_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Outcome:
    """What became of one stream. ``status``: delivered, waiting, busy (its own process sends it) or unreadable."""

    folder: str
    project: str
    run: str
    status: str
    records: int
    refused: int
    message: str = ""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add ``sync`` to the command line."""
    parser = subparsers.add_parser(
        "sync",
        help="send what waits in a folder",
        description="Send the runs that wait in a folder: of offline runs, of killed ones, of times without a server.",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="the folder, .trireme by default (TRIREME_DIR)")
    parser.add_argument("--watch", action="store_true", help="stay, and send whatever else begins to wait")
    parser.add_argument("--parent", type=int, metavar="PID", help=argparse.SUPPRESS)
    parser.add_argument("--url", help="the server (TRIREME_URL); else the one each run asked for, else the local one")
    parser.add_argument("--json", action="store_true", help="one JSON object per run")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command. Returns 0 if everything was sent, 1 if something is left."""
    folder = Path(args.folder or os.environ.get("TRIREME_DIR") or ".trireme").absolute()
    url = args.url or os.environ.get("TRIREME_URL") or None
    token = os.environ.get("TRIREME_TOKEN")
    if args.watch:
        return watch(folder, url=url, token=token, parent=args.parent)
    left = found = 0
    for outcome in sync(folder, url=url, token=token):
        found += 1
        left += outcome.status in ("waiting", "unreadable")
        print(json.dumps(asdict(outcome)) if args.json else _line(outcome), flush=True)
    if not found and not args.json:
        print(f"Nothing waits in {folder}.")
    return EXIT_LEFT if left else EXIT_DONE


def sync(folder: Path, *, url: str | None = None, token: str | None = None) -> Iterator[Outcome]:
    """Deliver each stream that waits below *folder* and say what became of it.

    A stream whose process still runs is delivered as far as it is, unless that process's own sender does.
    """
    from trireme.client.stream import streams

    for path in streams(folder / "spool"):
        outcome = deliver_one(path, folder, url=url, token=token)
        if outcome is not None:
            yield outcome


def deliver_one(
    path: Path, folder: Path, *, url: str | None, token: str | None, give_up_after: float = _GIVE_UP_SECONDS
) -> Outcome | None:
    """Deliver the stream in *path*. None if it was delivered by someone else meanwhile.

    Parameters:
        give_up_after: seconds without an answer.
    """
    from trireme.client import locks
    from trireme.client.progress import State
    from trireme.client.sender import Delivery, Server
    from trireme.client.stream import SENDER_LOCK, Stream
    from trireme.domain.errors import CorruptData

    lock = path / SENDER_LOCK
    try:
        meta = Stream(path).meta
        if not locks.acquire(lock):
            return Outcome(str(path), meta.project, meta.custom_run_id, "busy", 0, 0, "Its own process sends it.")
    except CorruptData as error:
        return Outcome(str(path), "", "", "unreadable", 0, 0, str(error))
    except OSError:
        return None
    try:
        target = url or meta.url
        delivery = Delivery(path, lambda: Server(target, folder, token), give_up_after=give_up_after, follow=False)
        before = delivery.page.read()
        try:
            delivered = delivery.run()
        finally:
            after = delivery.page.read()
            delivery.close()
        status = "delivered" if delivered else "waiting"
        message = "" if delivered else after.message
        if after.state is State.NO_SERVER:
            message = "No server is known: give --url, or start one on this folder with `trireme up`."
        return Outcome(
            str(path),
            meta.project,
            after.id or meta.custom_run_id,
            status,
            after.committed - before.committed,
            after.rejected - before.rejected,
            message,
        )
    finally:
        locks.release(lock)


def watch(folder: Path, *, url: str | None = None, token: str | None = None, parent: int | None = None) -> int:
    """Deliver whatever waits below *folder* and has no process of its own to send it, until interrupted.

    Parameters:
        parent: end with this process, which started us; it says its own number, for it may be gone before we look.
    """
    from trireme.client import locks
    from trireme.client.stream import WRITER_LOCK, streams

    try:
        while parent is None or os.getppid() == parent:
            for path in streams(folder / "spool"):
                if not locks.is_held(path / WRITER_LOCK):
                    deliver_one(path, folder, url=url, token=token, give_up_after=1.0)
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        pass
    return EXIT_DONE


def _line(outcome: Outcome) -> str:
    if outcome.status == "unreadable":
        return f"{outcome.folder}: {outcome.message}"
    refused = f", {outcome.refused:,} refused (see the folder 'refused')" if outcome.refused else ""
    message = f" {outcome.message}" if outcome.message else ""
    return f"{outcome.project} {outcome.run}: {outcome.status}, {outcome.records:,} units sent{refused}.{message}"
