-- The warehouse, first form. Statements end with a line that holds only ';'.
-- {{engine NAME(args)}} becomes a plain MergeTree-family engine, or its Replicated form on a cluster: the only template.
-- Numbers stand for things: project = catalog id, run = run key, path_id = trireme.domain.paths.path_id, type = AttributeType.

-- Which paths and types a project has. For pickers and for turning path_id back into text.
CREATE TABLE attribute_names (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    type UInt8 CODEC(ZSTD),
    path String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, type)
;
-- Every attribute of every run, run by run: single values with their value, series with their existence only.
-- number: float; int, bool, datetime as a float; a string that reads as a number; NaN otherwise.
-- int: int, bool, datetime (ms since 1970). string: string, run_state; file as JSON [sha256, size, mime, name].
CREATE TABLE run_attributes (
    project UInt32 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    type UInt8 CODEC(ZSTD),
    number Float64 CODEC(ZSTD),
    int Int64 CODEC(ZSTD),
    string String CODEC(ZSTD),
    strings Array(String) CODEC(ZSTD),
    version UInt64 CODEC(DoubleDelta, ZSTD),
    is_deleted UInt8 CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, run, path_id)
SETTINGS index_granularity = 1024
;
-- The same single values, path by path: what tables filter and sort by. Strings are cut at 4,096 bytes here.
CREATE TABLE attribute_values (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(Delta, ZSTD),
    type UInt8 CODEC(ZSTD),
    number Float64 CODEC(ZSTD),
    int Int64 CODEC(ZSTD),
    string String CODEC(ZSTD),
    strings Array(String) CODEC(ZSTD),
    version UInt64 CODEC(DoubleDelta, ZSTD),
    is_deleted UInt8 CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, path_id, run)
;
CREATE MATERIALIZED VIEW attribute_values_view TO attribute_values AS
SELECT project, path_id, run, type, number, int, substring(string, 1, 4096) AS string, strings, version, is_deleted
FROM run_attributes WHERE type < 32 OR is_deleted
;
-- The points of float series. step in millionths, timestamp in ms since 1970. seq tells points of one step and
-- time apart: writer and position in its stream. The sorting key is a point's identity; a retry changes nothing.
CREATE TABLE float_points (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    step Int64 CODEC(DoubleDelta, ZSTD),
    timestamp Int64 CODEC(DoubleDelta, ZSTD),
    seq UInt64 CODEC(DoubleDelta, ZSTD),
    value Float64 CODEC(ZSTD),
    preview UInt8 CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
;
-- One row a series (after FINAL). first and last pack (step, timestamp, bits of the value) into one integer whose
-- order is the order of the points, so that plain min and max keep them: cheaper to read than argMin and argMax states.
-- sum, min, max, variance are over finite values; previews count nowhere.
CREATE TABLE float_summary (
    project UInt32 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    finite SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD),
    min SimpleAggregateFunction(min, Float64) CODEC(ZSTD),
    max SimpleAggregateFunction(max, Float64) CODEC(ZSTD),
    first SimpleAggregateFunction(min, Int256) CODEC(ZSTD),
    last SimpleAggregateFunction(max, Int256) CODEC(ZSTD),
    variance AggregateFunction(varPopStable, Float64) CODEC(ZSTD)
) ENGINE = {{engine AggregatingMergeTree()}} ORDER BY (project, run, path_id)
SETTINGS index_granularity = 1024
;
CREATE TABLE float_summary_by_path AS float_summary
ENGINE = {{engine AggregatingMergeTree()}} ORDER BY (project, path_id, run)
;
CREATE MATERIALIZED VIEW float_summary_view TO float_summary AS
SELECT project, run, path_id,
    count() AS count,
    countIf(isFinite(value)) AS finite,
    sumIf(value, isFinite(value)) AS sum,
    minIf(value, isFinite(value)) AS min,
    maxIf(value, isFinite(value)) AS max,
    min(bitOr(bitShiftLeft(bitOr(bitShiftLeft(toInt256(step), 64), toInt256(timestamp)), 64), toInt256(reinterpretAsUInt64(value)))) AS first,
    max(bitOr(bitShiftLeft(bitOr(bitShiftLeft(toInt256(step), 64), toInt256(timestamp)), 64), toInt256(reinterpretAsUInt64(value)))) AS last,
    varPopStableStateIf(value, isFinite(value)) AS variance
