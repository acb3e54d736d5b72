import { describe, expect, it } from "vitest";
import { endpointIn, isLoopback, liveOriginOf } from "./endpoint.ts";

const byString = (connectionString: string) => ({ kind: "connection-string", connectionString }) as const;

describe("liveOriginOf", () => {
  it("returns the WebSocket origin of the service", () => {
    const inAzure = { kind: "identity", endpoint: "https://wps-hilo.webpubsub.azure.com" } as const;
    expect(liveOriginOf(inAzure)).toBe("wss://wps-hilo.webpubsub.azure.com");
    expect(liveOriginOf(byString("Endpoint=http://127.0.0.1:7085;AccessKey=a=;Version=1.0;"))).toBe(
      "ws://127.0.0.1:7085",
    );
    expect(liveOriginOf(byString("Endpoint=http://localhost;Port=8080;AccessKey=a=;"))).toBe("ws://localhost:8080");
  });

  it("returns undefined when the app has no live updates", () => {
    expect(liveOriginOf(undefined)).toBeUndefined();
  });
});

it.each(["Endpoint=https://a.example", "AccessKey=a", "Endpoint=nonsense;AccessKey=a", ""])(
  "endpointIn finds none in an incomplete connection string: %s",
  (connectionString) => {
    expect(endpointIn(connectionString)).toBeUndefined();
  },
);

it.each([
  ["http://127.0.0.1:1", true],
  ["http://[::1]:1", true],
  ["http://localhost", true],
  ["http://127.0.0.1.example", false],
  ["http://hilo.example", false],
])("isLoopback knows that %s is on this machine: %s", (url, expected) => {
  expect(isLoopback(new URL(url))).toBe(expected);
});
