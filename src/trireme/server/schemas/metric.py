"""Names of metrics for charts."""

from __future__ import annotations

import msgspec


class MetricSection(msgspec.Struct, frozen=True):
    """A namespace ("" for names without one) and how many metrics stand in it."""

    name: str
    metrics: int


class MetricSections(msgspec.Struct, frozen=True):
    """Sections by name, those of `system/` last. `total` sections and `metrics` there are in all."""

    sections: list[MetricSection]
    total: int
    metrics: int


class MetricNames(msgspec.Struct, frozen=True):
    """Names in order; how many there are in all."""

    names: list[str]
    total: int


class MetricFamily(msgspec.Struct, frozen=True):
    """Metrics for which a pattern's groups captured the same texts. `names` are the first 50 of `total`."""

    captures: list[str]
    names: list[str]
    total: int


class MetricFamilies(msgspec.Struct, frozen=True):
    """Families ordered by what was captured."""

    families: list[MetricFamily]
    total: int
    next_cursor: str | None
