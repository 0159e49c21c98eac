"""MLflow's database, whichever release made it: tables and columns are looked up, those that are missing read as nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from trireme.domain.errors import InvalidInput, NotFound, Unavailable

_NEEDED: Final = {
    "experiments": ("experiment_id", "name"),
    "runs": ("run_uuid", "experiment_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri"),
    "metrics": ("run_uuid", "key", "timestamp", "value"),
    "params": ("run_uuid", "key", "value"),
    "tags": ("run_uuid", "key", "value"),
}
PART: Final = 500
"""Values in one condition."""

Row = dict[str, Any]


class Database:
    """Reads, never writes.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is no database of MLflow's, or no driver for it is installed.
        Unavailable: it cannot be reached.
    """

    def __init__(self, uri: str) -> None:
        self.url = _url(uri)
        self.label = make_url(uri).render_as_string(hide_password=True)
        self.file = _file(self.url)
        """Of SQLite."""
        self._engine = _engine(self.url)
        self._tables: dict[str, Table | None] = {}
        try:
            self._names = set(inspect(self._engine).get_table_names())
        except DBAPIError as error:
            raise self._unavailable(error) from error
        self._check()

    def _unavailable(self, error: DBAPIError) -> Unavailable:
        text = str(error.orig).strip()
        reason = text.splitlines()[0][:200] if text else type(error.orig).__name__
        return Unavailable(f"The database {self.label} cannot be read: {reason}.")

    def _check(self) -> None:
        if not {"experiments", "runs"} <= self._names:
            raise InvalidInput(f"{self.label} is no database of MLflow's: it has no tables of experiments and runs.")
        lacking = []
        for name, columns in _NEEDED.items():
            table = self.table(name)
            lacking += [f"{name}.{column}" for column in columns if table is None or column not in table.c]
        if lacking:
            raise InvalidInput(
                f"The schema of {self.label} (revision {self.revision() or 'unknown'}) is not one that this importer knows:"
                f" it lacks {', '.join(lacking)}.",
                hint="Bring the database to a recent release with `mlflow db upgrade`, or import from a running `mlflow server`.",
            )

    def revision(self) -> str:
        """The revision of its schema."""
        found = [row["version_num"] for row in self.rows("alembic_version")]
        return str(found[0]) if found else ""

    def table(self, name: str) -> Table | None:
        """A table; None if this release has none."""
        if name not in self._tables:
            known = name in self._names
            self._tables[name] = Table(name, MetaData(), autoload_with=self._engine, resolve_fks=False) if known else None
        return self._tables[name]

    def rows(self, name: str, *, order: Sequence[str] = (), **equal: Any) -> Iterator[Row]:
        """Rows of a table; a list as value means any of its items, however many."""
        table = self.table(name)
        if table is None:
            return
        many = next((column for column, value in equal.items() if isinstance(value, list)), None)
        parts: list[Any] = [None]
        if many is not None:
            values = equal.pop(many)
            parts = [values[start : start + PART] for start in range(0, len(values), PART)]
        with self.connect() as connection:
            for part in parts:
                statement = select(table).where(
                    *(table.c[column] == value for column, value in equal.items() if column in table.c)
                )
                if many is not None:
                    statement = statement.where(table.c[many].in_(part))
                statement = statement.order_by(*(table.c[column] for column in order if column in table.c))
                yield from (dict(row) for row in connection.execute(statement).mappings())

    def by(self, name: str, column: str, values: Sequence[Any], *, order: Sequence[str] = ()) -> dict[Any, list[Row]]:
        """Rows of a table whose *column* is one of *values*, by it."""
        found: dict[Any, list[Row]] = defaultdict(list)
        if values:
            for row in self.rows(name, order=order, **{column: list(values)}):
                found[row[column]].append(row)
        return found

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection that streams what it reads.

        Raises:
            Unavailable: it breaks, or the database is locked for long.
        """
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(stream_results=True)
        except DBAPIError as error:
            raise self._unavailable(error) from error

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _url(uri: str) -> URL:
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError) as error:
        raise InvalidInput(f"'{uri[:100]}' is no address of a database.") from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        path = Path(url.database or "")
        if not url.database or not path.is_file():
            raise NotFound(
                f"There is no database at '{url.database or uri}'.", hint="sqlite:///name is relative, sqlite:////name is not."
            )
        return url.set(database=f"file:{_quoted(path.resolve())}", query={"mode": "ro", "uri": "true"})
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _file(url: URL) -> Path | None:
    return Path(unquote(str(url.database).removeprefix("file:"))) if url.get_backend_name() == "sqlite" else None


def _quoted(path: Path) -> str:
    return quote(str(path))


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(url, connect_args={"timeout": 60} if url.get_backend_name() == "sqlite" else {})
    except (ImportError, NoSuchModuleError) as error:
        raise InvalidInput(
            f"There is no driver for {url.get_backend_name()} here.", hint="For PostgreSQL: pip install 'trireme[postgres]'."
        ) from error
    except SQLAlchemyError as error:
        raise InvalidInput(f"'{url.render_as_string(hide_password=True)}' cannot be used: {error}.") from error
    if url.get_backend_name() == "postgresql":

        @event.listens_for(engine, "connect")
        def read_only(connection: Any, record: Any) -> None:
            connection.read_only = True

    return engine
