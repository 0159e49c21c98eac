-- One view fills all levels of the roll-up: it gathers the points into the buckets of level 1, and those into the wider ones. Five
-- views gathered the same points five times and inserted five parts (an insert of 50,000 points took 1.7 times the CPU time).
DROP VIEW IF EXISTS float_rollup_1_view
;
DROP VIEW IF EXISTS float_rollup_2_view
;
DROP VIEW IF EXISTS float_rollup_3_view
;
DROP VIEW IF EXISTS float_rollup_4_view
;
DROP VIEW IF EXISTS float_rollup_5_view
;
CREATE MATERIALIZED VIEW float_rollup_view TO float_rollup AS
SELECT project, path_id, run, wider.1 AS level, bitShiftRight(t.bucket, wider.2) AS bucket,
    sum(t.count) AS count, sum(t.nan) AS nan, sum(t.pos_inf) AS pos_inf, sum(t.neg_inf) AS neg_inf,
    sum(t.sum) AS sum, min(t.min) AS min, max(t.max) AS max,
    min(t.first_step) AS first_step, max(t.last_step) AS last_step,
    min(t.first_timestamp) AS first_timestamp, max(t.last_timestamp) AS last_timestamp
FROM (
    SELECT project, path_id, run, bitShiftRight(step, 26) AS bucket,
        count() AS count, countIf(isNaN(value)) AS nan, countIf(value = inf) AS pos_inf, countIf(value = -inf) AS neg_inf,
        sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min, max(ifNotFinite(value, -inf)) AS max,
        min(step) AS first_step, max(step) AS last_step, min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp
    FROM float_points WHERE preview = 0 AND (step < 0 OR step >= 67108864) GROUP BY project, path_id, run, bucket
) AS t ARRAY JOIN [(1, 0), (2, 2), (3, 4), (4, 6), (5, 8)]::Array(Tuple(UInt8, UInt8)) AS wider
GROUP BY project, path_id, run, level, bucket
;
