"""What a run needs to know before it starts: arguments first, then the environment, then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from trireme.domain.errors import InvalidInput

MODES: Final = ("async", "sync", "offline", "read-only", "disabled", "debug")
DEFAULT_PROJECT: Final = "default/default"
DEFAULT_FOLDER: Final = ".trireme"


@dataclass(frozen=True)
class CaptureOptions:
    """What a run records of its surroundings by itself; each can be turned off."""

    console: bool = True
    git: bool = True
    source: bool = True
    packages: bool = True
    hostname: bool = True
    hardware: bool = True
    traceback: bool = True

    @classmethod
    def of(
        cls, value: bool | Mapping[str, bool] | CaptureOptions | None, environment: Mapping[str, str] | None = None
    ) -> CaptureOptions:
        """Everything, nothing, or what a mapping such as ``{"console": False}`` says.

        None means what ``TRIREME_CAPTURE`` says: ``all`` (default), ``none``, the parts to capture (``git,source``), or those
        not to (``-console,-hardware``).

        Raises:
            InvalidInput: the mapping or the variable names something that is not captured.
        """
        if isinstance(value, CaptureOptions):
            return value
        names = [f.name for f in fields(cls)]
        if value is None:
            value = _capture_words((os.environ if environment is None else environment).get("TRIREME_CAPTURE", ""), names)
        if isinstance(value, Mapping):
            unknown = sorted(set(value) - set(names))
            if unknown:
                raise InvalidInput(f"capture has no '{unknown[0]}'.", hint=f"It knows {', '.join(names)}.")
            return cls(**{name: bool(on) for name, on in value.items()})
        return cls(**dict.fromkeys(names, bool(value)))


def _capture_words(text: str, names: list[str]) -> bool | dict[str, bool]:
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words or words in (["all"], ["1"], ["true"]):
        return True
    if words in (["none"], ["0"], ["false"]):
        return False
    on = [word for word in words if not word.startswith("-")]
    return {**dict.fromkeys(names, not on), **dict.fromkeys(on, True), **{word[1:]: False for word in words if word not in on}}


@dataclass(frozen=True)
class ClientSettings:
    """Where a run is sent and where it waits until then.

    Parameters:
        url: the server; None means the local one that ``trireme up`` starts on *folder*.
        token: bearer token, never written to disk by the client.
        project: ``workspace/project``.
        mode: one of `MODES`.
        folder: holds the spool, and the local server's data.
    """

    project: str = DEFAULT_PROJECT
    mode: str = "async"
    url: str | None = None
    token: str | None = field(default=None, repr=False)
    folder: Path = Path(DEFAULT_FOLDER)

    @property
    def spool_root(self) -> Path:
        """The folder with one folder per stream."""
        return self.folder / "spool"

    def server_url(self) -> str | None:
        """The server to talk to now: *url*, else the local server that says it runs on *folder*."""
        return self.url or local_server(self.folder).get("url")


def resolve(
    *,
    project: str | None = None,
    mode: str | None = None,
    url: str | None = None,
    token: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> ClientSettings:
    """Settings from arguments, then from ``TRIREME_PROJECT``, ``_MODE``, ``_URL``, ``_TOKEN`` and ``_DIR``.

    Raises:
        InvalidInput: the mode, the project's name or the URL cannot be used; the sentence names it.
    """
    from trireme.domain.ids import split_project

    env = os.environ if environment is None else environment
    mode = mode or env.get("TRIREME_MODE") or "async"
    if mode not in MODES:
        raise InvalidInput(f"'{mode}' is not a mode.", hint=f"Use one of {', '.join(MODES)}.")
    url = (url or env.get("TRIREME_URL") or "").rstrip("/") or None
    if url and not url.startswith(("http://", "https://")):
        raise InvalidInput(f"'{url[:80]}' is not a server's URL.", hint="It begins with http:// or https://.")
    workspace, name = split_project(project or env.get("TRIREME_PROJECT") or DEFAULT_PROJECT)
    return ClientSettings(
        project=f"{workspace}/{name}",
        mode=mode,
        url=url,
        token=token or env.get("TRIREME_TOKEN") or None,
        folder=Path(folder or env.get("TRIREME_DIR") or DEFAULT_FOLDER).absolute(),
    )


def local_server(folder: Path) -> dict[str, str]:
    """What ``trireme up`` wrote about itself into *folder* (``url``, perhaps ``token``); empty if none runs."""
    import json

    try:
        found = json.loads((folder / "server.json").read_bytes())
        url, pid, token = str(found["url"]).rstrip("/"), int(found.get("pid") or 0), str(found.get("token") or "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    if pid > 0 and os.name == "posix":
        try:
            os.kill(pid, 0)
        except PermissionError:
            pass  # it runs, as another user
        except OSError:
            return {}
    return {"url": url, "token": token} if token else {"url": url}
