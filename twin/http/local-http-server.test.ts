import { afterEach, describe, expect, it } from "vitest";
import { LocalHttpServer } from "./local-http-server.ts";

const server = new LocalHttpServer("The test server", (_, response) => void response.end("hello"));

afterEach(() => server.stop());

const get = async () => (await fetch(server.origin)).text();

describe("LocalHttpServer", () => {
  it("has no origin before its first start", () => {
    expect(() => new LocalHttpServer("The test server", () => {}).origin).toThrow(
      "The test server has not been started",
    );
  });

  it("can be stopped and started again on the same port", async () => {
    await server.start(0);
    const { origin } = server;
    await server.stop();
    await expect(get()).rejects.toThrow();
    await server.start(Number(new URL(origin).port));
    expect(server.origin).toBe(origin);
    await expect(get()).resolves.toBe("hello");
  });

  it("rejects with EADDRINUSE when the port is taken", async () => {
    await server.start(0);
    const second = new LocalHttpServer("The second server", () => {});
    await expect(second.start(Number(new URL(server.origin).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("closes connections with a pending request", async () => {
    const silent = new LocalHttpServer("The silent server", () => {});
    await silent.start(0);
    const response = fetch(silent.origin);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([silent.stop(), expect(response).rejects.toThrow("fetch failed")]);
  });

  it("ignores a stop before the first start", async () => {
    await expect(new LocalHttpServer("The test server", () => {}).stop()).resolves.toBeUndefined();
  });
});
