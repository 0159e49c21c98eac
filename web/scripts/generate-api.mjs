// Writes src/api/schema.d.ts from the server's OpenAPI document.
//   npm run api                      the server at TRIREME_URL (default http://127.0.0.1:8080)
//   npm run api -- openapi.json      a file
//   npm run api -- --check [FILE]    only compares; exit 1 when they differ
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("../src/api/schema.d.ts", import.meta.url);
const words = process.argv.slice(2);
const check = words[0] === "--check";
const file = words[check ? 1 : 0];
const server = process.env.TRIREME_URL ?? "http://127.0.0.1:8080";

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The server's order of routes, methods, parameters and shapes may differ from start to start; the file must not. */
function inOrder(document) {
  const paths = Object.entries(document.paths).map(([path, item]) => [path, sorted(item)]);
  for (const [, item] of paths)
    for (const operation of Object.values(item))
      operation.parameters?.sort((a, b) => (a.in + a.name < b.in + b.name ? -1 : 1));
  return {
    ...document,
    paths: sorted(Object.fromEntries(paths)),
    components: { ...document.components, schemas: sorted(document.components.schemas) },
  };
}

const document = JSON.parse(
  file ? await readFile(file, "utf8") : await (await fetch(new URL("/api/v1/openapi.json", server))).text(),
);
const head = "// Generated from the server's OpenAPI document by `npm run api`. Do not edit.\n\n";
// A field with a default may be left out of a request, so it is optional.
const text = head + astToString(await openapiTS(inOrder(document), { defaultNonNullable: false }));
if (!check) {
  await writeFile(target, text);
} else if ((await readFile(target, "utf8")) !== text) {
  console.error("src/api/schema.d.ts is not what the server's OpenAPI document says: run `npm run api`.");
  process.exit(1);
}
