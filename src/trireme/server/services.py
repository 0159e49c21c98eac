"""All services over one set of stores: what routes are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trireme.protocols.native.wire import NamesCache
from trireme.services.events import Events
from trireme.services.file import FileService
from trireme.services.ingest import IngestService
from trireme.services.project import ProjectService
from trireme.services.run import RunService
from trireme.services.search import SearchService
from trireme.services.series import SeriesService
from trireme.settings import Settings
from trireme.storage.blobs.store import BlobStore
from trireme.storage.catalog.catalog import Catalog, open_catalog
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.schema import migrate


@dataclass(frozen=True, slots=True)
class Services:
    """The use-cases, by noun."""

    settings: Settings
    catalog: Catalog
    projects: ProjectService
    runs: RunService
    search: SearchService
    series: SeriesService
    files: FileService
    ingest: IngestService
    events: Events
    names: NamesCache


@contextmanager
def open_store(settings: Settings) -> Iterator[tuple[Catalog, Warehouse]]:
    """Open catalog and warehouse, bring both to this version's schema, close them at the end."""
    settings.data.mkdir(parents=True, exist_ok=True)
    catalog = open_catalog(settings.catalog)
    try:
        warehouse = _open_warehouse(settings)
        try:
            migrate(warehouse)
            yield catalog, warehouse
        finally:
            warehouse.close()
    finally:
        catalog.close()


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """Everything a server needs. What a crash left open is settled before this returns; at the end queued writes are committed."""
    with open_store(settings) as (catalog, warehouse):
        events = Events()
        ingest = IngestService(catalog, warehouse, events.publish)
        try:
            series = SeriesService(catalog, warehouse)
            runs = RunService(catalog, warehouse, ingest)
            yield Services(
                settings=settings,
                catalog=catalog,
                projects=ProjectService(catalog),
                runs=runs,
                search=SearchService(catalog, warehouse, ingest.version),
                series=series,
                files=FileService(catalog, warehouse, BlobStore(settings.blobs_url or settings.data / "blobs"), runs, series),
                ingest=ingest,
                events=events,
                names=NamesCache(),
            )
        finally:
            ingest.close()


def _open_warehouse(settings: Settings) -> Warehouse:
    if settings.warehouse_url:
        from trireme.storage.warehouse.remote import RemoteWarehouse

        return RemoteWarehouse(settings.warehouse_url)
    from trireme.storage.warehouse.embedded import EmbeddedWarehouse

    return EmbeddedWarehouse(Path(settings.data) / "warehouse")
