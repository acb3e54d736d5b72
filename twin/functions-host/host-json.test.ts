import { describe, expect, it } from "vitest";
import { readHostJson } from "./host-json.ts";
import { buildApp } from "./testing/test-app.ts";

const read = async (hostJson: object) => readHostJson(await buildApp("", hostJson));

describe("readHostJson", () => {
  it("applies the defaults of the extensions", async () => {
    expect((await read({})).extensions).toMatchObject({
      http: { routePrefix: "api" },
      serviceBus: {
        maxConcurrentSessions: 8,
        sessionIdleTimeout: 60_000,
        maxAutoLockRenewalDuration: 300_000,
        autoCompleteMessages: true,
        prefetchCount: 0,
      },
    });
  });

  it("accepts the settings of a deployed app", async () => {
    const { extensions } = await read({
      extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" },
      functionTimeout: "00:05:00",
      logging: { logLevel: { default: "Information" } },
      telemetryMode: "OpenTelemetry",
      extensions: {
        serviceBus: { maxConcurrentCalls: 4, sessionIdleTimeout: "00:00:02" },
        durableTask: { storageProvider: { type: "azureManaged" } },
      },
    });
    expect(extensions.serviceBus).toMatchObject({ maxConcurrentCalls: 4, sessionIdleTimeout: 2_000 });
  });

  it.each([
    ["a mistyped setting", { extensions: { serviceBus: { maxConcurrentCall: 4 } } }, "maxConcurrentCall"],
    ["a mistyped extension", { extensions: { servicebus: {} } }, "servicebus"],
    ["a duration in seconds", { extensions: { serviceBus: { sessionIdleTimeout: "2s" } } }, '"2s" is not a TimeSpan'],
    ["an unknown version", { version: "1.0" }, "version"],
  ])("refuses %s by name", async (_, hostJson, named) => {
    await expect(read(hostJson)).rejects.toThrow(named);
  });
});
