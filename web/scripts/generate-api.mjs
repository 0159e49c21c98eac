// Writes src/api/schema.d.ts from the server's OpenAPI document.
//   npm run api                      the server at TRIREME_URL (default http://127.0.0.1:8080)
//   npm run api -- openapi.json      a file
//   npm run api -- --check FILE      only compare; exit 1 when they differ
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("../src/api/schema.d.ts", import.meta.url);
const words = process.argv.slice(2);
const check = words[0] === "--check";
const source = words[check ? 1 : 0];
const server = process.env.TRIREME_URL ?? "http://127.0.0.1:8080";
const address = source ? pathToFileURL(source) : new URL("/api/v1/openapi.json", server);

// A field with a default may be left out of a request, so it is optional.
const head = "// Generated from the server's OpenAPI document by `npm run api`. Do not edit.\n\n";
const text = head + astToString(await openapiTS(address, { defaultNonNullable: false }));
if (check) {
  if ((await readFile(target, "utf8")) !== text) {
    console.error("src/api/schema.d.ts is not what the server's OpenAPI document says: run `npm run api`.");
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
