"""Traces in both engines: many writers at once, and nothing is lost, doubled or overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from trireme.domain.ids import ProjectId
from trireme.domain.trace import Assessment, Span, SpanStatus, TraceState, ValueKind
from trireme.query.trace_sql import Field as TraceField
from trireme.query.trace_sql import OfAssessment, OfSpan, OfTrace, OfValue, OrderBy, SpanField, TraceSearch
from trireme.query.trace_sql import Test as Compared
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_reader import TraceReader
from trireme.storage.warehouse.trace_rows import TraceChange, TraceValue
from trireme.storage.warehouse.trace_writer import TraceWriter, summaries_of

TRACES = [f"tr-{n:032x}" for n in range(20)]
HOMES = dict.fromkeys(TRACES, ProjectId(7))


def spans(trace: str, part: int) -> list[Span]:
    """A part of a trace's spans: 0 is the root."""
    usage = {"input_tokens": 5.0, "output_tokens": 1.0, "total_tokens": 6.0, "total_cost": 0.5}
    parent = None if part == 0 else f"{0:016x}"
    return [
        Span(trace, f"{part + 4 * n:016x}" if part else f"{n:016x}", f"part {part}", 1000 + part, parent if n == 0 else f"{part:016x}",
             5_000_000 + part, status=SpanStatus.OK, usage=usage if part else {}, attributes={"n": n})
        for n in range(2 if part else 1)
    ]  # fmt: skip


def test_writers_that_race(warehouse: Warehouse) -> None:
    writer = TraceWriter(warehouse)
    reader = TraceReader(warehouse)
    changes = [TraceChange(7, spans(trace, part)) for trace in TRACES for part in (0, 1, 2, 3)]
    for trace in TRACES:
        said = [TraceValue(trace, ValueKind.SAID, "start_ms", "5"), TraceValue(trace, ValueKind.SAID, "state", "OK")]
        changes.append(TraceChange(7, values=[*said, TraceValue(trace, ValueKind.TAG, "by", trace)]))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(writer.write, [*changes, *changes[::3]]))  # some come twice
    infos = reader.infos(HOMES)
    assert infos.keys() == set(TRACES) and reader.homes(TRACES) == HOMES
    for trace, info in infos.items():
        assert (info.started_at, info.duration_ms, info.state) == (5, 0, TraceState.OK)
        assert info.tags == {"by": trace, "mlflow.trace.spansLocation": "TRACKING_STORE", "mlflow.traceName": "part 0"}
        # Of each part only the upper span counts: it speaks for the one below.
        assert info.metadata["mlflow.trace.tokenUsage"] == '{"input_tokens": 15, "output_tokens": 3, "total_tokens": 18}'
        assert info.metadata["mlflow.trace.cost"] == '{"total_cost": 1.5}'
    assert {trace: len(found) for trace, found in reader.spans(HOMES).items()} == dict.fromkeys(TRACES, 7)
    assert reader.span_counts(HOMES) == dict.fromkeys(TRACES, 7)
    stored = warehouse.query("SELECT trace, span_count FROM traces FINAL ORDER BY trace").to_pylist()
    made = summaries_of(warehouse, 7, TRACES)
    assert stored == [{"trace": trace, "span_count": made[trace].span_count} for trace in TRACES]

    good = Assessment("a-1", TRACES[3], "feedback", "score", 4, "HUMAN", "ann", 1, 1)
    writer.write(TraceChange(7, assessments=[good], values=[TraceValue(TRACES[3], ValueKind.TAG, "by", None)]))
    params: dict[str, object] = {"projects": [7]}
    search = TraceSearch(params)
    found = warehouse.query(
        search.page(
            [
                OfTrace(TraceField.STATE, Compared("IN", ("OK", "it's \\ %"))),
                OfValue(ValueKind.TAG, "by", Compared("IS NULL")),
                OfSpan(Compared("LIKE", "part_1"), SpanField.NAME),
                OfSpan(Compared("=", "1"), key="n"),
                OfAssessment("feedback", "score", Compared(">", 3.5)),
            ],
            [OrderBy((ValueKind.TAG, "mlflow.traceName")), OrderBy(TraceField.DURATION, ascending=False)],
            offset=0,
            limit=5,
        ),
        params,
    )
    assert found.to_pylist() == [{"project": 7, "trace": TRACES[3]}]

    writer.write(TraceChange(7, deleted=TRACES[:19]))
    assert reader.homes(TRACES) == {TRACES[19]: 7}
    assert not reader.spans({TRACES[3]: ProjectId(7)}) and not reader.assessments({TRACES[3]: ProjectId(7)})
    writer.close()