FROM float_points WHERE preview = 0 GROUP BY project, run, path_id
;
CREATE MATERIALIZED VIEW float_summary_by_path_view TO float_summary_by_path AS
SELECT * FROM float_summary
;
-- A pyramid of buckets over the step: level 1, 2, 3 = 2^26, 2^30, 2^34 millionths of a step (67, 1,074, 17,180 steps) a bucket. A chart reads the coarsest
-- level whose buckets are no wider than its own, so it costs the same for a thousand and a billion points, and no spike is lost.
CREATE TABLE float_rollup (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    level UInt8 CODEC(ZSTD),
    bucket Int64 CODEC(DoubleDelta, ZSTD),
    count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    nan SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    pos_inf SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    neg_inf SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD),
    sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD),
    min SimpleAggregateFunction(min, Float64) CODEC(ZSTD),
    max SimpleAggregateFunction(max, Float64) CODEC(ZSTD),
    first_step SimpleAggregateFunction(min, Int64) CODEC(DoubleDelta, ZSTD),
    last_step SimpleAggregateFunction(max, Int64) CODEC(DoubleDelta, ZSTD),
    first_timestamp SimpleAggregateFunction(min, Int64) CODEC(DoubleDelta, ZSTD),
    last_timestamp SimpleAggregateFunction(max, Int64) CODEC(DoubleDelta, ZSTD)
) ENGINE = {{engine AggregatingMergeTree()}} ORDER BY (project, path_id, run, level, bucket)
;
-- Points that are not floats are identified like points: (series, step, timestamp, seq).
CREATE TABLE string_points (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    step Int64 CODEC(DoubleDelta, ZSTD),
    timestamp Int64 CODEC(DoubleDelta, ZSTD),
    seq UInt64 CODEC(DoubleDelta, ZSTD),
    value String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 1024
;
-- value: bins as in trireme.domain.records.
CREATE TABLE histogram_points (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    step Int64 CODEC(DoubleDelta, ZSTD),
    timestamp Int64 CODEC(DoubleDelta, ZSTD),
    seq UInt64 CODEC(DoubleDelta, ZSTD),
    edges Array(Float64) CODEC(ZSTD),
    bins Array(Float64) CODEC(ZSTD),
    density UInt8 CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 256
;
CREATE TABLE file_points (
    project UInt32 CODEC(ZSTD),
    path_id UInt64 CODEC(ZSTD),
    run UInt64 CODEC(ZSTD),
    step Int64 CODEC(DoubleDelta, ZSTD),
    timestamp Int64 CODEC(DoubleDelta, ZSTD),
    seq UInt64 CODEC(DoubleDelta, ZSTD),
    sha256 FixedString(64) CODEC(ZSTD),
    size UInt64 CODEC(ZSTD),
    mime LowCardinality(String) CODEC(ZSTD),
    name String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 1024
;
CREATE MATERIALIZED VIEW float_rollup_1_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(1) AS level, bitShiftRight(step, 26) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sumIf(value, isFinite(value)) AS sum, minIf(value, isFinite(value)) AS min, maxIf(value, isFinite(value)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_2_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(2) AS level, bitShiftRight(step, 30) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sumIf(value, isFinite(value)) AS sum, minIf(value, isFinite(value)) AS min, maxIf(value, isFinite(value)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_3_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(3) AS level, bitShiftRight(step, 34) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sumIf(value, isFinite(value)) AS sum, minIf(value, isFinite(value)) AS min, maxIf(value, isFinite(value)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 GROUP BY project, path_id, run, bucket
;
