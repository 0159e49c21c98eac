"""What fetching answers: small tables that become pandas, Polars or Arrow ones. Those libraries are imported when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trireme.domain.errors import InvalidInput

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class FetchedTable:
    """Rows with named columns.

    Parameters:
        columns: equally long lists by name.
    """

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        self._columns = dict(columns)

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self._columns)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each row as a dictionary."""
        return list(self)

    def __getitem__(self, column: str) -> list[Any]:
        """The values of a column."""
        return self._columns[column]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.columns
        for values in zip(*self._columns.values(), strict=True):
            yield dict(zip(names, values, strict=True))

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self):,} rows of {', '.join(self.columns[:8])}{' …' * (len(self.columns) > 8)}>"

    def _repr_html_(self) -> str:
        """How notebooks show it: the first rows."""
        from html import escape
        from itertools import islice

        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        cells = (
            "".join(f"<td>{'' if value is None else escape(str(value)[:200])}</td>" for value in row.values())
            for row in islice(self, 20)
        )
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{len(self):,} rows</p>"

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame.

        Raises:
            InvalidInput: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise _missing("pandas") from error
        return pandas.DataFrame(self._columns)

    def to_polars(self) -> polars.DataFrame:
        """A Polars data frame.

        Raises:
            InvalidInput: Polars is not installed.
        """
        try:
            import polars
        except ImportError as error:
            raise _missing("polars") from error
        return polars.DataFrame({name: _plain(values) for name, values in self._columns.items()}, strict=False)

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table.

        Raises:
            InvalidInput: pyarrow is not installed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise _missing("pyarrow") from error
        return pyarrow.table({name: _plain(values) for name, values in self._columns.items()})


class RunsTable(FetchedTable):
    """Runs: ``id``, ``custom_run_id``, ``name``, ``state`` and the attributes that were asked for.

    Parameters:
        keys: the runs' numeric keys, one a row.
        total: how many runs match, with those beyond the limit.
    """

    def __init__(self, columns: Mapping[str, list[Any]], keys: list[int], total: int) -> None:
        super().__init__(columns)
        self.keys = keys
        self.total = total


class SeriesTable(FetchedTable):
    """Points of float series, one a row: ``run`` (short id), ``path``, ``step``, ``timestamp``, ``value``, ``preview``."""

    def __init__(self, table: pyarrow.Table) -> None:
        self._table = table

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self._table.column_names)

    def __getitem__(self, column: str) -> list[Any]:
        return list(self._table[column].to_pylist())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self._table.to_batches(max_chunksize=10_000):
            yield from batch.to_pylist()

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame; runs and paths are categories. Raises as `FetchedTable.to_pandas` does."""
        try:
            import pandas  # noqa: F401  # to say clearly that it is missing
        except ImportError as error:
            raise _missing("pandas") from error
        return self._table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """A Polars data frame. Raises as `FetchedTable.to_polars` does."""
        try:
            import polars
        except ImportError as error:
            raise _missing("polars") from error
        frame = polars.from_arrow(self._table)
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """The Arrow table itself."""
        return self._table


def named_points(table: pyarrow.Table, series: Sequence[tuple[int, str]], ids: dict[int, str]) -> SeriesTable:
    """Points of several series, with runs' ids and paths in place of numbers.

    Parameters:
        table: with a column ``series`` that counts through *series*.
        series: pairs of a run's key and a path.
        ids: short ids by key.
    """
    import pyarrow  # whoever made the table has it

    keys, paths = list(ids), list(dict.fromkeys(path for _, path in series))
    run_of = pyarrow.array([keys.index(key) for key, _ in series], pyarrow.int32())
    path_of = pyarrow.array([paths.index(path) for _, path in series], pyarrow.int32())
    numbers = table["series"].combine_chunks()

    def column(index: Any, values: Sequence[str]) -> Any:
        return pyarrow.DictionaryArray.from_arrays(index.take(numbers), pyarrow.array(values, pyarrow.string()))

    named = {"run": column(run_of, list(ids.values())), "path": column(path_of, paths)}
    return SeriesTable(pyarrow.table({**named, **{name: table[name] for name in table.column_names if name != "series"}}))


def _plain(values: list[Any]) -> list[Any]:
    """*values* of one type that columns can have: whole numbers beside fractions become floats, any other mixture text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return [None if value is None else float(value) for value in values]
    if kinds == {set}:
        return [None if value is None else sorted(value) for value in values]
    if len(kinds) > 1 or any(kind.__module__ != "builtins" and kind.__name__ != "datetime" for kind in kinds):
        return [None if value is None else str(value) for value in values]
    return values


def _missing(library: str) -> InvalidInput:
    return InvalidInput(f"{library} is not installed.", hint=f"Install it with `pip install {library}`.")
