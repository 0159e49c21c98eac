/** The API's shapes under short names, from the generated schema. Features import them from here. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type AttributeName = Schemas["AttributeName"];
export type AttributeNamePage = Schemas["AttributeNamePage"];
export type BucketRequest = Schemas["BucketRequest"];
export type Buckets = Schemas["Buckets"];
export type Column = Schemas["Column"];
export type ChartWidget = Schemas["ChartWidget"];
export type Dashboard = Schemas["Dashboard"];
export type DashboardPatch = Schemas["DashboardPatch"];
export type ExportRequest = Schemas["ExportRequest"];
export type ColumnsRequest = Schemas["ColumnsRequest"];
export type ComparedRow = Schemas["ComparedRow"];
export type ComparedSection = Schemas["ComparedSection"];
export type Comparison = Schemas["Comparison"];
export type ComparisonRequest = Schemas["ComparisonRequest"];
export type FilePage = Schemas["FilePage"];
export type FilePoint = Schemas["FilePoint"];
export type FileValue = Schemas["FileValue"];
export type Group = Schemas["Group"];
export type GroupRequest = Schemas["GroupRequest"];
export type Groups = Schemas["Groups"];
export type HistogramPage = Schemas["HistogramPage"];
export type HistogramPoint = Schemas["HistogramPoint"];
export type ImageWidget = Schemas["ImageWidget"];
export type Info = Schemas["Info"];
export type Layout = Schemas["Layout"];
export type Member = Schemas["Member"];
export type MetricFamilies = Schemas["MetricFamilies"];
export type MediaGrid = Schemas["MediaGrid"];
export type MediaRequest = Schemas["MediaRequest"];
export type MediaRow = Schemas["MediaRow"];
export type Medium = Schemas["Medium"];
export type LoggedModel = Schemas["LoggedModel"];
export type Model = Schemas["Model"];
export type ModelFiles = Schemas["ModelFiles"];
export type ModelMeasurement = Schemas["ModelMeasurement"];
export type ModelPatch = Schemas["ModelPatch"];
export type ModelVersion = Schemas["ModelVersion"];
export type ModelVersionDetail = Schemas["ModelVersionDetail"];
export type ModelVersionPatch = Schemas["ModelVersionPatch"];
export type MetricWidget = Schemas["MetricWidget"];
export type ParallelWidget = Schemas["ParallelWidget"];
export type Parameter = Schemas["Parameter"];
export type ParameterGroup = Schemas["ParameterGroup"];
export type Parameters = Schemas["Parameters"];
export type ParametersRequest = Schemas["ParametersRequest"];
export type PointRequest = Schemas["PointRequest"];
export type Project = Schemas["Project"];
export type ProjectPage = Schemas["ProjectPage"];
export type Row = Schemas["Row"];
export type Run = Schemas["Run"];
export type RunColumn = Schemas["RunColumn"];
export type RunColumns = Schemas["RunColumns"];
export type RunSelection = Schemas["RunSelection"];
export type RunAttribute = Schemas["RunAttribute"];
export type RunAttributePage = Schemas["RunAttributePage"];
export type RunPatch = Schemas["RunPatch"];
export type SavedInfo = Schemas["SavedInfo"];
export type Section = Schemas["Section"];
export type SeriesBuckets = Schemas["SeriesBuckets"];
export type SeriesKey = Schemas["SeriesKey"];
export type SeriesSummary = Schemas["SeriesSummary"];
export type Sort = Schemas["Sort"];
export type Sparkline = Schemas["Sparkline"];
export type SparklineRequest = Schemas["SparklineRequest"];
export type StringPage = Schemas["StringPage"];
export type StringPoint = Schemas["StringPoint"];
export type Table = Schemas["Table"];
export type TableRequest = Schemas["TableRequest"];
export type TableWidget = Schemas["TableWidget"];
export type TextWidget = Schemas["TextWidget"];
export type Trace = Schemas["Trace"];
export type TraceAssessment = Schemas["TraceAssessment"];
export type TraceDetail = Schemas["TraceDetail"];
export type TraceSpan = Schemas["TraceSpan"];
export type VersionRun = Schemas["VersionRun"];
export type View = Schemas["View"];
export type ViewList = Schemas["ViewList"];
export type ViewPatch = Schemas["ViewPatch"];

export type AggregateName = NonNullable<Column["aggregate"]>;
export type SectionName = ComparedSection["name"];
export type Stage = ModelVersion["stage"];
export type RunState = Run["state"];
export type Widget = Section["widgets"][number];
export type TypeLabel = AttributeName["type"];
export type Value = Row["values"][number];

/** The one shape of an error: `{"error": …}`. The schema cannot say it for every status, so it stands here. */
export type ApiErrorBody = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null;
  /** Characters into the query's text. */
  readonly position?: number | null;
  readonly request_id?: string | null;
};

/** A project's address: two segments everywhere. */
export type ProjectRef = { readonly workspace: string; readonly name: string };
