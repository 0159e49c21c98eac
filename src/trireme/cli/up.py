"""``trireme up``: the server, on this machine, for its one user."""

from __future__ import annotations

import argparse
import fcntl
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from trireme.domain.errors import Conflict, InvalidInput, Unavailable
from trireme.settings import Settings, load_settings


def add_parser(subparsers: Any) -> None:
    """Add the command's options."""
    defaults = Settings()
    parser = subparsers.add_parser("up", help="serve runs and the web application", description=__doc__)
    parser.add_argument("--data", type=Path, help=f"folder of everything the server keeps (default: {defaults.data})")
    parser.add_argument("--host", help=f"address to listen on (default: {defaults.host})")
    parser.add_argument("--port", type=int, help=f"port to listen on, 0 for a free one (default: {defaults.port})")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        InvalidInput: the host is not loopback.
        Conflict: another server has the folder, or something has the port.
    """
    settings = load_settings({"data": args.data, "host": args.host, "port": args.port})
    _check_host(settings.host)
    settings.data.mkdir(parents=True, exist_ok=True)
    with _folder_lock(settings.data) as lock, _listening(settings.host, settings.port) as listener:
        _serve(settings, lock, listener, open_browser=not args.no_browser)
    return 0


def _serve(settings: Settings, lock: Any, listener: socket.socket, *, open_browser: bool) -> None:
    import uvicorn

    from trireme.server.app import create_app

    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}"
    about = settings.data / "server.json"
    content = json.dumps({"url": url, "pid": os.getpid(), "started_at": time.time()})
    children: list[subprocess.Popen[bytes]] = []

    streams: list[Callable[[], None]] = []

    def ready(end_streams: Callable[[], None]) -> None:
        streams.append(end_streams)
        lock.seek(0)
        lock.truncate()
        lock.write(content)
        lock.flush()
        part = about.with_suffix(".part")
        part.write_text(content)
        part.replace(about)
        children.append(_start_sync(settings.data, url))
        print(f"Trireme serves {settings.data.resolve()}\n  at {url}   (Ctrl-C stops it)", flush=True)
        if open_browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(url)

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            """Pages that are open listen for ever; stopping would wait for them."""
            for end in streams:
                end()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        create_app(settings, on_ready=ready),
        lifespan="on",
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=20,
        timeout_keep_alive=75,
        ws="none",
    )
    # Once it has answered what was under way, uvicorn raises the signal again for whoever listens; that must not end us
    # before we have put things away.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    try:
        Server(config).run(sockets=[listener])
    finally:
        with suppress(OSError):
            about.unlink()
        for child in children:
            child.terminate()


def _start_sync(data: Path, url: str) -> subprocess.Popen[bytes]:
    """Send what runs without a server left in this folder, now and while the server lives."""
    command = [sys.executable, "-m", "trireme.cli", "sync", "--watch", "--parent", str(os.getpid()), "--url", url, str(data)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _check_host(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InvalidInput(
            f"A server without accounts may not listen on '{host}': everybody who reaches it could read and write everything.",
            hint="Listen on 127.0.0.1, and reach it from elsewhere through an SSH tunnel (ssh -L 8080:127.0.0.1:8080 HOST).",
        )


@contextmanager
def _folder_lock(data: Path) -> Iterator[Any]:
    """Hold the folder for this process.

    Raises:
        Conflict: another server holds it; the sentence names that one.
    """
    with (data / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            other: dict[str, Any] = {}
            with suppress(ValueError):
                other = json.loads(file.read())
            where = f" at {other['url']} (process {other['pid']})" if "url" in other else ", which is just starting"
            raise Conflict(
                f"Another server already serves the folder {data.resolve()}{where}.",
                hint="Use that one, stop it, or give --data another folder.",
            ) from None
        file.seek(0)
        file.truncate()
        yield file
        file.seek(0)
        file.truncate()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OverflowError:
        raise InvalidInput(f"{port} is no port.", hint="Ports are 1 to 65535; 0 takes a free one.") from None
    except OSError as error:
        listener.close()
        if error.errno in (98, 48):
            raise Conflict(
                f"Port {port} on {host} is taken.", hint=f"Stop what uses it, or choose another: --port {port + 1}."
            ) from None
        raise Unavailable(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    listener.listen(2048)
    try:
        yield listener
    finally:
        listener.close()
