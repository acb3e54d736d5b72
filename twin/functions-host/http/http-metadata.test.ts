import { describe, expect, it } from "vitest";
import { RecordingInvoker } from "../testing/recording-invoker.ts";
import { HttpFunctions } from "./http-functions.ts";

/** The metadata that the worker gets for a request to `things/{id}`. */
const metadataOf = async (pathAndQuery: string, body = "", headers: Readonly<Record<string, string>> = {}) => {
  const trigger = { type: "httpTrigger", route: "things/{id}", methods: ["POST"], authLevel: "anonymous" };
  const invoker = new RecordingInvoker("thing", trigger);
  const length = { "content-length": String(Buffer.byteLength(body)) };
  await new HttpFunctions({ invoker, routePrefix: "api", keys: {} }).handle({
    method: "POST",
    url: new URL(`/api/things${pathAndQuery}`, "http://localhost"),
    headers: { ...length, ...headers },
    body: Buffer.from(body),
  });
  return invoker.invocations[0]?.triggerMetadata;
};

describe("the metadata of an HTTP trigger", () => {
  it("has the members of a JSON body, the query, the route parameters and the headers", async () => {
    const metadata = await metadataOf("/7?a=1&a=2&code=K", '{"text":"hello","list":[1]}', { "x-own": "yes" });
    expect(metadata).toEqual({
      text: { string: "hello" },
      a: { string: "2" },
      id: { string: "7" },
      Query: { json: '{"a":"2","code":"K"}' },
      Headers: { json: '{"content-length":"27","x-own":"yes"}' },
    });
  });

  it("has the value of the route before that of the query, and that before a member of the body", async () => {
    const metadata = await metadataOf("/7?ID=6&a=1", '{"id":"5","A":"2","b":"3"}');
    expect(metadata).toMatchObject({ id: { string: "7" }, A: { string: "1" }, b: { string: "3" } });
  });

  it("has a query value or a member called Headers in place of the headers", async () => {
    expect(await metadataOf("/7?headers=forged")).toMatchObject({ Headers: { string: "forged" } });
    expect(await metadataOf("/7", '{"Query":"forged"}')).toMatchObject({ Query: { string: "forged" } });
  });

  it("has no members of a body without a Content-Length", async () => {
    const metadata = await metadataOf("/7", '{"text":"hello"}', {
      "content-length": "",
      "transfer-encoding": "chunked",
    });
    expect(metadata).not.toHaveProperty("text");
  });
});
