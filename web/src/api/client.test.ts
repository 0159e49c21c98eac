import { expect, it } from "vitest";
import { ApiError, address, answer, api } from "./client";

const project = { workspace: "a b", name: "c/d" };

function read(fetch: () => Promise<Response>): Promise<unknown> {
  return answer(api.GET("/api/v1/projects/{workspace}/{name}", { params: { path: project }, fetch })).catch(
    (error: unknown) => error,
  );
}

it("a refused request is an ApiError with the server's words", async () => {
  const body = {
    error: { code: "not_found", message: "There is no project.", hint: "Make one.", position: 3 },
  };
  const error = await read(async () => Response.json(body, { status: 404 }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 404,
    message: "There is no project.",
    body: body.error,
    offline: false,
  });
});

it("an unreachable server, and a proxy without one, is offline", async () => {
  const unreachable = await read(async () => {
    throw new TypeError("Failed to fetch");
  });
  expect(unreachable).toMatchObject({ status: 0, offline: true });
  const proxy = await read(async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  expect(proxy).toMatchObject({ status: 502, offline: true, body: { code: "http" } });
});

it("an aborted request stays an abort", async () => {
  const abort = new DOMException("aborted", "AbortError");
  expect(
    await read(async () => {
      throw abort;
    }),
  ).toBe(abort);
});

it("names become single path segments", async () => {
  let asked = "";
  await answer(
    api.GET("/api/v1/projects/{workspace}/{name}", {
      params: { path: project },
      fetch: async (request) => {
        asked = new URL(request.url).pathname;
        return Response.json({});
      },
    }),
  );
  expect(asked).toBe("/api/v1/projects/a%20b/c%2Fd");
  expect(address(project, ["runs", "x/1"], { path: "a&b", step: undefined })).toBe(
    "/api/v1/projects/a%20b/c%2Fd/runs/x%2F1?path=a%26b",
  );
});
