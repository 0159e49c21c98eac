-- Forks. A fork's points are its own and, up to its fork step, its ancestors'; points are never copied.
-- Its summaries include what it inherits, so that tables sort, filter and show forks like any other run.

-- Which points a fork inherits: those of each ancestor with after_step < step <= until_step (millionths).
CREATE TABLE run_lineage (
    project UInt32,
    run UInt64,
    ancestor UInt64,
    after_step Int64,
    until_step Int64
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, run, ancestor)
;
-- Keeps nothing: points that are inserted here under a fork's key are added to its summary.
CREATE TABLE inherited_points (
    project UInt32,
    path_id UInt64,
    run UInt64,
    step Int64,
    timestamp Int64,
    value Float64
) ENGINE = Null
;
CREATE MATERIALIZED VIEW inherited_summary_view TO float_summary AS
SELECT project, run, path_id,
    count() AS count,
    countIf(isFinite(value)) AS finite,
    sum(ifNotFinite(value, 0)) AS sum,
    min(ifNotFinite(value, inf)) AS min,
    max(ifNotFinite(value, -inf)) AS max,
    min(bitOr(bitShiftLeft(bitOr(bitShiftLeft(toInt256(step), 64), toInt256(timestamp)), 64), toInt256(reinterpretAsUInt64(value)))) AS first,
    max(bitOr(bitShiftLeft(bitOr(bitShiftLeft(toInt256(step), 64), toInt256(timestamp)), 64), toInt256(reinterpretAsUInt64(value)))) AS last,
    varPopStableStateIf(value, isFinite(value)) AS variance
FROM inherited_points GROUP BY project, run, path_id
;
