"""A real `trireme up` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib import request

START_TIMEOUT_SECONDS = 60


@dataclass(slots=True)
class ServerProcess:
    """Start, stop and kill a server on one folder. It finds a free port and keeps it over restarts."""

    folder: Path
    port: int
    log: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.log = self.folder.parent / f"{self.folder.name}.log"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        """Start the server; return when it is ready."""
        command = [
            sys.executable,
            "-m",
            "trireme.cli",
            "up",
            "--data",
            str(self.folder),
            "--port",
            str(self.port),
            "--no-browser",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"TRIREME_DIR": str(self.folder)})
        if wait:
            self.wait_ready()

    def wait_ready(self) -> None:
        """Poll ``/health`` until it says OK.

        Raises:
            RuntimeError: the process ended, or the time is up; the text holds the end of its log.
        """
        assert self.process
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with request.urlopen(self.url + "/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.02)  # the pause of a poll, not of an order of events
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(START_TIMEOUT_SECONDS)
