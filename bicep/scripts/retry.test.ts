import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { retry, waitForHealthy } from "./retry.ts";

const OPTIONS = { attempts: 3, delayMs: 1 };

/** Starts a server that responds with these statuses in turn, then with the last one. @returns its address. */
const serverAnswering = async (...statuses: number[]): Promise<string> => {
  const server = createServer((_, response) => {
    response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe("retry", () => {
  it("repeats the action until it succeeds, and logs the retry", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    const act = vi.fn().mockRejectedValueOnce(new Error("403")).mockResolvedValue(undefined);
    await retry("Publishing", act, OPTIONS);
    expect(act).toHaveBeenCalledTimes(2);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("Publishing failed."));
  });

  it("throws the error of the last attempt", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    const act = vi.fn().mockRejectedValueOnce(new Error("first")).mockRejectedValue(new Error("last"));
    await expect(retry("Publishing", act, OPTIONS)).rejects.toThrow("last");
    expect(act).toHaveBeenCalledTimes(3);
  });
});

describe("waitForHealthy", () => {
  it("waits until the response is 200", async () => {
    expect(await waitForHealthy(await serverAnswering(404, 503, 200), OPTIONS)).toBeUndefined();
  });

  it("returns the last result when it never is 200", async () => {
    expect(await waitForHealthy(await serverAnswering(404, 503), OPTIONS)).toBe("503");
    expect(await waitForHealthy("http://127.0.0.1:1", OPTIONS)).toContain("no response");
  });
});
