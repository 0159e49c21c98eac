"""Tables as files that are sent while they are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["csv", "parquet"]
MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def file_parts(tables: Iterator[pa.Table], form: Format) -> Iterator[bytes]:
    """The bytes of one file that holds all *tables*, which have one schema."""
    return _csv(tables) if form == "csv" else _parquet(tables)


def _csv(tables: Iterator[pa.Table]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import csv

    head = True
    for table in tables:
        sink = pa.BufferOutputStream()
        csv.write_csv(_flat(table), sink, csv.WriteOptions(include_header=head))
        head = False
        yield sink.getvalue().to_pybytes()


def _parquet(tables: Iterator[pa.Table]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    sink = _Parts()
    writer: parquet.ParquetWriter | None = None
    for table in tables:
        writer = writer or parquet.ParquetWriter(pa.PythonFile(sink, "w"), table.schema, compression="zstd")
        writer.write_table(table)
        yield sink.take()
    assert writer is not None
    writer.close()
    yield sink.take()


class _Parts:
    """A file to write to whose bytes are taken away in between."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing to let go of."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _flat(table: pa.Table) -> pa.Table:
    """CSV has no lists: their members are joined by commas."""
    import pyarrow as pa

    for index, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            members = table.column(index).to_pylist()
            joined = pa.array([None if each is None else ", ".join(each) for each in members], pa.string())
            table = table.set_column(index, field.name, joined)
    return table
