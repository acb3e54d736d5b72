import { ServiceBusClient } from "@azure/service-bus";
import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { QUEUES } from "../../infra/service-bus/queues.ts";
import { deliver, receivedEvent, reportEvent } from "./events.ts";
import { hearReports, takeUp } from "./matter.ts";
import { ROBIN, setTeam, type Team } from "./team.ts";

/** A word in every text of this test. */
const SECRET = "armadillo";
/** Whom it is about, as it may be written: with or without the plus and the country. */
const NUMBERS = /4255550123|4255550124|8005550100|8005559999|3105550100|\b243650\b/;

/** The company's number whose texts come by calls. */
const AT_TWILIO = { id: "twilio", provider: "twilio", number: "+13105550100", numberType: "long-code" } as const;

/** Everything that leaves the stores on its way through the app, by where it was seen. */
interface Traces {
  readonly log: LogEntry[];
  readonly messages: { readonly queue: string; readonly body: unknown; readonly ids: unknown }[];
}

/** Looks at the messages of a queue without taking them. */
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

/** Plays a day on which much goes wrong. */
const playBadDay = async (team: Team): Promise<void> => {
  const { twin, ana, admin, number, text } = team;
  const { phoneNetwork, cosmos, serviceBus } = twin;
  const id = await takeUp(team, `My ${SECRET} leaks.`);
  await text("243650", `Your ${SECRET} is on its way.`);
  const say = async (words = `Which ${SECRET}?`) => {
    await ana.reply(id, words);
    await hearReports(team);
  };
  await say();

  for (const fault of [
    { on: "send", effect: "status", status: 400 },
    { on: "send", effect: "status", status: 401, times: 10 },
    { on: "send", effect: "status", status: 500 },
    { on: "send", effect: "drop-connection" },
    { on: "send", effect: "refuse-recipient", errorMessage: `No ${SECRET} to ${ROBIN}.` },
    { on: "report", effect: "fail", code: 4004 },
  ] as const) {
    phoneNetwork.addFault(fault);
    await say();
  }
  for (const operation of ["read", "query", "create", "replace", "patch"] as const) {
    cosmos.faults.inject({ operation, times: 12, fault: { kind: "unavailable" } });
    await text(ROBIN, `Where is my ${SECRET}?`);
    await say();
    cosmos.faults.clear();
  }
  for (const queue of Object.keys(QUEUES)) serviceBus.faults.refuseSends(queue, 3);
  await text("+14255550124", `Two ${SECRET}s, please.`);
  await say();

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
  for (const { id: kept } of (await admin.call("quarantine")).body.items) {
    await admin.call(`quarantine/${encodeURIComponent(kept)}/replay`, { method: "POST" });
  }
  await text(ROBIN, "STOP");
  for (const words of [`And a ${SECRET}?`, `One ${SECRET} is enough.`]) {
    phoneNetwork.text({ from: "+14255550124", to: AT_TWILIO.number, text: words });
    await twin.settled();
  }
  twin.clock.advance(60_000); // what Event Grid tries again, offers, and the sweep
  await twin.settled();
};

describe("phone numbers and texts", () => {
  it("are in no log line, queue message or orchestration, whatever goes wrong", { timeout: 60_000 }, async () => {
    const traces: Traces = { log: [], messages: [] };
    let client: ServiceBusClient | undefined;
    const team = await setTeam(
      { channels: [{ id: "main" }, AT_TWILIO] },
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
    await playBadDay(team);
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
    // And there was something to see.
    const sources = new Set(traces.log.map(({ source }) => source));
    expect(sources).toEqual(new Set(["app", "host"]));
    expect(new Set(traces.messages.map(({ queue }) => queue))).toEqual(new Set(Object.keys(QUEUES)));
    expect(orchestrations.map(({ execution }) => execution.history.length > 0)).toContain(true);
  });
});
