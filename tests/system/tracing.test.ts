import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { HOP_PREFIX } from "../../functions/invocation/hop-log.ts";
import { awaitReports } from "./support/conversation-steps.ts";
import { conversationIdFor } from "./support/organisation.ts";
import { ROBIN, startTeam } from "./support/team.ts";

describe("a text, followed through the log", () => {
  it("logs one line a step with ids, under one trace from the event to the offer, and another for the reply", async () => {
    const log: LogEntry[] = [];
    const team = await startTeam({}, { log: (entry) => void log.push(entry) });
    const hops = () =>
      log
        .filter(({ source, level, message }) => source === "app" && level === "information" && isHop(message))
        .map(({ message }) => JSON.parse(message.slice(HOP_PREFIX.length)));

    await team.text(ROBIN, "My tent leaks.");
    const conversationId = conversationIdFor(ROBIN, { channelNumber: team.number });
    const threadId = conversationId.split(".")[0];
    const received = hops();
    expect(received).toMatchObject([
      { step: "sms-received", threadId, conversationId, outcome: "processed" },
      { step: "work-items", conversationId, outcome: "started" },
      { step: "advanceRouting", conversationId, outcome: "waiting" },
      { step: "dispatch", queueId: "support", conversationIds: [conversationId] },
    ]);
    expect(new Set(received.map(({ traceId }) => traceId)).size).toBe(1);
    expect(received[0].traceId).toMatch(/^[0-9a-f]{32}$/);
    for (const { durationMs } of received) expect(durationMs).toBeGreaterThanOrEqual(0);

    log.length = 0;
    await team.ana.act(conversationId, "accept");
    const { body } = await team.ana.reply(conversationId, "Which model is it?");
    await awaitReports(team);
    const messageId = body.message.id;
    const answered = hops();
    expect(answered).toMatchObject([
      { step: "accept-conversation", conversationId, agentId: "ana", outcome: "200" },
      { step: "send-reply", conversationId, messageId, outcome: "202" },
      { step: "outbound-sms", threadId, messageId, outcome: "sent" },
      { step: "sms-delivery-report", threadId, messageId, outcome: "processed" },
    ]);
    expect(answered[2].traceId).toBe(answered[1].traceId);
  });
});

const isHop = (message: string): boolean => message.startsWith(HOP_PREFIX);
