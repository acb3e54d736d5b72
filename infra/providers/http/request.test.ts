import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import { type HttpRequest, sendRequest, sendUnlessBusy } from "./request.ts";

/** Starts a server. @returns a POST to it. */
const postTo = async (listener: RequestListener): Promise<HttpRequest> => {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return {
    purpose: "a test",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    method: "POST",
    authorization: "Basic x",
    form: { a: "1" },
    timeoutMs: 5_000,
  };
};

const getOf = ({ form: _, ...request }: HttpRequest): HttpRequest => ({ ...request, method: "GET" });

/** The address of a server that has stopped. */
const stoppedUrl = async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return `http://127.0.0.1:${port}`;
};

const errorOf = (request: HttpRequest): Promise<unknown> => sendRequest(request).catch((error: unknown) => error);

describe("sendRequest", () => {
  it("returns the response with its JSON, whatever its status", async () => {
    const request = await postTo((_, response) => response.writeHead(418).end('{"tea":true}'));
    expect(await sendRequest(request)).toMatchObject({ status: 418, body: { tea: true } });
  });

  it("returns an undefined body when it is not JSON", async () => {
    const request = await postTo((_, response) => response.end("<html>"));
    expect(await sendRequest(request)).toMatchObject({ status: 200, body: undefined });
  });

  it("does not follow a redirect, which would send the form to another address", async () => {
    const request = await postTo((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await sendRequest(request)).toMatchObject({ status: 302 });
  });

  it("opens a connection for every request, since a text could get lost in a closing one", async () => {
    const connections = new Set<unknown>();
    const request = await postTo(({ socket }, response) => {
      connections.add(socket);
      response.end("{}");
    });
    for (let n = 0; n < 3; n += 1) await sendRequest(request);
    expect(connections.size).toBe(3);
  });

  it("throws a TransientError when nothing listens or the name does not exist", async () => {
    const request = await postTo(() => {});
    expect(await errorOf({ ...request, url: await stoppedUrl() })).toBeInstanceOf(TransientError);
    expect(await errorOf({ ...request, url: "http://hilo.invalid/" })).toBeInstanceOf(TransientError);
  });

  it("throws a TransientError when the server does not speak TLS", async () => {
    const request = await postTo((_, response) => response.end("{}"));
    expect(await errorOf({ ...request, url: request.url.replace("http:", "https:") })).toBeInstanceOf(TransientError);
  });

  it("throws an OutcomeUnknownError when the connection breaks", async () => {
    expect(await errorOf(await postTo(({ socket }) => socket.destroy()))).toBeInstanceOf(OutcomeUnknownError);
    const half = await postTo((_, response) => {
      response.writeHead(201, { "content-length": "100" }).write("{");
      setImmediate(() => response.destroy());
    });
    expect(await errorOf(half)).toBeInstanceOf(OutcomeUnknownError);
  });

  it("throws an OutcomeUnknownError when the time runs out", async () => {
    expect(await errorOf({ ...(await postTo(() => {})), timeoutMs: 50 })).toBeInstanceOf(OutcomeUnknownError);
  });

  it("throws a TransientError when a GET gets no response, since it has no effect", async () => {
    const broken = await postTo(({ socket }) => socket.destroy());
    expect(await errorOf(getOf(broken))).toBeInstanceOf(TransientError);
    expect(await errorOf({ ...getOf(await postTo(() => {})), timeoutMs: 50 })).toBeInstanceOf(TransientError);
  });

  it.each([{ url: "no url" }, { url: "ftp://127.0.0.1/" }, { authorization: "Basic \u0000" }])(
    "throws the TypeError of a request that can never be sent: %j",
    async (defect) => {
      const request = await postTo((_, response) => response.end("{}"));
      expect(await errorOf({ ...request, ...defect })).toBeInstanceOf(TypeError);
    },
  );

  it("quotes nothing of the request in its errors", async () => {
    const request = await postTo(({ socket }) => socket.destroy());
    const secret = { ...request, url: `${request.url}/?To=14255550123`, form: { text: "14255550123" } };
    const error = (await errorOf(secret)) as Error;
    const cause = error.cause as Error;
    expect(`${error.stack} ${cause.stack} ${cause.cause}`).not.toContain("4255550123");
  });
});

describe("sendUnlessBusy", () => {
  const responding = (status: number) => postTo((_, response) => response.writeHead(status).end("{}"));

  it("throws a TransientError after a 429", async () => {
    await expect(sendUnlessBusy(await responding(429))).rejects.toThrow(TransientError);
  });

  it("returns any other response", async () => {
    expect(await sendUnlessBusy(await responding(503))).toMatchObject({ status: 503 });
  });
});
