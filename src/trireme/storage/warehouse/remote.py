"""A ClickHouse server over HTTP, by clickhouse-connect."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trireme.domain.errors import Unavailable
from trireme.storage.warehouse.engine import (
    PARSER_LIMITS,
    QUERY_MEMORY_BYTES,
    QUERY_TIMEOUT_SECONDS,
    Parameters,
    to_domain_error,
)

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)


class RemoteWarehouse:
    """A `Warehouse` on a server.

    Parameters:
        url: ``http[s]://user:password@host:port/database``; the database is made if missing (default ``trireme``).

    Raises:
        Unavailable: the server does not answer.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._database = parts.path.strip("/") or "trireme"
        self._address: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or (8443 if parts.scheme == "https" else 8123),
            "username": parts.username or "default",
            "password": parts.password or "",
            "secure": parts.scheme == "https",
        }
        self._local = threading.local()
        self._name = f"{parts.hostname}:{self._address['port']}"
        if not self._database.replace("_", "").isalnum():
            raise Unavailable(f"'{self._database}' is not a database name.", hint="Use letters, digits and underscores.")
        client = self._connect(database="default")
        client.command(f"CREATE DATABASE IF NOT EXISTS {self._database}")
        client.close()

    def query(
        self, sql: str, params: Parameters | None = None, *, timeout_seconds: float = QUERY_TIMEOUT_SECONDS, request_id: str = ""
    ) -> pa.Table:
        """See `Warehouse.query`."""
        settings = {
            "readonly": 2,  # 1 would forbid the settings that travel with the query
            "max_execution_time": timeout_seconds,
            "max_memory_usage": QUERY_MEMORY_BYTES,
            "log_comment": request_id,
            "output_format_arrow_low_cardinality_as_dictionary": 1,
            **PARSER_LIMITS,
        }
        try:
            return self._client().query_arrow(sql, parameters=_typed(params), settings=settings, use_strings=True)
        except Exception as error:
            raise self._refused(error, sql) from error

    def execute(self, sql: str, params: Parameters | None = None) -> None:
        """See `Warehouse.execute`."""
        try:
            self._client().command(sql, parameters=_typed(params))
        except Exception as error:
            raise self._refused(error, sql) from error

    def insert(self, table: str, block: pa.Table) -> None:
        """See `Warehouse.insert`."""
        if not block.num_rows:
            return
        try:
            self._client().insert_arrow(table, block, settings={"wait_end_of_query": 1})
        except Exception as error:
            raise self._refused(error, f"INSERT INTO {table}") from error

    def close(self) -> None:
        """See `Warehouse.close`."""
        client = getattr(self._local, "client", None)
        if client is not None:
            client.close()

    def _client(self) -> Any:
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._connect(database=self._database)
        return client

    def _connect(self, *, database: str) -> Any:
        import clickhouse_connect

        try:
            # Sessions would make the server run this process's queries one after another.
            return clickhouse_connect.get_client(**self._address, database=database, autogenerate_session_id=False)
        except Exception as error:
            raise Unavailable(
                f"The ClickHouse server at {self._name} does not answer.",
                hint="Check TRIREME_WAREHOUSE_URL and that the server runs.",
            ) from error

    def _refused(self, error: Exception, sql: str) -> Exception:
        log.warning("statement refused by %s: %s\n%s", self._name, str(error)[:2000], sql[:2000])
        if "Code: " not in str(error) and "code" not in str(error).lower():
            return Unavailable(f"The ClickHouse server at {self._name} cannot be reached.", hint="The request may be repeated.")
        return to_domain_error(str(error).replace("code ", "Code: "))


def _typed(params: Parameters | None) -> dict[str, Any] | None:
    return dict(params) if params else None
