/** The one way to the server: a client typed by the generated schema, whose every failure is an `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import { reportReachable } from "./connection";
import type { paths } from "./schema";
import type { ApiErrorBody, ProjectRef } from "./types";

export class ApiError extends Error {
  /** HTTP status; 0 = the server could not be reached. */
  readonly status: number;
  readonly body: ApiErrorBody;

  constructor(status: number, body: ApiErrorBody) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }

  get offline(): boolean {
    return UNREACHABLE.has(this.status);
  }
}

/** No answer at all, or a proxy that had none. */
const UNREACHABLE: ReadonlySet<number> = new Set([0, 502, 503, 504]);

const failures: Middleware = {
  async onResponse({ response }) {
    reportReachable(!UNREACHABLE.has(response.status));
    if (!response.ok) throw new ApiError(response.status, await errorBody(response));
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    reportReachable(false);
    return new ApiError(0, {
      code: "offline",
      message: "The Trireme server does not answer.",
      hint: "Is `trireme up` still running?",
    });
  },
};

async function errorBody(response: Response): Promise<ApiErrorBody> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "error" in body) return body.error as ApiErrorBody;
  } catch {
    // A proxy's page, or nothing: the status is all there is.
  }
  return { code: "http", message: `The server answered with HTTP status ${response.status}.` };
}

export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "" : location.origin,
});
api.use(failures);

/** The answer's data; a failure has been thrown before. */
export async function answer<T>(request: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await request;
  if (data === undefined)
    throw new ApiError(response.status, { code: "empty", message: "The answer is empty." });
  return data;
}

/** Path parameters of a project's routes. */
export const projectPath = (project: ProjectRef) => ({ workspace: project.workspace, name: project.name });

/** Path parameters of a run's routes. */
export const runPath = (project: ProjectRef, id: string) => ({ ...projectPath(project), run_id: id });

type Query = Readonly<Record<string, string | number | undefined>>;

/** Address below a project, for what the browser itself loads: `<img src>`, downloads, event streams. */
export function address(project: ProjectRef, parts: readonly string[], query: Query = {}): string {
  const path = [project.workspace, project.name, ...parts].map(encodeURIComponent).join("/");
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return `/api/v1/projects/${path}${search.size > 0 ? `?${search}` : ""}`;
}
