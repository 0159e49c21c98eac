-- Traces of requests to an application (trireme.domain.trace). Everything large is here: spans with their inputs and outputs, and what
-- searches look at. Rows are identified by their sorting keys, so a request that is sent twice changes nothing.
--
-- Two writers tell of one trace, in either order and at the same time: one sends spans, the other what the trace is all in all. Neither
-- overwrites the other: spans, said values and assessments have rows of their own, and `traces` is made from them anew after each change.
-- version: microseconds since 1970 that only rise; values that a client said have bit 63 set, so that they win over derived ones whenever
-- they come.
CREATE TABLE spans (
    project UInt32,
    trace String CODEC(ZSTD),
    span String CODEC(ZSTD),
    parent String CODEC(ZSTD),
    name String CODEC(ZSTD),
    type LowCardinality(String),
    status LowCardinality(String),
    start_ns Int64 CODEC(Delta, ZSTD),
    end_ns Int64 CODEC(Delta, ZSTD),
    model LowCardinality(String),
    provider LowCardinality(String),
    session String CODEC(ZSTD),
    user String CODEC(ZSTD),
    request String CODEC(ZSTD),
    response String CODEC(ZSTD),
    input_tokens Float64 CODEC(ZSTD),
    output_tokens Float64 CODEC(ZSTD),
    total_tokens Float64 CODEC(ZSTD),
    cache_read_input_tokens Float64 CODEC(ZSTD),
    cache_creation_input_tokens Float64 CODEC(ZSTD),
    input_cost Float64 CODEC(ZSTD),
    output_cost Float64 CODEC(ZSTD),
    total_cost Float64 CODEC(ZSTD),
    content String CODEC(ZSTD(3)),
    version UInt64 CODEC(Delta, ZSTD)
) ENGINE = {{engine ReplacingMergeTree(version)}} ORDER BY (project, trace, span)
SETTINGS index_granularity = 256
;
-- Tags, metadata, links, and what was said of a trace: one row a key. kind: trireme.domain.trace.ValueKind.
CREATE TABLE trace_values (
    project UInt32,
    trace String CODEC(ZSTD),
    kind UInt8,
    key String CODEC(ZSTD),
    value String CODEC(ZSTD),
    version UInt64 CODEC(ZSTD),
    is_deleted UInt8
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, trace, kind, key)
SETTINGS index_granularity = 1024
;
-- The same, key by key: what searches filter and sort by.
CREATE TABLE trace_values_by_key (
    project UInt32,
    kind UInt8,
    key String CODEC(ZSTD),
    trace String CODEC(ZSTD),
    value String CODEC(ZSTD),
    version UInt64 CODEC(ZSTD),
    is_deleted UInt8
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, kind, key, trace)
;
CREATE MATERIALIZED VIEW trace_values_by_key_view TO trace_values_by_key AS
SELECT project, kind, key, trace, value, version, is_deleted FROM trace_values WHERE kind > 1
;
-- text: the value if it is a text, its JSON otherwise. number: NaN for what is none.
CREATE TABLE trace_assessments (
    project UInt32,
    trace String CODEC(ZSTD),
    assessment String CODEC(ZSTD),
    kind LowCardinality(String),
    name String CODEC(ZSTD),
    value String CODEC(ZSTD),
    text String CODEC(ZSTD),
    number Float64 CODEC(ZSTD),
    error String CODEC(ZSTD),
    source_type LowCardinality(String),
    source_id String CODEC(ZSTD),
    span String CODEC(ZSTD),
    rationale String CODEC(ZSTD),
    metadata String CODEC(ZSTD),
    overrides String CODEC(ZSTD),
    valid UInt8,
    created_ms Int64 CODEC(Delta, ZSTD),
    updated_ms Int64 CODEC(Delta, ZSTD),
    version UInt64 CODEC(ZSTD),
    is_deleted UInt8
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, trace, assessment)
SETTINGS index_granularity = 1024
;
-- One row a trace (trireme.domain.trace_summary). duration_ms -1: it is not known. The index finds a trace without its project.
CREATE TABLE traces (
    project UInt32,
    trace String CODEC(ZSTD),
    start_ms Int64 CODEC(Delta, ZSTD),
    duration_ms Int64 CODEC(ZSTD),
    state LowCardinality(String),
    span_count UInt32 CODEC(ZSTD),
    client_request_id String CODEC(ZSTD),
    request_preview String CODEC(ZSTD),
    response_preview String CODEC(ZSTD),
    version UInt64 CODEC(ZSTD),
    INDEX traces_by_id trace TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = {{engine ReplacingMergeTree(version)}} ORDER BY (project, trace)
SETTINGS index_granularity = 1024
;
