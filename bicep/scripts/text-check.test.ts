import { beforeEach, describe, expect, it, vi } from "vitest";
import { loggedLines } from "../testing/fake-az.ts";
import type { Az } from "./az.ts";
import { tryText } from "./text-check.ts";

const ARRIVED = 'hop: {"step":"sms-received","outcome":"processed","durationMs":3,"traceId":"aaaa"}';
const DISPATCHED = 'hop: {"step":"dispatch","outcome":"entered","durationMs":9,"traceId":"aaaa"}';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});

/** Tries a text with a log that shows these lines at each query. The last answer is repeated. */
const tryWith = async (...answers: (readonly string[])[]) => {
  let queries = 0;
  const az: Az = {
    show: async () => {},
    read: async () => loggedLines(answers[Math.min(queries++, answers.length - 1)] ?? []),
  };
  const prompt = { ask: async () => "", close: () => {} };
  const isTried = await tryText(az, prompt, { insightsAppId: "app", retries: { attempts: 4, delayMs: 1 } });
  return { isTried, queries };
};

describe("tryText", () => {
  it("waits until the log shows the way of the text to its end", async () => {
    expect(await tryWith([], [ARRIVED], [ARRIVED, DISPATCHED])).toEqual({ isTried: true, queries: 3 });
    expect(lines.at(-1)).toContain("dispatch");
  });

  it("reports how far a text came whose end the log does not show", async () => {
    expect(await tryWith([ARRIVED])).toEqual({ isTried: true, queries: 4 });
    expect(lines.at(-1)).toContain("sms-received");
  });

  it("says where to look when no text arrives", async () => {
    await expect(tryWith([])).rejects.toThrow('See "A text does not arrive" in docs/runbook.md.');
  });

  it("ignores the steps of other texts", async () => {
    const other = DISPATCHED.replace("aaaa", "bbbb");
    expect(await tryWith([other], [other, ARRIVED, DISPATCHED])).toMatchObject({ queries: 2 });
    expect(lines.at(-1)?.match(/dispatch/g)).toHaveLength(1);
  });
});
