import { CredentialUnavailableError } from "@azure/identity";
import { TwinClock } from "azure-twin/clock";
import { WebPubSub } from "azure-twin/web-pubsub";
import { describe, expect, it, onTestFinished } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { agentIdSchema, messageIdSchema } from "../../shared/kernel/ids.ts";
import { addSeconds, toInstant } from "../../shared/kernel/instant.ts";
import type { LiveChange, LiveSubscriber } from "../../shared/kernel/live-updates.ts";
import { LiveConsole } from "../../tests/contracts/live-console.ts";
import { newConversationId } from "../../tests/contracts/sample-ids.ts";
import { WebPubSubLiveUpdates } from "./web-pubsub-live-updates.ts";

const conversationId = newConversationId();
const [ana, ben] = [agentIdSchema.parse("ana"), agentIdSchema.parse("ben")];

/** A service of the twin, and the adapter over the real SDK. The time of the adapter stands still. */
const start = async () => {
  const service = new WebPubSub({ clock: new TwinClock() });
  await service.start(0);
  const lines: string[] = [];
  const clock = { now: toInstant(new Date()) };
  const liveUpdates = new WebPubSubLiveUpdates({
    connection: { kind: "connection-string", connectionString: service.connectionString },
    credential: async () => {
      throw new Error("the connection string has a key");
    },
    now: () => clock.now,
    log: (line) => lines.push(line),
  });
  onTestFinished(async () => {
    await liveUpdates.close();
    await service.stop();
  });
  const open = async (subscriber: Partial<LiveSubscriber>): Promise<LiveConsole> => {
    const { url } = await liveUpdates.connectionFor({ agentId: ana, queueIds: [], isSupervisor: false, ...subscriber });
    return LiveConsole.open(url);
  };
  return { service, liveUpdates, open, lines, clock };
};

const changeWith = (some: Partial<Extract<LiveChange, { kind: "conversation" }>>): LiveChange => ({
  kind: "conversation",
  conversationId,
  agentIds: [],
  queueIds: [],
  ...some,
});

/** A change of which every console of the tests is notified, so that what came before it has come or is lost. */
const toAll = changeWith({ agentIds: [ana, ben], queueIds: ["end"] });

describe("live updates by Web PubSub", () => {
  it("notify the agents and the queues of a change, and supervisors of every change", async () => {
    const { liveUpdates, open } = await start();
    const consoles = await Promise.all([
      open({ queueIds: ["support"] }),
      open({ agentId: ben }),
      open({ agentId: agentIdSchema.parse("boss"), isSupervisor: true }),
    ]);
    const toQueue = changeWith({ queueIds: ["support"] });
    const toBen = changeWith({ agentIds: [ben] });
    const ofReply: LiveChange = {
      kind: "message",
      conversationId,
      messageId: messageIdSchema.parse("out-1"),
      agentIds: [ana],
    };
    const ofBen: LiveChange = { kind: "agent", agentId: ben };
    for (const change of [toQueue, toBen, ofReply, ofBen, toAll]) {
      liveUpdates.notify(change);
      await liveUpdates.close();
    }
    await Promise.all(consoles.map((console) => console.change({ queueIds: ["end"] })));
    expect(consoles.map(({ changes }) => changes)).toEqual([
      [toQueue, ofReply, toAll],
      [toBen, ofBen, toAll],
      [toQueue, toBen, ofReply, ofBen, toAll],
    ]);
  });

  it("make an address for an hour, with which a console can neither join a group nor send", async () => {
    const { liveUpdates, open, clock } = await start();
    const { expiresAt } = await liveUpdates.connectionFor({ agentId: ana, queueIds: [], isSupervisor: false });
    expect(expiresAt).toBe(addSeconds(clock.now, 3600));
    const console = await open({ queueIds: ["support"] });
    expect(await console.request({ type: "joinGroup", group: "supervisors" })).toBe(false);
    expect(await console.request({ type: "sendToGroup", group: "queue:support", dataType: "json", data: {} })).toBe(
      false,
    );
  });

  it("disconnect the consoles of an agent", async () => {
    const { liveUpdates, open } = await start();
    const [first, second, others] = [await open({}), await open({}), await open({ agentId: ben })];
    liveUpdates.disconnect(ana);
    await Promise.all([first.closed(), second.closed()]);
    expect([first.isOpen, second.isOpen, others.isOpen]).toEqual([false, false, true]);
  });

  it("log lost notifications once a minute, with their count", async () => {
    const { service, liveUpdates, lines, clock } = await start();
    service.faults.requests = "unavailable";
    for (let n = 0; n < 3; n += 1) liveUpdates.notify(toAll);
    await liveUpdates.close();
    expect(lines).toEqual(["live updates were lost: 1 (status 503)"]);
    clock.now = addSeconds(clock.now, 60);
    await service.stop();
    liveUpdates.notify(toAll);
    await liveUpdates.close();
    expect(lines.slice(1)).toEqual(["live updates were lost: 3 (no response)"]);
  });

  it("give up a request that hangs, and drop notifications while too many are under way", async () => {
    const { service, liveUpdates, lines, clock } = await start();
    service.faults.requests = "hanging";
    const startedAt = performance.now();
    for (let n = 0; n < 150; n += 1) liveUpdates.notify(toAll);
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(lines).toEqual(["live updates were lost: 1 (too many are under way)"]);
    await liveUpdates.close();
    clock.now = addSeconds(clock.now, 60);
    service.faults.requests = "unavailable";
    liveUpdates.notify(toAll);
    await liveUpdates.close();
    expect(lines.slice(1)).toEqual(["live updates were lost: 150 (status 503)"]);
  });

  it("log a defect with its stack", async () => {
    const { liveUpdates, lines } = await start();
    liveUpdates.notify({ kind: "agent", agentId: ana, n: 1n } as LiveChange);
    await liveUpdates.close();
    expect(lines).toEqual([expect.stringMatching(/\(TypeError\n {4}at /)]);
  });

  it("log that the identity gets no token", async () => {
    const lines: string[] = [];
    const liveUpdates = new WebPubSubLiveUpdates({
      connection: { kind: "identity", endpoint: "https://127.0.0.1:1" },
      credential: async () => ({ getToken: () => Promise.reject(new CredentialUnavailableError("no identity")) }),
      now: () => toInstant(new Date()),
      log: (line) => lines.push(line),
    });
    liveUpdates.notify(toAll);
    await liveUpdates.close();
    expect(lines).toEqual(["live updates were lost: 1 (no token)"]);
  });

  it("make no address while the identity gets no token", async () => {
    const liveUpdates = new WebPubSubLiveUpdates({
      connection: { kind: "identity", endpoint: "https://127.0.0.1:1" },
      credential: async () => ({ getToken: () => Promise.reject(new CredentialUnavailableError("no identity")) }),
      now: () => toInstant(new Date()),
      log: () => {},
    });
    const made = liveUpdates.connectionFor({ agentId: ana, queueIds: [], isSupervisor: false });
    await expect(made).rejects.toThrow(TransientError);
  });

  it("make no address while the service cannot be reached", async () => {
    const token = { token: "token", expiresOnTimestamp: Date.now() + 3_600_000 };
    const liveUpdates = new WebPubSubLiveUpdates({
      connection: { kind: "identity", endpoint: "https://127.0.0.1:1" },
      credential: async () => ({ getToken: async () => token }),
      now: () => toInstant(new Date()),
      log: () => {},
    });
    const made = liveUpdates.connectionFor({ agentId: ana, queueIds: [], isSupervisor: false });
    await expect(made).rejects.toThrow(TransientError);
  });
});
