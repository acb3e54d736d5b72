import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, it } from "vitest";
import openapi from "../../../docs/openapi.json?raw";
import packageJson from "../../package.json?raw";
import schema from "./schema.d.ts?raw";

it("schema.d.ts is what `npm run docs:api` makes of docs/openapi.json", async () => {
  // The option of the script, without which members with a default are required in requests too.
  expect(JSON.parse(packageJson).scripts["types:api"]).toContain("--default-non-nullable=false");
  const types = await openapiTS(openapi, { defaultNonNullable: false, silent: true });
  expect(schema).toBe(COMMENT_HEADER + astToString(types));
});
