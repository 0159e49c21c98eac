/** The one way to the server: builds addresses, decodes answers, turns every failure into an `ApiError`. */
import { reportReachable } from "./connection";
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
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

const BASE = "/api/v1";

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined | null>>;

/** Path of a project's resource, e.g. `projectPath(p, "runs", id)`. Each part becomes one percent-encoded segment. */
export function projectPath(project: ProjectRef, ...parts: readonly string[]): string {
  return `/projects/${[project.workspace, project.name, ...parts].map(encodeURIComponent).join("/")}`;
}

/** Full address of a resource, for `<img src>` and downloads. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : "");
}

async function send(method: string, url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { method, ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    reportReachable(false);
    throw new ApiError(0, {
      code: "offline",
      message: "The Trireme server does not answer.",
      hint: "Is `trireme up` still running?",
    });
  }
  const answered = ![502, 503, 504].includes(response.status);
  reportReachable(answered);
  if (!response.ok) throw new ApiError(response.status, await errorBody(response));
  return response;
}

async function errorBody(response: Response): Promise<ApiErrorBody> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null && "error" in body) return body.error as ApiErrorBody;
  } catch {
    // A proxy's page, or nothing: the status line is all there is.
  }
  return {
    code: "http",
    message: `The server answered with HTTP status ${response.status}.`,
  };
}

export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await send("GET", address(path, query), { signal: signal ?? null });
  return (await response.json()) as T;
}

export async function sendJson<T>(
  method: "POST" | "PATCH",
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, address(path), {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  return (await response.json()) as T;
}

/** POST whose answer is an Arrow stream. */
export async function sendForArrow(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return send("POST", address(path), {
    headers: { "Content-Type": "application/json", Accept: "application/vnd.apache.arrow.stream" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

/** GET of a file's text. */
export async function getText(path: string, query: Query = {}, signal?: AbortSignal): Promise<string> {
  return (await send("GET", address(path, query), { signal: signal ?? null })).text();
}
