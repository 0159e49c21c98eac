-- preview: 0 for a final point; else 1 + the bits of the completion ratio as float32.
ALTER TABLE float_points MODIFY COLUMN preview UInt32
;
