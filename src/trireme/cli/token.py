"""``trireme token``: make, list and revoke API tokens."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from trireme.settings import load_settings

_DEFAULT_URL: Final = "http://127.0.0.1:8080"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add ``token`` to the command line."""
    parser = subparsers.add_parser(
        "token", help="make, list and revoke API tokens", description="Your API tokens on this server."
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a token and print it, this once")
    create.add_argument("--name", default="command line", help="where it will be used")
    create.add_argument(
        "--neptune", action="store_true", help="print it in the form of NEPTUNE_API_TOKEN, with the server's address"
    )
    create.add_argument("--url", help="address under which clients reach the server; the running one's, else " + _DEFAULT_URL)
    listing = actions.add_parser("list", help="list the tokens that are good")
    revoke = actions.add_parser("revoke", help="make a token useless")
    revoke.add_argument("id", type=int, help="its number in the list")
    for action in (create, listing, revoke):
        action.add_argument("--data", type=Path, metavar="DIR", help="the server's folder, .trireme by default (TRIREME_DATA)")
        action.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    from trireme.domain.permissions import LOCAL_USER_ID, Actor
    from trireme.server.services import open_sessions

    settings = load_settings({"data": args.data})
    actor = Actor(LOCAL_USER_ID, "local", is_admin=True)
    with open_sessions(settings) as sessions:
        if args.action == "create":
            token = sessions.create_token(actor, args.name)
            if args.neptune:
                from trireme.server.services import neptune_token

                url = args.url or _running(settings.data)
                if url is None:
                    url = _DEFAULT_URL
                    print(
                        f"No server runs on {settings.data.resolve()}; the token is good for that folder's server and says that it is at {url}."
                        " (Another folder: --data DIR. Another address: --url URL.)",
                        file=sys.stderr,
                    )
                token = neptune_token(token, url.rstrip("/"))
            print(json.dumps({"token": token}) if args.json else token)
        elif args.action == "list":
            found = sessions.tokens(actor)
            if args.json:
                print(json.dumps([{"id": t.id, "name": t.name, "created_at": _iso(t.created_at)} for t in found]))
            for token in found if not args.json else ():
                print(f"{token.id:>5}  {_iso(token.created_at)}  {token.name}")
        else:
            sessions.revoke_token(actor, args.id)
            print(json.dumps({"revoked": args.id}) if args.json else f"Token {args.id} is revoked.")
    return 0


def _running(data: Path) -> str | None:
    """The address of the server that runs on this folder."""
    try:
        url = json.loads((data / "server.json").read_text())["url"]
    except (OSError, ValueError, KeyError):
        return None
    return str(url)


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M")
