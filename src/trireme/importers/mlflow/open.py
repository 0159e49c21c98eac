"""Which kind of source an argument names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from trireme.domain.errors import InvalidInput, NotFound, Unavailable
from trireme.importers.account import Account
from trireme.importers.mlflow.source import Source

_DATABASES: Final = ("sqlite:", "postgresql:", "postgresql+", "postgres:", "mysql:", "mysql+")
_FILES: Final = (".db", ".sqlite", ".sqlite3")


def open_source(place: str, account: Account, *, artifacts: tuple[Path, ...] = ()) -> Source:
    """The source at *place*.

    Parameters:
        place: a folder, the file or the URI of a database, or the URL of a server.
        artifacts: folders outside of it that files may be read from.

    Raises:
        NotFound: there is nothing.
        InvalidInput: it is nothing of MLflow's.
        Unavailable: a library that reads it is missing.
    """
    try:
        return _open(place, account, artifacts)
    except ModuleNotFoundError as error:
        raise Unavailable(f"Importing needs the library {error.name}.", hint="pip install 'trireme[server]'") from error


def _open(place: str, account: Account, artifacts: tuple[Path, ...]) -> Source:
    if place.startswith(("http:", "https:")):
        from trireme.importers.mlflow.http import Rest, check_is_mlflow
        from trireme.importers.mlflow.live import LiveServer

        rest = Rest(place.partition("#")[0])
        check_is_mlflow(rest)
        return LiveServer(rest, account)
    if place.startswith(_DATABASES):
        return _database(place, account, artifacts)
    if place.startswith("file:"):
        place = place.removeprefix("file://").removeprefix("file:")
    path = Path(place)
    if not path.exists():
        raise NotFound(
            f"There is nothing at {place!r}.",
            hint="Give an mlruns folder, a database (sqlite:///mlflow.db, postgresql://…) or a server (http://…).",
        )
    if path.is_file() and path.suffix in _FILES:
        return _database(f"sqlite:///{path}", account, artifacts)
    folder = _mlruns(path.resolve())
    database = path / "mlflow.db"
    if database.is_file() and folder != path.resolve():
        if folder is not None and any(folder.glob("[0-9]*/meta.yaml")):
            account.note(f"{folder} holds experiments of its own; import it by its name as well")
        return _database(f"sqlite:///{database}", account, artifacts)
    if folder is None:
        raise InvalidInput(
            f"{path} is no mlruns folder: none of its folders has a meta.yaml.",
            hint="Give the folder that holds the experiments, or a database: sqlite:///mlflow.db.",
        )
    from trireme.importers.mlflow.filestore import FileStore

    return FileStore(folder, account, roots=tuple(root.resolve() for root in artifacts))


def place_in(folder: Path) -> str | None:
    """What MLflow keeps its runs in, in a folder where it was used without being told where; None if there is nothing yet."""
    root, database = folder / "mlruns", folder / "mlflow.db"
    if any(root.glob("[0-9]*/meta.yaml")):  # MLflow too goes on with such a folder
        return str(root)
    return f"sqlite:///{database}" if database.is_file() else None


def held(source: Source) -> Path | None:
    """The folder or file of a source on this machine."""
    if isinstance(folder := getattr(source, "folder", None), Path):
        return folder
    return getattr(source, "file", None)


def _database(uri: str, account: Account, artifacts: tuple[Path, ...]) -> Source:
    from trireme.importers.mlflow.database import Database
    from trireme.importers.mlflow.sqlstore import SqlStore

    return SqlStore(Database(uri), account, roots=tuple(root.resolve() for root in artifacts))


def _mlruns(folder: Path) -> Path | None:
    """The folder of experiments: this one, or one called ``mlruns`` in it."""
    for found in (folder, folder / "mlruns"):
        if any(found.glob("*/meta.yaml")) or any(found.glob(".trash/*/meta.yaml")) or (found.name == "mlruns" and found.is_dir()):
            return found
    return None
