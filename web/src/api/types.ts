/** The API's shapes under short names. Features import them from here, so that only this file knows where they come from. */

export type TypeLabel =
  | "float"
  | "int"
  | "string"
  | "bool"
  | "datetime"
  | "string_set"
  | "file"
  | "artifact"
  | "run_state"
  | "git_ref"
  | "notebook_ref"
  | "float_series"
  | "string_series"
  | "file_series"
  | "histogram_series"
  | "tensor_series";
export type AggregateName = "last" | "first" | "min" | "max" | "average" | "variance" | "count" | "last_step";
export type RunState = "running" | "finished" | "failed" | "aborted" | "stale";
export type FileValue = { sha256: string; size: number; mime: string; name: string };
export type Value = number | boolean | string | string[] | FileValue | null;

export type ApiErrorBody = {
  code: string;
  message: string;
  hint?: string | null;
  position?: number | null;
  request_id?: string | null;
};
export type Info = { version: string; mode: "local" | "team"; user: { name: string }; data_dir?: string };

export type Project = {
  workspace: string;
  name: string;
  key: string;
  description: string;
  created_at: string;
  run_count: number;
  last_activity_at: string | null;
};
export type ProjectPage = { projects: Project[]; next_cursor: string | null };

export type Run = {
  key: number;
  id: string;
  project: string;
  custom_run_id: string;
  name: string;
  state: RunState;
  owner: string;
  description: string;
  tags: string[];
  created_at: string;
  modified_at: string;
  trashed: boolean;
  existed?: boolean;
};
export type SeriesSummary = {
  count: number;
  last_step?: number | null;
  last?: number | string | null;
  first?: number | string | null;
  min?: number | string | null;
  max?: number | string | null;
  average?: number | string | null;
  variance?: number | string | null;
};
export type RunAttribute = { path: string; type: TypeLabel; value?: Value; summary?: SeriesSummary | null };
export type RunAttributePage = { attributes: RunAttribute[]; next_cursor: string | null };
export type StringPoint = { step: number; timestamp: string; value: string };
export type StringPage = {
  points: StringPoint[];
  total: number;
  next_cursor: string | null;
  previous_cursor: string | null;
};
export type HistogramPoint = {
  step: number;
  timestamp: string;
  edges: number[];
  values: number[];
  density: boolean;
};
export type HistogramPage = { points: HistogramPoint[]; total: number };
export type FilePoint = { step: number; timestamp: string; file: FileValue };
export type FilePage = { points: FilePoint[]; total: number; next_cursor: string | null };

export type SeriesKey = { run: number; path: string };
export type BucketRequest = {
  series: SeriesKey[];
  x?: "step" | "relative" | "time";
  start?: number | null;
  stop?: number | null;
  buckets?: number;
};
export type NonFiniteBucket = { index: number; nan: number; pos_inf: number; neg_inf: number };
export type SeriesBuckets = {
  run: number;
  path: string;
  raw: boolean;
  x: number[];
  min: (number | null)[];
  max: (number | null)[];
  mean: (number | null)[];
  count: number[];
  nonfinite: NonFiniteBucket[];
  total: number;
};
export type Buckets = { series: SeriesBuckets[] };

export type Column = { path: string; type?: TypeLabel | null; aggregate?: AggregateName | null };
export type Sort = Column & { direction?: "asc" | "desc" };
export type TableRequest = {
  query?: string;
  columns?: Column[];
  sort?: Sort | null;
  limit?: number;
  cursor?: string | null;
  offset?: number;
  trashed?: boolean;
};
export type Row = {
  key: number;
  id: string;
  custom_run_id: string;
  name: string;
  state: string;
  values: Value[];
};
export type Table = { rows: Row[]; total: number; next_cursor: string | null };
export type AttributeName = { path: string; type: TypeLabel };
export type AttributeNamePage = { attributes: AttributeName[]; next_cursor: string | null; total: number };

/** A project's address: two segments everywhere. */
export type ProjectRef = { readonly workspace: string; readonly name: string };
