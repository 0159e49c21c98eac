"""Standard output and standard error through a pipe, so that children and C code are caught (POSIX).

The other end is read by the recorder (`trireme.client.capture.recorder`), a process that passes everything on to where it
went before and survives this one. Where it went to a terminal the pipe is a pseudo-terminal, so that colours and progress
bars stay. If the recorder dies, `Redirect.rescue` takes its place.
"""

from __future__ import annotations

import os
import select
import sys
import time
from typing import Any, Final

_CHUNK: Final = 65536
_SELECT_LIMIT: Final = 1024
"""select() takes no higher descriptors, which a training process with many open files has."""


class Redirect:
    """One descriptor, redirected from `begin` until `restore`.

    Parameters:
        fd: 1 or 2.

    Raises:
        OSError: the descriptor is closed, or there are no more.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.saved = os.dup(fd)
        """Where the output goes in the end."""
        try:
            self.reader, self._writer = _pseudo_terminal(fd) if os.isatty(fd) else os.pipe()
        except OSError:
            os.close(self.saved)
            raise
        found = os.fstat(self._writer)
        self._identity = found.st_dev, found.st_ino

    def begin(self) -> None:
        """Let what is written to the descriptor go into the pipe."""
        flush(self.fd)
        os.dup2(self._writer, self.fd)
        os.close(self._writer)
        self._writer = -1

    def restore(self) -> None:
        """Let it go where it went before, unless someone redirected the descriptor again meanwhile."""
        flush(self.fd)
        try:
            found = os.fstat(self.fd)
            if (found.st_dev, found.st_ino) == self._identity:
                os.dup2(self.saved, self.fd)
        except OSError:
            pass  # the program closed it
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1

    def rescue(self) -> bool:
        """Pass on what is in the pipe. Returns whether more may come: someone still holds its other end."""
        while readable([self.reader], 0):
            data = read(self.reader)
            if not data:
                return False
            write(self.saved, data)
        return True

    def close(self) -> None:
        """Let go of the descriptors. Nothing may be in the pipe any more, unless the recorder reads it."""
        os.close(self.reader)
        os.close(self.saved)


def redirectable(fd: int) -> bool:
    """Whether Python's own standard stream is open and writes to *fd*; elsewhere, as in notebooks, a pipe would catch little."""
    stream: Any = sys.stdout if fd == 1 else sys.stderr
    try:
        os.fstat(fd)
        return hasattr(os, "posix_spawn") and stream is not None and stream.fileno() == fd
    except (OSError, ValueError, AttributeError):
        return False


def flush(fd: int) -> None:
    """Empty the buffers before *fd*."""
    try:
        (sys.stdout if fd == 1 else sys.stderr).flush()
    except (OSError, ValueError, AttributeError):
        pass  # closed or absent
    if fd == 1 and "ctypes" in sys.modules:  # then C code may have printed; its buffer is another
        try:
            sys.modules["ctypes"].CDLL(None).fflush(None)
        except (OSError, AttributeError):
            pass


def readable(fds: list[int], timeout_seconds: float) -> list[int]:
    """Which of *fds* have something to read, or have ended; waits for the first one."""
    if max(fds) < _SELECT_LIMIT:  # macOS cannot poll terminals
        return select.select(fds, [], [], timeout_seconds)[0]
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(timeout_seconds * 1000)]


def read(fd: int) -> bytes:
    """What is there, waiting for some; empty at the end. A pseudo-terminal says its end with an error."""
    try:
        return os.read(fd, _CHUNK)
    except OSError:
        return b""


def write(fd: int, data: bytes) -> bool:
    """Write all of *data*, also to a descriptor that someone else made non-blocking. False if nobody takes it any more."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            time.sleep(0.001)  # full; whoever reads it will
        except OSError:
            return False
    return True


def copy_window_size(source: int, target: int) -> None:
    """Tell a pseudo-terminal the size of the terminal behind it."""
    import fcntl
    import termios

    try:
        size = fcntl.ioctl(source, termios.TIOCGWINSZ, bytes(8))
        fcntl.ioctl(target, termios.TIOCSWINSZ, size)
    except OSError:
        pass  # it is no terminal, or gone


def _pseudo_terminal(terminal: int) -> tuple[int, int]:
    import termios

    master, slave = os.openpty()
    try:
        attributes = termios.tcgetattr(slave)
        attributes[1] &= ~termios.OPOST  # the terminal behind it turns \n into \r\n
        attributes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
    except termios.error:
        pass
    copy_window_size(terminal, master)
    return master, slave
