import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { sendRequest } from "./request.ts";
import { requestWithRetry } from "./request-with-retry.ts";

const serve = async (listener: RequestListener) => {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    purpose: "a test",
    url,
    method: "POST",
    authorization: "Basic x",
    form: { a: "1" },
    timeoutMs: 5_000,
  } as const;
};

/** The address of a server that has stopped. */
const addressOfNobody = async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return `http://127.0.0.1:${port}`;
};

const outcomeOf = async (question: Parameters<typeof sendRequest>[0]) => {
  const error: unknown = await sendRequest(question).catch((thrown: unknown) => thrown);
  if (error instanceof OutcomeUnknownError) return "unknown";
  return error instanceof TransientError ? "nothing was done" : error;
};

describe("asking", () => {
  it("gives any answer, with its JSON", async () => {
    const question = await serve((_, response) => response.writeHead(418).end('{"tea":true}'));
    expect(await sendRequest(question)).toMatchObject({ status: 418, body: { tea: true } });
  });

  it("gives no body where it is no JSON", async () => {
    const question = await serve((_, response) => response.end("<html>"));
    expect(await sendRequest(question)).toMatchObject({ status: 200, body: undefined });
  });

  it("follows no redirect: a form is not meant for another address", async () => {
    const question = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await sendRequest(question)).toMatchObject({ status: 302 });
  });

  it("keeps no connection, in which the next text could get lost", async () => {
    const connections = new Set<unknown>();
    const question = await serve((request, response) => {
      connections.add(request.socket);
      response.end("{}");
    });
    for (let n = 0; n < 3; n += 1) await sendRequest(question);
    expect(connections.size).toBe(3);
  });

  it("knows that nothing was done when nobody listens or nobody has the name", async () => {
    const question = await serve(() => {});
    expect(await outcomeOf({ ...question, url: await addressOfNobody() })).toBe("nothing was done");
    expect(await outcomeOf({ ...question, url: "http://hilo.invalid/" })).toBe("nothing was done");
  });

  it("knows that nothing was done when the other side speaks no TLS", async () => {
    const question = await serve((_, response) => response.end("{}"));
    expect(await outcomeOf({ ...question, url: question.url.replace("http:", "https:") })).toBe("nothing was done");
  });

  it("does not know what was done when the connection breaks", async () => {
    expect(await outcomeOf(await serve((request) => request.socket.destroy()))).toBe("unknown");
    const half = await serve((_, response) => {
      response.writeHead(201, { "content-length": "100" }).write("{");
      setImmediate(() => response.destroy());
    });
    expect(await outcomeOf(half)).toBe("unknown");
  });

  it("does not know what was done when the time is over", async () => {
    expect(await outcomeOf({ ...(await serve(() => {})), timeoutMs: 50 })).toBe("unknown");
  });

  it("quotes nothing of the request in what it throws", async () => {
    const question = await serve((request) => request.socket.destroy());
    const secret = { ...question, url: `${question.url}/?To=14255550123`, form: { text: "14255550123" } };
    const error: unknown = await sendRequest(secret).catch((thrown: unknown) => thrown);
    const { cause } = error as Error;
    expect(`${(error as Error).stack} ${(cause as Error).stack} ${(cause as Error).cause}`).not.toContain("4255550123");
  });
});

describe("asking patiently", () => {
  const busy = async (headers: readonly Record<string, string>[]) => {
    const waits: number[] = [];
    const left = [...headers];
    const question = await serve((_, response) => {
      const next = left.shift();
      response.writeHead(next ? 429 : 200, next).end("{}");
    });
    const wait = async (seconds: number) => void waits.push(seconds);
    return { waits, answer: requestWithRetry(question, wait) };
  };

  it("waits as long as it is asked to, within bounds, and ever longer where it is not", async () => {
    const { waits, answer } = await busy([{ "retry-after": "0" }, {}, { "retry-after": "3600" }]);
    expect(await answer).toMatchObject({ status: 200 });
    expect(waits).toEqual([0, 2, 5]);
  });

  it("takes a date for nothing", async () => {
    const { waits, answer } = await busy([{ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }]);
    await answer;
    expect(waits).toEqual([1]);
  });

  it("gives up after four attempts, sure that nothing was done", async () => {
    const { waits, answer } = await busy(Array(9).fill({ "retry-after": "1" }));
    const error: unknown = await answer.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).not.toBeInstanceOf(OutcomeUnknownError);
    expect(waits).toEqual([1, 1, 1]);
  });
});
