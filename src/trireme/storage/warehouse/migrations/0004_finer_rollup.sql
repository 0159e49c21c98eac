-- Five levels instead of three, each four times as wide as the one before: 2^26, 2^28, ... 2^34 millionths of a step (67, 268,
-- 1,074, 4,295, 17,180 steps), so that a chart reads at most about four rows for a bucket it draws. Steps from 0 to 67 are in no
-- level (a chart reads those points): so the short series that most runs have still cost nothing here. Beyond them bucket 0 of
-- the wider levels is kept too, and a chart need not gather it from the levels below.
DROP VIEW IF EXISTS float_rollup_2_view
;
DROP VIEW IF EXISTS float_rollup_3_view
;
DROP VIEW IF EXISTS float_rollup_4_view
;
DROP VIEW IF EXISTS float_rollup_5_view
;
ALTER TABLE float_rollup DELETE WHERE level > 1 SETTINGS mutations_sync = 2
;
INSERT INTO float_rollup SELECT project, path_id, run, wider.1 AS level, bitShiftRight(t.bucket, wider.2) AS bucket,
    sum(t.count), sum(t.nan), sum(t.pos_inf), sum(t.neg_inf), sum(t.sum), min(t.min), max(t.max),
    min(t.first_step), max(t.last_step), min(t.first_timestamp), max(t.last_timestamp)
FROM float_rollup AS t ARRAY JOIN [(2, 2), (3, 4), (4, 6), (5, 8)]::Array(Tuple(UInt8, UInt8)) AS wider
WHERE t.level = 1 GROUP BY project, path_id, run, level, bucket
;
CREATE MATERIALIZED VIEW float_rollup_2_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(2) AS level, bitShiftRight(step, 28) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_3_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(3) AS level, bitShiftRight(step, 30) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_4_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(4) AS level, bitShiftRight(step, 32) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
;
CREATE MATERIALIZED VIEW float_rollup_5_view TO float_rollup AS
SELECT project, path_id, run, toUInt8(5) AS level, bitShiftRight(step, 34) AS bucket,
    count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
    sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
    min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
;
