import { HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import type { ConsoleFile, ConsoleFiles } from "../shared/kernel/console-files.ts";
import { makeConsole } from "./console.ts";

const file = (contentType: string, content: string, isImmutable = false): ConsoleFile => ({
  contentType,
  isImmutable,
  bytes: Buffer.from(content),
  encoding: undefined,
});

const FILES: Readonly<Record<string, ConsoleFile>> = {
  "index.html": file("text/html", "the page"),
  "icon.svg": file("image/svg+xml", "an icon"),
  "assets/a-1.js": file("text/javascript", "a script", true),
};

const stored: ConsoleFiles = {
  find: async (path, acceptsBrotli) => {
    const found = FILES[path];
    return found && acceptsBrotli ? { ...found, encoding: "br" } : found;
  },
};

const SIGN_IN = { authority: "https://login.example/tenant/v2.0", clientId: "console", scope: "openid" };

const LIVE_ORIGIN = "wss://live.example";

const get = (path: string, headers: Record<string, string> = {}, liveOrigin: string | undefined = undefined) =>
  makeConsole({ files: stored, signIn: SIGN_IN, liveOrigin })(
    new HttpRequest({ method: "GET", url: `https://hilo.example/console/${path}`, params: { path }, headers }),
    new InvocationContext(),
  ) as Promise<HttpResponseInit & { headers: Record<string, string> }>;

const textOf = ({ body }: HttpResponseInit): string => String(body);

describe("a path of the console", () => {
  it.each(["", "inbox", "inbox/mine/0a1b.2", "settings/queues"])("shows the page: %j", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(textOf(response)).toBe("the page");
    expect(response.headers).toMatchObject({ "content-type": "text/html", "cache-control": "no-cache" });
  });

  it("is a file, which a browser keeps when its name changes with its content", async () => {
    const script = await get("assets/a-1.js");
    expect(textOf(script)).toBe("a script");
    expect(script.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await get("icon.svg")).headers["cache-control"]).toBe("no-cache");
  });

  it("is not found when it is an asset of another version", async () => {
    expect((await get("assets/a-0.js")).status).toBe(404);
  });

  it("is compressed for a browser that accepts it", async () => {
    const { headers } = await get("", { "accept-encoding": "gzip, deflate, br" });
    expect(headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
    expect((await get("", { "accept-encoding": "gzip" })).headers["content-encoding"]).toBeUndefined();
  });
});

describe("the content security policy", () => {
  const policyOf = async (liveOrigin?: string) =>
    (await get("", {}, liveOrigin)).headers["content-security-policy"] ?? "";

  it("allows calls of the app and of the identity provider only", async () => {
    expect(await policyOf()).toContain("connect-src 'self' https://login.example;");
  });

  it("allows the WebSocket of the live updates where the app has them", async () => {
    expect(await policyOf(LIVE_ORIGIN)).toContain("connect-src 'self' https://login.example wss://live.example;");
  });

  it("allows no script, style or document from a text", async () => {
    expect(await policyOf()).toContain("default-src 'none'");
    expect(await policyOf()).toContain("require-trusted-types-for 'script'");
    expect(await policyOf()).not.toMatch(/unsafe|nonce|\*/);
  });
});
