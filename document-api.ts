import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withAccessTable } from "./functions/http/docs/access-table.ts";
import { unannouncedChanges } from "./functions/http/docs/breaking-changes.ts";
import { openApiJson } from "./functions/http/docs/openapi-document.ts";
import { makeRoutes } from "./functions/http/routes.ts";

// Writes what is made from the API's routes: docs/openapi.json and the table of requests in README.md. With --release,
// the document is also kept as the contract that later changes must not break.
const { values } = parseArgs({ options: { release: { type: "boolean", default: false } } });
const pathOf = (file: string): string => join(import.meta.dirname, file);

const routes = makeRoutes();
const document = openApiJson(routes);
writeFileSync(pathOf("docs/openapi.json"), document);
writeFileSync(pathOf("README.md"), withAccessTable(readFileSync(pathOf("README.md"), "utf8"), routes));
if (values.release) writeFileSync(pathOf("docs/openapi.released.json"), document);

const released = readFileSync(pathOf("docs/openapi.released.json"), "utf8");
const changes = unannouncedChanges(JSON.parse(released), JSON.parse(document));
console.log("Wrote docs/openapi.json and the table of requests in README.md.");
if (changes.length > 0) {
  console.log(`These changes break clients. docs/changing-the-api.md says what to do:\n${changes.join("\n")}`);
}
