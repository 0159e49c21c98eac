"""Artifacts in S3, Google Cloud Storage and Azure, read with the credentials of the environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from trireme.importers.mlflow.source import File, SourceError

_SCHEMES: Final = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gs",
    "az": "az",
    "abfs": "abfs",
    "abfss": "abfss",
    "wasbs": "abfss",
    "wasb": "abfs",
}
_TIMEOUTS: Final = {"connect_timeout": "5s", "timeout": "300s"}
_RETRIES: Final = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
_CHUNK: Final = 8 << 20


class Remote:
    """Reads remote stores. One that cannot be read is tried once only."""

    def __init__(self) -> None:
        self._broken: dict[str, str] = {}
        self._read: set[str] = set()

    def reads(self, uri: str) -> bool:
        """Whether what lies below *uri* can be listed."""
        try:
            next(iter(self.files(uri)), None)
        except SourceError:
            return False
        return True

    def files(self, uri: str) -> Iterator[File]:
        """All files below *uri*.

        Raises:
            SourceError: it cannot be read; the sentence says why.
        """
        parts = urlsplit(uri)
        bucket = f"{parts.scheme}://{parts.netloc}"
        if bucket in self._broken:
            raise SourceError(self._broken[bucket])
        try:
            store = _store(uri)
            for found in _listed(store):
                self._read.add(bucket)
                path = str(found["path"])
                yield File(path, int(found["size"]), _download(store, path), str(found.get("e_tag") or ""))
        except ImportError:
            raise SourceError(f"they lie at {bucket}, and obstore, which reads it, is not installed") from None
        except SourceError:
            raise
        except Exception as error:  # obstore's errors have no common ancestor of their own
            reason = f"they lie at {bucket}, which cannot be read: {_words(error)}"
            if bucket not in self._read:
                self._broken[bucket] = reason
            raise SourceError(reason) from error


def is_remote(uri: str) -> bool:
    """Whether an address is one of a store that `Remote` knows."""
    return urlsplit(uri).scheme in _SCHEMES


def _store(uri: str) -> Any:
    from obstore.store import from_url

    parts = urlsplit(uri)
    options: dict[str, Any] = {"client_options": dict(_TIMEOUTS), "retry_config": dict(_RETRIES)}
    scheme = _SCHEMES[parts.scheme]
    if scheme == "s3":
        endpoint = os.environ.get("MLFLOW_S3_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT_URL")
        if endpoint:
            options["endpoint"] = endpoint
            options["client_options"]["allow_http"] = endpoint.startswith("http://")
    return from_url(parts._replace(scheme=scheme).geturl(), **options)


def _listed(store: Any) -> Iterator[Any]:
    for part in store.list():
        yield from part


@contextmanager
def _download(store: Any, path: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="trireme-import-") as file:
        try:
            for chunk in store.get(path).stream(min_chunk_size=_CHUNK):
                file.write(bytes(chunk))
        except OSError:
            raise
        except Exception as error:  # as above
            raise SourceError(_words(error)) from error
        file.flush()
        yield Path(file.name)


def _words(error: Exception) -> str:
    """The first sentence of what a store says; never a whole answer, which may hold what signs a request."""
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:160]
