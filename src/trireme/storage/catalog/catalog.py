"""Open the catalog: SQLite in a file, or PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from trireme.domain.errors import Unavailable
from trireme.domain.permissions import LOCAL_USER_ID
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.eval_datasets import EvalDatasets
from trireme.storage.catalog.eval_imports import EvalImports
from trireme.storage.catalog.files import Files
from trireme.storage.catalog.imports import Imports
from trireme.storage.catalog.ledger import CatalogLedger
from trireme.storage.catalog.lineage import Lineage
from trireme.storage.catalog.logged_models import LoggedModels, RunInputs
from trireme.storage.catalog.projects import Projects
from trireme.storage.catalog.registry import Registry
from trireme.storage.catalog.runs import Runs
from trireme.storage.catalog.saved import SavedThings, Views
from trireme.storage.catalog.saved_tables import dashboards
from trireme.storage.catalog.scorers import Scorers
from trireme.storage.catalog.tables import users
from trireme.storage.catalog.tokens import Tokens

_MIGRATIONS = Path(__file__).parent / "migrations"


class Catalog:
    """The nouns of the catalog, one attribute each. All methods may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.projects = Projects(engine)
        self.runs = Runs(engine)
        self.imports = Imports(engine)
        self.lineage = Lineage(engine)
        self.tokens = Tokens(engine)
        self.files = Files(engine)
        self.registry = Registry(engine)
        self.logged_models = LoggedModels(engine)
        self.inputs = RunInputs(engine)
        self.eval_datasets = EvalDatasets(engine)
        self.eval_imports = EvalImports(engine)
        self.scorers = Scorers(engine)
        self.views = Views(engine)
        self.dashboards = SavedThings(engine, dashboards)
        self.ledger = CatalogLedger(engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_catalog(url: str) -> Catalog:
    """Connect and bring the schema to this program's version.

    Parameters:
        url: ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        Unavailable: the database cannot be reached.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, pool_size=16, max_overflow=48, connect_args={"check_same_thread": False, "timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=24, pool_pre_ping=True)
    try:
        with engine.begin() as connection, _one_at_a_time(connection):
            _migrate(connection)
    except OperationalError as error:
        raise Unavailable(
            f"The catalog at {parsed.render_as_string(hide_password=True)} cannot be opened.",
            hint="Check the address and that the database runs.",
        ) from error
    return Catalog(engine)


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")
    connection.execute("PRAGMA foreign_keys = on")
    connection.execute("PRAGMA busy_timeout = 30000")


def _migrate(connection: Connection) -> None:
    if _at_head(connection):
        return
    from alembic import command  # a quarter of a second, and rarely needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.execute(select(users.c.id).where(users.c.id == LOCAL_USER_ID)).first() is None:
        connection.execute(insert(users).values(id=LOCAL_USER_ID, name="local", is_admin=True, created_at=now_ms()))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users))")


def _at_head(connection: Connection) -> bool:
    """Whether the schema is this program's version."""
    newest = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    if not inspect(connection).has_table("alembic_version"):
        return False
    return bool(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest)


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    """Two servers that start together on one PostgreSQL migrate one after the other."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236452346)")
    yield
