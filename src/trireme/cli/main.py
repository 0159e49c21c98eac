"""The command ``trireme``: one file per noun, imported only when asked for."""

from __future__ import annotations

import argparse
import importlib
import json
import keyword
import sys
from collections.abc import Sequence
from typing import Any

from trireme.domain.errors import TriremeError, Unavailable
from trireme.version import VERSION

COMMANDS = {
    "up": "serve runs and the web application",
    "demo": "train small models, so that there is something to see",
    "import": "bring over what other systems kept",
    "mlflow": "keep the server in step with an mlruns folder",
    "sync": "send what clients could not send yet",
    "token": "make, list and revoke API tokens",
    "doctor": "say what is wrong with this installation",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0; 1 when it failed for a reason it names; 2 for wrong usage; 130 when interrupted.
    """
    parser = argparse.ArgumentParser(prog="trireme", description="Self-hosted experiment tracking.")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = next((word for word in given if not word.startswith("-")), None)
    for name, help_text in COMMANDS.items():
        if name == asked:
            _module(name).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=help_text, add_help=False)
    args = parser.parse_args(given)
    if args.version:
        print(f"trireme {VERSION}")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    try:
        return _run(args)
    except TriremeError as error:
        if getattr(args, "json", False):
            print(json.dumps({"error": {"code": error.code, "message": error.message, "hint": error.hint}}))
        else:
            print(f"trireme {args.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _module(command: str) -> Any:
    name = f"{command}_" if keyword.iskeyword(command) else command
    return importlib.import_module(f"trireme.cli.{name}")


def _run(args: argparse.Namespace) -> int:
    try:
        return int(_module(args.command).run(args))
    except ModuleNotFoundError as error:
        if (error.name or "trireme").startswith("trireme"):
            raise
        # The light client has the same commands, so that `sync` and `doctor` are there; the others need the server's packages.
        raise Unavailable(
            f"{error.name} is not installed: this is the client alone.", hint="pip install 'trireme[server]'"
        ) from error
