import { ServiceBusClient } from "@azure/service-bus";
import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { QUEUES } from "../../infra/service-bus/queues.ts";
import { advanceUntilSettled } from "./support/advance-until-settled.ts";
import { awaitReports, openAndAccept } from "./support/conversation-steps.ts";
import { deliver, receivedEvent, reportEvent } from "./support/event-grid-events.ts";
import { ROBIN, startTeam, type Team } from "./support/team.ts";

/** A word that every text of this test contains. */
const SECRET = "armadillo";
/** The phone numbers of this test, with or without plus and country code. */
const NUMBERS = /4255550123|4255550124|8005550100|8005559999|3105550100|\b243650\b/;

/** A channel whose texts arrive by webhook. */
const TWILIO_CHANNEL = { id: "twilio", provider: "twilio", number: "+13105550100", numberType: "long-code" } as const;

/** What left the stores on its way through the app. */
interface Traces {
  readonly log: LogEntry[];
  readonly messages: { readonly queue: string; readonly body: unknown; readonly ids: unknown }[];
}

/** Reads the messages of a queue without receiving them. */
const peek = async (client: ServiceBusClient, queue: string): Promise<Traces["messages"]> => {
  const receiver = client.createReceiver(queue);
  try {
    const messages = await receiver.peekMessages(100);
    return messages.map(({ body, messageId, sessionId, correlationId, subject, applicationProperties }) => ({
      queue,
      body,
      ids: { messageId, sessionId, correlationId, subject, applicationProperties },
    }));
  } finally {
    await receiver.close();
  }
};

/** Plays a conversation while every kind of fault occurs. */
const playWithFaults = async (team: Team): Promise<void> => {
  const { twin, ana, admin, number, text } = team;
  const { phoneNetwork, cosmos, serviceBus } = twin;
  const id = await openAndAccept(team, `My ${SECRET} leaks.`);
  await text("243650", `Your ${SECRET} is on its way.`);
  const reply = async (words = `Which ${SECRET}?`) => {
    await ana.reply(id, words);
    await awaitReports(team);
  };
  await reply();

  for (const fault of [
    { on: "send", effect: "status", status: 400 },
    { on: "send", effect: "status", status: 401, times: 10 },
    { on: "send", effect: "status", status: 500 },
    { on: "send", effect: "drop-connection" },
    { on: "send", effect: "refuse-recipient", errorMessage: `No ${SECRET} to ${ROBIN}.` },
    { on: "report", effect: "fail", code: 4004 },
  ] as const) {
    phoneNetwork.addFault(fault);
    await reply();
  }
  for (const operation of ["read", "query", "create", "replace", "patch"] as const) {
    // The event, its first delivery from the queue and a request fail. More would only lengthen the delays between retries.
    cosmos.faults.inject({ operation, times: 3, fault: { kind: "unavailable" } });
    await team.customer(ROBIN).text(number, `Where is my ${SECRET}?`);
    // Messages wait for their next delivery.
    await advanceUntilSettled(twin);
    await reply();
    cosmos.faults.clear();
  }
  for (const queue of Object.keys(QUEUES)) serviceBus.faults.refuseSends(queue, 3);
  await text("+14255550124", `Two ${SECRET}s, please.`);
  await reply();

  await ana.reply(id, SECRET.repeat(200));
  await ana.call(`conversations/${id}/replies`, { body: `{ "text": "${SECRET}` });
  await ana.call("contacts", { body: { mobilePhone: `${ROBIN} ${SECRET}` } });
  await ana.call(`contacts?mobilePhone=${encodeURIComponent(ROBIN)}`);
  await ana.call(`conversations/${ROBIN}/messages`);
  await admin.call("contacts/import", { body: `mobilePhone,firstName\n${ROBIN},${SECRET}` });

  const event = receivedEvent(twin, { messageId: "unreadable", from: `${ROBIN} ${SECRET}`, to: number });
  await deliver(twin, "sms-received", event);
  await deliver(twin, "sms-received", { ...event, id: `${ROBIN} ${SECRET}`, data: SECRET });
  await deliver(twin, "sms-delivery-report", reportEvent(twin, { messageId: "Outgoing_1", to: ROBIN, Tag: ROBIN }));
  phoneNetwork.text({ from: ROBIN, to: "+18005559999", text: `Which ${SECRET}?` });
  await twin.settled();
  for (const { id: eventId } of (await admin.call("quarantine")).body.items) {
    await admin.call(`quarantine/${encodeURIComponent(eventId)}/replay`, { method: "POST" });
  }
  await text(ROBIN, "STOP");
  for (const words of [`And a ${SECRET}?`, `One ${SECRET} is enough.`]) {
    phoneNetwork.text({ from: "+14255550124", to: TWILIO_CHANNEL.number, text: words });
    await twin.settled();
  }
  twin.clock.advance(60_000); // for Event Grid's retries, the end of offers, and the sweep
  await twin.settled();
};

describe("phone numbers and texts", () => {
  it("appear in no log line, queue message or orchestration, whatever fails", async () => {
    const traces: Traces = { log: [], messages: [] };
    let client: ServiceBusClient | undefined;
    const team = await startTeam(
      { channels: [{ id: "main" }, TWILIO_CHANNEL] },
      {
        log: (entry) => void traces.log.push(entry),
        faults: {
          beforeInvocation: async ({ functionName }) => {
            if (client && functionName in QUEUES) traces.messages.push(...(await peek(client, functionName)));
          },
        },
      },
    );
    client = new ServiceBusClient(team.twin.addresses.serviceBus);
    await playWithFaults(team);
    await client.close();

    const orchestrations = team.twin.taskHub
      .instances()
      .map(({ execution, ...instance }) => ({ ...instance, execution: { ...execution, openTasks: null } }));
    const seen = {
      log: traces.log.map((entry) => JSON.stringify(entry)),
      messages: traces.messages.map((message) => JSON.stringify(message)),
      orchestrations: orchestrations.map((instance) => JSON.stringify(instance)),
    };
    for (const lines of Object.values(seen)) {
      expect(lines.filter((line) => line.includes(SECRET) || NUMBERS.test(line))).toEqual([]);
    }
    // There was something to inspect.
    const sources = new Set(traces.log.map(({ source }) => source));
    expect(sources).toEqual(new Set(["app", "host"]));
    expect(new Set(traces.messages.map(({ queue }) => queue))).toEqual(new Set(Object.keys(QUEUES)));
    expect(orchestrations.map(({ execution }) => execution.history.length > 0)).toContain(true);
  });
});
