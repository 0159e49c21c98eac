"""Tables as JSON: ``{"columns": [name, …], "types": [type, …], "rows": [[cell, …], …]}``.

A type is ``number``, ``bool``, ``datetime`` or ``string``. Cells are JSON values of that type or null; numbers that are not
finite are the texts ``NaN``, ``Infinity`` and ``-Infinity``, datetimes are ISO 8601, anything else is its text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from trireme.client.assign import scalar
from trireme.domain.errors import InvalidInput, TooLarge

MAX_CELLS: Final = 5_000_000

Cell = float | int | bool | str | None


def is_frame(value: object) -> bool:
    """Whether *value* is a data frame of pandas or Polars, or an Arrow table."""
    return (hasattr(value, "columns") and (hasattr(value, "itertuples") or hasattr(value, "get_columns"))) or _is_arrow(value)


def is_records(value: object) -> bool:
    """Whether *value* is a list of mappings: one a row."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def table_json(data: object, columns: Sequence[str] | None = None) -> bytes:
    """The file for a table.

    Parameters:
        data: a data frame, a mapping of columns, a list of mappings, or rows (then *columns* names them).

    Raises:
        InvalidInput: it is none of these, or its rows are uneven.
        TooLarge: more than `MAX_CELLS` cells.
    """
    names, values = _columns(data, columns)
    height = len(values[0]) if values else 0
    if height * len(names) > MAX_CELLS:
        raise TooLarge(
            f"A table has {height:,} rows and {len(names):,} columns; the limit is {MAX_CELLS:,} cells.",
            hint="Upload it as a CSV or Parquet file.",
        )
    typed = [_typed(column) for column in values]
    rows = [list(row) for row in zip(*(cells for _, cells in typed), strict=True)]
    table = {"columns": names, "types": [kind for kind, _ in typed], "rows": rows}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _columns(data: object, names: Sequence[str] | None) -> tuple[list[str], list[list[Any]]]:
    if _is_arrow(data):
        found: Any = data
        return [str(name) for name in found.column_names], [column.to_pylist() for column in found.columns]
    if is_frame(data):
        return _frame_columns(data)
    if isinstance(data, Mapping):
        columns = [_listed(column) for column in data.values()]
        if len({len(column) for column in columns}) > 1:
            raise InvalidInput("The columns of a table differ in length.")
        return [str(name) for name in data], columns
    if is_records(data):
        rows: list[Mapping[Any, Any]] = data  # type: ignore[assignment]  # just checked
        keys = list(dict.fromkeys(key for row in rows for key in row))
        return [str(key) for key in keys], [[row.get(key) for row in rows] for key in keys]
    if not isinstance(data, Iterable) or isinstance(data, (str, bytes)):
        raise InvalidInput(f"A {type(data).__name__} is no table.", hint="Use a data frame, columns, or rows with column names.")
    lines = [_listed(row) for row in data]
    width = len(names) if names is not None else len(lines[0]) if lines else 0
    if any(len(line) != width for line in lines):
        raise InvalidInput(f"The rows of a table must all have {width} cells.")
    found_names = [str(name) for name in names] if names is not None else [str(i) for i in range(width)]
    return found_names, [[line[i] for line in lines] for i in range(width)]


def _frame_columns(frame: Any) -> tuple[list[str], list[list[Any]]]:
    if hasattr(frame, "get_columns"):  # Polars
        return [str(name) for name in frame.columns], [column.to_list() for column in frame.get_columns()]
    index = frame.index  # pandas
    labels = [] if type(index).__name__ == "RangeIndex" else [(str(index.name or "index"), index.tolist())]
    labels += [(str(name), frame.iloc[:, i].tolist()) for i, name in enumerate(frame.columns)]
    return [name for name, _ in labels], [column for _, column in labels]


def _typed(column: list[Any]) -> tuple[str, list[Cell]]:
    """A column's type and its cells; a column of several types becomes text."""
    cells = [_cell(value) for value in column]
    kinds = {kind for kind, _ in cells if kind}
    if len(kinds) == 1:
        return kinds.pop(), [cell for _, cell in cells]
    if not kinds:
        return "string", [None] * len(column)
    return "string", [cell if cell is None or isinstance(cell, str) else str(cell) for _, cell in cells]


def _cell(value: Any) -> tuple[str, Cell]:
    value = scalar(value)
    if value is None:
        return "", None
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, int):
        return "number", value if abs(value) < 1 << 53 else str(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return "number", value
        return "number", "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, str):
        return "string", value
    if type(value).__name__ in ("NAType", "NaTType"):  # pandas' absent values
        return "", None
    if callable(getattr(value, "isoformat", None)):
        return "datetime", str(value.isoformat())
    return "string", str(value)


def _is_arrow(value: object) -> bool:
    return type(value).__module__.startswith("pyarrow") and hasattr(value, "column_names") and hasattr(value, "columns")


def _listed(values: Any) -> list[Any]:
    return list(values.tolist()) if hasattr(values, "tolist") else list(values)
