"""Requests to MLflow's REST API."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.util import make_headers

from trireme.domain.errors import InvalidInput, NotFound, PermissionDenied, Unavailable
from trireme.importers.mlflow.source import Message, SourceError

_CHUNK: Final = 1 << 20
_PAGES: Final = 1_000_000
_SAYS_MISSING: Final = frozenset({"ENDPOINT_NOT_FOUND", "NOT_IMPLEMENTED"})


class Missing(SourceError):
    """This server does not know that call."""


class Rest:
    """A tracking server. May be shared between threads.

    Parameters:
        url: ``http(s)://[user:password@]host[:port][/prefix]``; else ``MLFLOW_TRACKING_USERNAME`` and ``MLFLOW_TRACKING_PASSWORD``,
            or ``MLFLOW_TRACKING_TOKEN``, are used as MLflow's client does.
    """

    def __init__(self, url: str, environment: Mapping[str, str] | None = None, *, connections: int = 8) -> None:
        env = os.environ if environment is None else environment
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self.url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        user = unquote(parts.username or "") or env.get("MLFLOW_TRACKING_USERNAME", "")
        password = unquote(parts.password or "") or env.get("MLFLOW_TRACKING_PASSWORD", "")
        self._headers = {"User-Agent": "trireme-import", "Accept-Encoding": "gzip"}
        if user and password:
            self._headers |= make_headers(basic_auth=f"{user}:{password}")
        elif token := env.get("MLFLOW_TRACKING_TOKEN"):
            self._headers["Authorization"] = f"Bearer {token}"
        retries = urllib3.Retry(
            total=5,
            backoff_factor=0.5,
            status_forcelist=(429, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
            redirect=3,
        )
        options: dict[str, Any] = {
            "maxsize": connections,
            "retries": retries,
            "timeout": urllib3.Timeout(connect=10, read=600),
        }
        if env.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("1", "true"):
            options["cert_reqs"] = "CERT_NONE"
        name = parts.hostname or ""
        is_near = name in ("localhost", "127.0.0.1", "::1")
        proxy = None if is_near or proxy_bypass(name) else getproxies().get(parts.scheme)
        self._pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)

    def get(self, path: str, /, **query: Any) -> Message:
        """Ask; see `call`."""
        given = {key: value for key, value in query.items() if value is not None}
        return self._json(self._send("GET", f"{path}?{urlencode(given, doseq=True)}"), path)

    def post(self, path: str, /, **body: Any) -> Message:
        """Ask with a body.

        Raises:
            Missing: the server does not know the call.
            SourceError: it refuses.
            TriremeError: it does not answer, or does not let us in.
        """
        given = {key: value for key, value in body.items() if value is not None}
        return self._json(self._send("POST", path, json.dumps(given).encode()), path)

    def pages(self, method: str, path: str, name: str, /, **given: Any) -> Iterator[Message]:
        """All items of a paged answer. Raises as `post` does."""
        token: str | None = None
        for _ in range(_PAGES):
            call = self.get if method == "GET" else self.post
            answer = call(path, **given, page_token=token)
            yield from answer.get(name, ())
            following = answer.get("next_page_token") or None
            if following is None or following == token:
                return
            token = following

    @contextmanager
    def download(self, path: str, /, **query: Any) -> Iterator[Path]:
        """The bytes of an answer as a file that goes away afterwards.

        Raises:
            SourceError: the server refuses, or its answer ends early.
        """
        with tempfile.NamedTemporaryFile(prefix="trireme-import-") as file:
            try:
                answer = self._send("GET", f"{path}?{urlencode(query)}", stream=True)
                if answer.status != 200:
                    raise SourceError(_reason(answer.status, answer.data))
                for chunk in answer.stream(_CHUNK):
                    file.write(chunk)
                answer.release_conn()
            except urllib3.exceptions.HTTPError as error:
                raise SourceError("the download ended early") from error
            file.flush()
            yield Path(file.name)

    def _send(self, method: str, path: str, body: bytes | None = None, *, stream: bool = False) -> urllib3.BaseHTTPResponse:
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
        try:
            answer = self._pool.request(method, self.url + path, body=body, headers=headers, preload_content=not stream)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{self.url} does not answer ({type(getattr(error, 'reason', error)).__name__}).") from error
        if answer.status == 401:
            raise PermissionDenied(
                f"{self.url} wants a user.",
                hint="Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
            )
        return answer

    def _json(self, answer: urllib3.BaseHTTPResponse, path: str) -> Message:
        if answer.status == 200:
            try:
                found = json.loads(answer.data)
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise InvalidInput(f"{self.url} is no MLflow server: its answer to {path} is not JSON.")
            return found
        try:
            code = str(json.loads(answer.data).get("error_code", ""))
        except (ValueError, AttributeError):
            code = "ENDPOINT_NOT_FOUND" if answer.status in (404, 405) else ""
        if code in _SAYS_MISSING:
            raise Missing(f"{self.url} has no {path}")
        raise SourceError(_reason(answer.status, answer.data))

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()


def check_is_mlflow(rest: Rest) -> None:
    """Return if an MLflow server answers.

    Raises:
        TriremeError: something else does, or nothing.
    """
    try:
        rest.post("/api/2.0/mlflow/experiments/search", max_results=1, view_type="ALL")
    except Missing:
        raise NotFound(
            f"{rest.url} is no MLflow server.", hint="Give the address of its web page, without what follows #."
        ) from None
    except SourceError as error:
        raise InvalidInput(f"{rest.url} refuses to list experiments: {error}.") from error


def _reason(status: int, body: bytes) -> str:
    try:
        message = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        message = ""
    return f"the server answers {status}" + (f": {message[:300]}" if message else "")
