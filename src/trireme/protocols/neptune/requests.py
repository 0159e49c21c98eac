"""Bodies of JSON requests, as Neptune's clients send them. What does not fit is refused before anything looks at it; what is unknown is ignored."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from trireme.domain.ids import RunKey
from trireme.services.points import SeriesQuery

MAX_PAGE: Final = 10_000
MAX_FILES: Final = 10_000
MAX_PATH_BYTES: Final = 4096

PageLimit = Annotated[int, msgspec.Meta(ge=0, le=MAX_PAGE)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class _Camel(msgspec.Struct, frozen=True, rename="camel"):
    """Fields are spelled ``likeThis`` on the wire. What a client leaves out may also be null."""


class Query(_Camel, frozen=True):
    """NQL."""

    query: str | None = None


class PathFilter(_Camel, frozen=True):
    """A column of a table."""

    path: str


class Pagination(_Camel, frozen=True):
    """Which rows of a table."""

    limit: PageLimit | None = None
    offset: Count | None = None


class SortBy(_Camel, frozen=True):
    """What a table is sorted by."""

    name: str
    type: str | None = None
    aggregation_mode: str | None = None


class Sorting(_Camel, frozen=True):
    """How a table is sorted."""

    sort_by: SortBy
    dir: str | None = None


class SearchRequest(_Camel, frozen=True):
    """A page of a table. ``attribute_filters``: its columns, all when None."""

    query: Query | None = None
    experiment_leader: bool | None = None
    attribute_filters: list[PathFilter] | None = None
    pagination: Pagination | None = None
    sorting: Sorting | None = None


class NameRegexes(_Camel, frozen=True):
    """Names that match all of these and none of those."""

    must_match_regexes: list[str] | None = None
    must_not_match_regexes: list[str] | None = None


class AttributeNames(NameRegexes, frozen=True):
    """One group of patterns, or several of which one must hold."""

    must_match_any: list[NameRegexes] | None = None


class TypeFilter(_Camel, frozen=True):
    """A type of attributes."""

    attribute_type: str


class NextPage(_Camel, frozen=True):
    """Which page. The token is one that a page before ended with."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] | None = None
    next_page_token: str | None = None


class AttributesRequest(_Camel, frozen=True):
    """A page of definitions or values of attributes: by exact names, or by patterns and types."""

    project_identifiers: list[str] | None = None
    experiment_ids_filter: list[str] | None = None
    attribute_names_filter: list[str] | None = None
    attribute_name_filter: AttributeNames | None = None
    attribute_filter: list[TypeFilter] | None = None
    next_page: NextPage | None = None


class RunValuesRequest(_Camel, frozen=True):
    """Values of one run, all when None."""

    attribute_paths_filter: list[str] | None = None


class Holder(_Camel, frozen=True):
    """A run, by any of its identifiers."""

    identifier: str


class Series(_Camel, frozen=True):
    """A series of a run.

    ``lineage`` NONE or ONLY_OWNED leaves out what is inherited: from other runs, or (``lineage_entity_type`` EXPERIMENT) from runs of
    other experiments.
    """

    holder: Holder
    attribute: str
    lineage: str | None = None
    include_preview: bool | None = None
    lineage_entity_type: str | None = None

    def query(self, run: RunKey, after: int | None) -> SeriesQuery:
        """What is asked for.

        Parameters:
            after: only steps beyond it (millionths).
        """
        owned = self.lineage in ("NONE", "ONLY_OWNED")
        within = owned and self.lineage_entity_type == "EXPERIMENT"
        return SeriesQuery(run, self.attribute, not owned or within, after, bool(self.include_preview), within)


class SearchAfter(_Camel, frozen=True):
    """Where the page before ended."""

    token: str | None = None


class OneSeries(_Camel, frozen=True):
    """A series, and where its page begins."""

    series: Series
    request_id: str = ""
    after_step: float | None = None
    search_after: SearchAfter | None = None


class StepRange(msgspec.Struct, frozen=True, rename={"start": "from", "stop": "to"}):
    """Steps, both ends inclusive, open where None."""

    start: float | None = None
    stop: float | None = None


class SeriesRequest(_Camel, frozen=True):
    """A page of points of many series."""

    requests: list[OneSeries]
    step_range: StepRange | None = None
    order: str | None = None
    per_series_points_limit: Count | None = None

    @property
    def descending(self) -> bool:
        """Whether the greatest step comes first."""
        return self.order == "descending"


class FileToSign(msgspec.Struct, frozen=True):
    """A file that is to be written or read. ``size`` in bytes, before writing."""

    project_identifier: str
    path: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_PATH_BYTES)]
    permission: str | None = None
    size: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None


class SignRequest(msgspec.Struct, frozen=True):
    """Files that addresses are asked for."""

    files: Annotated[list[FileToSign], msgspec.Meta(max_length=MAX_FILES)]


class Part(msgspec.Struct, frozen=True):
    """A part that was sent."""

    part_number: int


class CompleteRequest(msgspec.Struct, frozen=True):
    """All parts of a file were sent."""

    project_identifier: str
    path: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_PATH_BYTES)]
    upload_id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    parts: Annotated[list[Part], msgspec.Meta(min_length=1)]


class ProjectRequest(_Camel, frozen=True):
    """A project that is to be made."""

    name: str = ""
    organization_identifier: str | None = None
    project_key: str | None = None
    description: str | None = None
