-- The warehouse, first form. Statements end with a line that holds only ';'.
-- {{engine NAME(args)}} becomes a plain MergeTree-family engine, or its Replicated form on a cluster: the only template.
-- Codecs: LZ4 where charts and tables read a lot (ZSTD on key columns doubled a chart's time), ZSTD where bytes are many.
-- Numbers stand for things: project = catalog id, run = run key, path_id = trireme.domain.paths.path_id, type = AttributeType.

-- Which paths and types a project has. For pickers and for turning path_id back into text.
CREATE TABLE attribute_names (
    project UInt32,
    path_id UInt64,
    type UInt8,
    path String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, type)
;
-- Every attribute of every run, run by run: single values with their value, series with their existence only.
-- number: float; int, bool, datetime as a float; a string that reads as a number; NaN otherwise.
-- int: int, bool, datetime (ms since 1970). string: string, run_state; file as JSON [sha256, size, mime, name].
CREATE TABLE run_attributes (
    project UInt32,
    run UInt64,
    path_id UInt64,
    type UInt8,
    number Float64,
    int Int64,
    string String CODEC(ZSTD),
    strings Array(String) CODEC(ZSTD),
    version UInt64 CODEC(Delta, LZ4),
    is_deleted UInt8
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, run, path_id)
SETTINGS index_granularity = 1024
;
-- The same single values, path by path: what tables filter and sort by. Strings are cut at 4,096 bytes here.
CREATE TABLE attribute_values (
    project UInt32,
    path_id UInt64,
    run UInt64,
    type UInt8,
    number Float64,
    int Int64,
    string String CODEC(ZSTD),
    strings Array(String) CODEC(ZSTD),
    version UInt64 CODEC(Delta, LZ4),
    is_deleted UInt8
) ENGINE = {{engine ReplacingMergeTree(version, is_deleted)}} ORDER BY (project, path_id, run)
;
CREATE MATERIALIZED VIEW attribute_values_view TO attribute_values AS
SELECT project, path_id, run, type, number, int, substring(string, 1, 4096) AS string, strings, version, is_deleted
FROM run_attributes WHERE type < 32 OR is_deleted
;
-- The points of float series. step in millionths, timestamp in ms since 1970. seq tells points of one step and
-- time apart: writer and position in its stream. The sorting key is a point's identity; a retry changes nothing.
CREATE TABLE float_points (
    project UInt32,
    path_id UInt64,
    run UInt64,
    step Int64 CODEC(Delta, LZ4),
    timestamp Int64 CODEC(Delta, ZSTD),
    seq UInt64 CODEC(Delta, LZ4),
    value Float64 CODEC(ZSTD),
    preview UInt8
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
;
-- One row a series (after FINAL). first and last pack (step, timestamp, bits of the value) into one integer whose
-- order is the order of the points, so that plain min and max keep them: cheaper to read than argMin and argMax states.
-- sum, min, max, variance are over finite values (min = inf, max = -inf where there are none); previews count nowhere.
CREATE TABLE float_summary (
    project UInt32,
    run UInt64,
    path_id UInt64,
    count SimpleAggregateFunction(sum, UInt64),
    finite SimpleAggregateFunction(sum, UInt64),
    sum SimpleAggregateFunction(sum, Float64),
    min SimpleAggregateFunction(min, Float64),
    max SimpleAggregateFunction(max, Float64),
    first SimpleAggregateFunction(min, Int256),
    last SimpleAggregateFunction(max, Int256),
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
    sum(ifNotFinite(value, 0)) AS sum,
    min(ifNotFinite(value, inf)) AS min,
    max(ifNotFinite(value, -inf)) AS max,
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
-- Bucket 0 is left out on every level: it is read from the level below, and on level 1 from the points. So the short series
-- that most runs have (an epoch a step) cost nothing here.
CREATE TABLE float_rollup (
    project UInt32,
    path_id UInt64,
    run UInt64,
    level UInt8,
    bucket Int64 CODEC(Delta, LZ4),
    count SimpleAggregateFunction(sum, UInt64),
    nan SimpleAggregateFunction(sum, UInt64),
    pos_inf SimpleAggregateFunction(sum, UInt64),
    neg_inf SimpleAggregateFunction(sum, UInt64),
    sum SimpleAggregateFunction(sum, Float64),
    min SimpleAggregateFunction(min, Float64),
    max SimpleAggregateFunction(max, Float64),
    first_step SimpleAggregateFunction(min, Int64) CODEC(Delta, LZ4),
    last_step SimpleAggregateFunction(max, Int64) CODEC(Delta, LZ4),
    first_timestamp SimpleAggregateFunction(min, Int64) CODEC(Delta, LZ4),
    last_timestamp SimpleAggregateFunction(max, Int64) CODEC(Delta, LZ4)
) ENGINE = {{engine AggregatingMergeTree()}} ORDER BY (project, path_id, run, level, bucket)
;
-- Points that are not floats are identified like points: (series, step, timestamp, seq).
CREATE TABLE string_points (
    project UInt32,
    path_id UInt64,
    run UInt64,
    step Int64 CODEC(Delta, LZ4),
    timestamp Int64 CODEC(Delta, ZSTD),
    seq UInt64 CODEC(Delta, LZ4),
    value String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 1024
;
-- value: bins as in trireme.domain.records.
CREATE TABLE histogram_points (
    project UInt32,
    path_id UInt64,
    run UInt64,
    step Int64 CODEC(Delta, LZ4),
    timestamp Int64 CODEC(Delta, ZSTD),
    seq UInt64 CODEC(Delta, LZ4),
    edges Array(Float64) CODEC(ZSTD),
    bins Array(Float64) CODEC(ZSTD),
    density UInt8
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 256
;
CREATE TABLE file_points (
    project UInt32,
    path_id UInt64,
    run UInt64,
    step Int64 CODEC(Delta, LZ4),
    timestamp Int64 CODEC(Delta, ZSTD),
    seq UInt64 CODEC(Delta, LZ4),
    sha256 FixedString(64) CODEC(ZSTD),
    size UInt64,
    mime LowCardinality(String) CODEC(ZSTD),
    name String CODEC(ZSTD)
) ENGINE = {{engine ReplacingMergeTree()}} ORDER BY (project, path_id, run, step, timestamp, seq)
SETTINGS index_granularity = 1024
;
CREATE MATERIALIZED VIEW float_rollup_1_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(1) AS level, bitShiftRight(step, 26) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_2_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(2) AS level, bitShiftRight(step, 30) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 1073741824) GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_3_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(3) AS level, bitShiftRight(step, 34) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 17179869184) GROUP BY project, path_id, run, bucket
;
