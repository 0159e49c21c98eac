"""ClickHouse inside this process: chDB over one folder, one process at a time.

Three facts rule this module. A process must not fork after chDB is imported, so the import happens here and late.
``Python(name)`` finds its table by the *name* of a variable in the calling function. One connection runs one query at a time,
so each thread has its own, and one stays open for the life of the process because closing the last one stops the engine.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import Conflict, Unavailable
from trireme.storage.warehouse.engine import (
    PARSER_LIMITS,
    QUERY_MEMORY_BYTES,
    QUERY_TIMEOUT_SECONDS,
    Parameters,
    bind,
    to_domain_error,
)

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)

DATABASE: Final = "trireme"
_CACHE_BYTES = 128 * 1024 * 1024
_STAMP = "ENGINE"


class EmbeddedWarehouse:
    """A `Warehouse` in a folder.

    Parameters:
        folder: made if missing.
        memory_bytes: what the engine may take in all.

    Raises:
        Conflict: the folder was written by a newer engine, which this one would damage.
    """

    def __init__(self, folder: Path, *, memory_bytes: int = 6 * 1024**3) -> None:
        import chdb

        folder.mkdir(parents=True, exist_ok=True)
        _check_stamp(folder / _STAMP, chdb.__version__)
        self._chdb: Any = chdb
        self._dsn = (
            f"{folder / 'data'}?max_server_memory_usage={memory_bytes}"
            f"&mark_cache_size={_CACHE_BYTES}&primary_index_cache_size={_CACHE_BYTES}"
        )
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[Any] = []
        self._keeper = chdb.connect(self._dsn)
        self._keeper.query(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")

    def query(
        self, sql: str, params: Parameters | None = None, *, timeout_seconds: float = QUERY_TIMEOUT_SECONDS, request_id: str = ""
    ) -> pa.Table:
        """See `Warehouse.query`."""
        import pyarrow as pa

        settings = (
            f" SETTINGS readonly=1, max_execution_time={timeout_seconds:.3f}, max_memory_usage={QUERY_MEMORY_BYTES},"
            f" log_comment='{_plain(request_id)}', output_format_arrow_compression_method='none',"
            " output_format_arrow_low_cardinality_as_dictionary=1"
        )
        for _ in range(2):
            result = self._run(sql + settings, "ArrowStream", params)
            # The table lies in the engine's own memory, which lives as long as the table: `bytes()` would copy it under the GIL.
            held = result.get_memview()
            view = held.view()
            if len(view):
                buffer = pa.foreign_buffer(pa.py_buffer(view).address, len(view), base=(result, held))
                with pa.ipc.open_stream(buffer) as reader:
                    table = reader.read_all()
                if table.num_columns:
                    return table
            # Seen once in some ten thousand queries under load, on a connection that other queries had failed on.
            log.warning("no answer, asked again: %s", sql[:2000])
            self._let_go()
        raise Unavailable("The warehouse gave no answer.", hint="Ask again; the statement is in the server's log.")

    def execute(self, sql: str, params: Parameters | None = None) -> None:
        """See `Warehouse.execute`."""
        self._run(sql, "Null", params)

    def insert(self, table: str, block: pa.Table) -> None:
        """See `Warehouse.insert`."""
        if block.num_rows:
            self._insert(table, ", ".join(block.column_names), block)

    def close(self) -> None:
        """See `Warehouse.close`. No thread may be inside a call any more; the engine stops with the last connection."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._keeper.close()

    def _insert(self, table: str, columns: str, trireme_insert_block: pa.Table) -> None:
        # The engine looks the parameter up by its name in this very frame.
        sql = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM Python(trireme_insert_block)"
        try:
            self._connection().query(sql, "Null")
        except Exception as error:
            raise self._refused(error, sql) from error

    def _run(self, sql: str, form: str, params: Parameters | None) -> Any:
        try:
            return self._connection().query(sql, form, params=bind(params))
        except Exception as error:
            raise self._refused(error, sql) from error

    def _refused(self, error: Exception, sql: str) -> Exception:
        self._let_go()
        if type(error).__module__.partition(".")[0] not in ("chdb", "builtins") or isinstance(error, MemoryError):
            return error
        log.warning("statement refused: %s\n%s", str(error)[:2000], sql[:2000])
        return to_domain_error(str(error))

    def _let_go(self) -> None:
        """Close this thread's connection. After a failed query, chDB may answer the next ones on it with what belongs to the failed one."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            with self._lock:
                self._connections.remove(connection)
            connection.close()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._chdb.connect(self._dsn)
            connection.query(f"USE {DATABASE}")
            connection.query("SET " + ", ".join(f"{name} = {value}" for name, value in PARSER_LIMITS.items()))
            with self._lock:
                self._connections.append(connection)
        return connection


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in "-_.")[:100]


def _check_stamp(stamp: Path, version: str) -> None:
    """Refuse to open a folder of a newer engine: an older one sets its parts aside without a word."""
    if stamp.exists() and _number(stamp.read_text()) > _number(version):
        raise Conflict(
            f"The data folder was written by engine {stamp.read_text().strip()}; this installation has {version}.",
            hint="Upgrade: pip install --upgrade 'trireme[server]'.",
        )
    stamp.write_text(version + "\n")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.strip().split(".")[:2] if part.isdigit())
