import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { again, untilWell } from "./retry.ts";

const PATIENCE = { tries: 3, pauseMs: 1 };

/** A server that gives these answers in turn, and then the last of them. */
const answering = async (...statuses: number[]): Promise<string> => {
  const server = createServer((_, response) => {
    response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe("again", () => {
  it("does it until it goes well, and says that it tries again", async () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    const act = vi.fn().mockRejectedValueOnce(new Error("403")).mockResolvedValue(undefined);
    await again("Publishing", act, PATIENCE);
    expect(act).toHaveBeenCalledTimes(2);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("Publishing failed."));
  });

  it("gives up after the last try with what went wrong in it", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    const act = vi.fn().mockRejectedValueOnce(new Error("first")).mockRejectedValue(new Error("last"));
    await expect(again("Publishing", act, PATIENCE)).rejects.toThrow("last");
    expect(act).toHaveBeenCalledTimes(3);
  });
});

describe("untilWell", () => {
  it("waits until the answer is 200", async () => {
    expect(await untilWell(await answering(404, 503, 200), PATIENCE)).toBeUndefined();
  });

  it("tells the last answer of one that is never well", async () => {
    expect(await untilWell(await answering(404, 503), PATIENCE)).toBe("503");
    expect(await untilWell("http://127.0.0.1:1", PATIENCE)).toContain("no answer");
  });
});
