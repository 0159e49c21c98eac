"""Settings of the server: one table. Each can be set by its environment variable; the command line wins."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from trireme.domain.errors import InvalidInput


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server can be told. The variable of ``data`` is ``TRIREME_DATA``, and so on."""

    data: Path = _setting(Path(".trireme"), "folder of everything the server keeps")
    host: str = _setting("127.0.0.1", "address to listen on; local mode allows loopback only")
    port: int = _setting(8080, "port to listen on; 0 takes a free one")
    catalog_url: str = _setting("", "postgresql://… for the catalog; empty: SQLite in the data folder")
    warehouse_url: str = _setting("", "http://user:password@host:8123/database of a ClickHouse server; empty: embedded chDB")
    blobs_url: str = _setting("", "s3://bucket/prefix, gs://… or az://… for files; empty: the data folder")

    @property
    def catalog(self) -> str:
        """The catalog's URL."""
        return self.catalog_url or f"sqlite:///{(self.data / 'catalog.sqlite3').resolve()}"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"TRIREME_{name.upper()}"


def load_settings(given: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the command line (None = not given), then the environment, then the defaults.

    Raises:
        InvalidInput: a variable holds what its setting cannot be.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        if given.get(setting.name) is not None:
            values[setting.name] = given[setting.name]
        elif text := environment.get(variable(setting.name)):
            try:
                values[setting.name] = type(setting.default)(text)
            except ValueError:
                raise InvalidInput(
                    f"{variable(setting.name)} is '{text}', which is no {type(setting.default).__name__}.",
                    hint=f"It is the {setting.metadata['help']}.",
                ) from None
    return Settings(**values)
