"""All services over one set of stores: what routes are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trireme.protocols.native.wire import NamesCache
from trireme.protocols.neptune.token import neptune_token as neptune_token  # for the command line
from trireme.services.artifact import ArtifactService
from trireme.services.assessment import AssessmentService
from trireme.services.attributes import AttributeService
from trireme.services.bulk import BulkService
from trireme.services.changes import Changes
from trireme.services.columns import ColumnService
from trireme.services.comparison import ComparisonService
from trireme.services.dashboard import DashboardService
from trireme.services.distinct import DistinctService
from trireme.services.eval_dataset import EvalDatasetService
from trireme.services.events import Events
from trireme.services.export import ExportService
from trireme.services.file import FileService
from trireme.services.groups import GroupService
from trireme.services.history import HistoryService
from trireme.services.imports import ImportService
from trireme.services.ingest import IngestService
from trireme.services.kept import KeptColumns, KeptTexts
from trireme.services.logged_model import LoggedModelService
from trireme.services.media import MediaService
from trireme.services.metric_names import MetricNameService
from trireme.services.order import RunOrders
from trireme.services.packages import PackageReader
from trireme.services.parameters import ParameterService
from trireme.services.project import ProjectService
from trireme.services.ranking import RankingService
from trireme.services.registry import RegistryService
from trireme.services.run import RunService
from trireme.services.scorer import ScorerService
from trireme.services.search import SearchService
from trireme.services.series import SeriesService
from trireme.services.session import SessionService
from trireme.services.silence import SilenceWatch
from trireme.services.sparkline import SparklineService
from trireme.services.step_buckets import StepBucketService
from trireme.services.trace import TraceService
from trireme.services.trace_search import TraceSearchService
from trireme.services.view import ViewService
from trireme.settings import Settings
from trireme.storage.blobs.store import BlobStore
from trireme.storage.catalog.catalog import Catalog, open_catalog
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.schema import migrate
from trireme.storage.warehouse.trace_writer import TraceWriter


@dataclass(frozen=True, slots=True)
class Services:
    """The use-cases, by noun."""

    settings: Settings
    catalog: Catalog
    projects: ProjectService
    runs: RunService
    bulk: BulkService
    search: SearchService
    groups: GroupService
    sparklines: SparklineService
    distinct: DistinctService
    exports: ExportService
    metric_names: MetricNameService
    series: SeriesService
    attributes: AttributeService
    history: HistoryService
    step_buckets: StepBucketService
    files: FileService
    ingest: IngestService
    ranking: RankingService
    run_texts: KeptTexts
    comparisons: ComparisonService
    columns: ColumnService
    parameters: ParameterService
    media: MediaService
    artifacts: ArtifactService
    registry: RegistryService
    models: LoggedModelService
    traces: TraceService
    trace_search: TraceSearchService
    assessments: AssessmentService
    eval_datasets: EvalDatasetService
    scorers: ScorerService
    imports: ImportService
    sessions: SessionService
    views: ViewService
    dashboards: DashboardService
    events: Events
    silence: SilenceWatch
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
def open_sessions(settings: Settings) -> Iterator[SessionService]:
    """The tokens alone, beside a running server too."""
    settings.data.mkdir(parents=True, exist_ok=True)
    catalog = open_catalog(settings.catalog)
    try:
        yield SessionService(catalog)
    finally:
        catalog.close()


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """Everything a server needs. What a crash left open is settled before this returns; at the end queued writes are committed."""
    with open_store(settings) as (catalog, warehouse):
        events = Events()
        changes = Changes(events.publish)
        ingest = IngestService(catalog, warehouse, changes)
        trace_writer = TraceWriter(warehouse)
        try:
            series = SeriesService(catalog, warehouse)
            runs = RunService(catalog, warehouse, ingest)
            attributes = AttributeService(catalog, warehouse)
            traces = TraceService(catalog, warehouse, trace_writer)
            orders = RunOrders(catalog, warehouse, changes)
            blobs = BlobStore(settings.blobs_url or settings.data / "blobs")
            files = FileService(catalog, warehouse, blobs, runs, series)
            search = SearchService(catalog, warehouse, orders)
            columns = ColumnService(catalog, warehouse, search)
            yield Services(
                settings=settings,
                catalog=catalog,
                projects=ProjectService(catalog),
                runs=runs,
                bulk=BulkService(catalog, warehouse, runs, ingest),
                search=search,
                groups=GroupService(warehouse, orders),
                sparklines=SparklineService(catalog, warehouse),
                distinct=DistinctService(warehouse, orders),
                exports=ExportService(catalog, warehouse, orders),
                metric_names=MetricNameService(warehouse),
                series=series,
                attributes=attributes,
                history=HistoryService(catalog, warehouse),
                step_buckets=StepBucketService(catalog, warehouse),
                files=files,
                ingest=ingest,
                ranking=RankingService(catalog, warehouse, KeptColumns(warehouse, changes)),
                run_texts=KeptTexts(changes),
                comparisons=ComparisonService(catalog, warehouse, PackageReader(blobs), changes.version),
                columns=columns,
                parameters=ParameterService(warehouse, columns),
                media=MediaService(catalog, warehouse),
                artifacts=ArtifactService(files, attributes, ingest),
                registry=RegistryService(catalog),
                models=LoggedModelService(catalog, changes),
                traces=traces,
                trace_search=TraceSearchService(warehouse),
                assessments=AssessmentService(warehouse, traces, trace_writer),
                eval_datasets=EvalDatasetService(catalog),
                scorers=ScorerService(catalog),
                imports=ImportService(catalog, ingest),
                sessions=SessionService(catalog),
                views=ViewService(catalog, events),
                dashboards=DashboardService(catalog, events),
                events=events,
                silence=SilenceWatch(catalog, events),
                names=NamesCache(),
            )
        finally:
            trace_writer.close()
            ingest.close()


def _open_warehouse(settings: Settings) -> Warehouse:
    if settings.warehouse_url:
        from trireme.storage.warehouse.remote import RemoteWarehouse

        return RemoteWarehouse(settings.warehouse_url)
    from trireme.storage.warehouse.embedded import EmbeddedWarehouse

    return EmbeddedWarehouse(Path(settings.data) / "warehouse")
