import { InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { carriedTraceSchema, traceIdOf, traceParentOf } from "./trace.ts";

const HOST = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const SENDER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const INVOCATION = "9b2e7c1a-6f04-4b7d-8c35-1e2d3f4a5b6c";
const MADE = "00-9b2e7c1a6f044b7d8c351e2d3f4a5b6c-9b2e7c1a6f044b7d-01";

interface Given {
  readonly host?: string;
  readonly diagnosticId?: unknown;
  readonly invocationId?: string;
}

/** The context of an invocation by a message, as the worker makes it. */
const contextOf = ({ host, diagnosticId, invocationId = INVOCATION }: Given): InvocationContext =>
  new InvocationContext({
    invocationId,
    ...(host !== undefined && { traceContext: { traceParent: host } }),
    triggerMetadata: {
      applicationProperties: diagnosticId === undefined ? {} : { "diagnostic-Id": diagnosticId },
    },
  });

describe("traceParentOf", () => {
  it("is the host's", () => {
    expect(traceParentOf(contextOf({ host: HOST }))).toBe(HOST);
  });

  it("is the host's when the host continues the trace of the sender", () => {
    const sender = HOST.replace("b7ad6b7169203331", "00f067aa0ba902b7");
    expect(traceParentOf(contextOf({ host: HOST, diagnosticId: sender }))).toBe(HOST);
  });

  it("is the sender's when the host began another trace", () => {
    expect(traceParentOf(contextOf({ host: HOST, diagnosticId: SENDER }))).toBe(SENDER);
  });

  it.each([undefined, "", "nonsense", HOST.replace("00-", "ff-"), `00-${"0".repeat(32)}-b7ad6b7169203331-01`])(
    "is made of the invocation's id when the host gives %j",
    (host) => {
      expect(traceParentOf(contextOf({ ...(host !== undefined && { host }) }))).toBe(MADE);
    },
  );

  it("is undefined when there is no trace, and the id is not a UUID", () => {
    expect(traceParentOf(contextOf({ invocationId: "invocation-1" }))).toBeUndefined();
  });

  it.each([42, "", "nonsense", `${SENDER}; drop`])("ignores a message whose Diagnostic-Id is %j", (diagnosticId) => {
    expect(traceParentOf(contextOf({ host: HOST, diagnosticId }))).toBe(HOST);
  });
});

describe("traceIdOf", () => {
  it("is the part that all steps share", () => {
    expect(traceIdOf(HOST)).toBe("0af7651916cd43dd8448eb211c80319c");
    expect(traceIdOf(undefined)).toBeUndefined();
  });
});

describe("carriedTraceSchema", () => {
  it.each([undefined, "", 7, "nonsense"])("reads %j as no trace", (carried) => {
    expect(carriedTraceSchema.parse(carried)).toBeUndefined();
  });
});
