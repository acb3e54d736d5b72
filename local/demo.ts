import { parseArgs } from "node:util";
import { buildApp } from "../build.ts";
import { FREE_PORTS, LocalEnvironment } from "./environment.ts";
import { Colleague, Customer, eventually as pollUntil } from "./people.ts";
import { SAMPLE_PROVIDERS, sampleNumberOf } from "./sample-organisation.ts";

/**
 * Plays one conversation and the start of another, and prints what each person sees.
 * @param number - the company's number that the customers text.
 * @param timeoutMs - limit for one step to have its result; ten seconds by default.
 * @throws Error that names the first step with an unexpected result.
 */
export const play = async ({ addresses }: LocalEnvironment, number: string, timeoutMs?: number): Promise<void> => {
  const eventually = <T>(expectation: string, poll: () => Promise<T | undefined>) =>
    pollUntil(expectation, poll, timeoutMs);
  const robin = new Customer(addresses, "+14255550123");
  const kim = new Customer(addresses, "+14255550124");
  const ana = new Colleague(addresses, "ana");
  const ben = new Colleague(addresses, "ben");
  const admin = new Colleague(addresses, "admin");

  scene("Two agents are signed in. Ana can handle one conversation at a time; Ben is busy.");
  await admin.call("agents/ana", {
    method: "PUT",
    body: { name: "Ana", capacity: 1, queueIds: ["support"], skills: [] },
  });
  await ben.setPresence("busy");
  expect("Ana's presence", (await ana.call("me")).body.presence, "available");
  expect("Ben's presence", (await ben.call("me")).body.presence, "busy");

  scene("Robin texts the company.");
  await robin.text(number, "Hello, my tent leaks.");
  const first = await eventually("Ana is offered the conversation", async () => (await ana.workItems("offered"))[0]);
  const details = (await ana.call(`conversations/${first}`)).body;
  const [contact] = details.contacts;
  expect("Ana sees the customer's name", `${contact?.firstName} ${contact?.lastName}`, "Robin Lake");
  expect("Ana sees the text", details.preview, "Hello, my tent leaks.");
  expect("Reason why Ben was not offered it", exclusion(details.routingDecision.excluded, "ben"), "presence");

  scene("Ana accepts the conversation and replies.");
  expect("State of the conversation", (await ana.act(first, "accept")).body.state, "active");
  const reply = (await ana.reply(first, "Sorry to hear that. Which model is it?")).body;
  expect("State of the reply", reply.message.state, "queued");
  await eventually("Robin's phone receives the reply", async () => (await robin.received())[0]);
  expect("Robin's phone shows", (await robin.received())[0], "Sorry to hear that. Which model is it?");
  const delivered = await eventually("the carrier reports the delivery", async () => {
    const { body } = await ana.call(`conversations/${first}/replies/${reply.message.id}`);
    return body.state === "delivered" ? body.state : undefined;
  });
  expect("State of the reply", delivered, "delivered");

  scene("Robin goes to look. Ana parks the conversation and resumes it later.");
  expect("State of the conversation", (await ana.act(first, "park")).body.state, "waiting");
  expect("Ana's waiting work item", (await ana.workItems("waiting"))[0], first);
  expect("State of the conversation", (await ana.act(first, "resume")).body.state, "active");
  await robin.text(number, "It says Ridge 2 on the bag.");
  const texts = await eventually("Ana sees Robin's second text", async () => {
    const { body } = await ana.call(`conversations/${first}/messages`);
    return body.items.length === 3 ? body.items : undefined;
  });
  expect("Ana sees the text", texts[0].text, "It says Ridge 2 on the bag.");

  scene("Kim texts the company too, but Ana is at capacity.");
  await kim.text(number, "Where is my order?");
  const second = await eventually("the conversation waits in the queue", async () => {
    const { body } = await ana.call("queues/support/work-items");
    return body.items[0]?.id;
  });
  const waiting = (await ana.call(`conversations/${second}`)).body;
  expect("Reason why Ana was not offered it", exclusion(waiting.waiting.excluded, "ana"), "capacity");

  scene("Ana ends the first conversation and is offered Kim's.");
  expect("State of the first conversation", (await ana.act(first, "end")).body.state, "wrap-up");
  expect("State when Ana has finished her notes", (await ana.act(first, "finish")).body.state, "closed");
  const offered = await eventually(
    "Ana is offered Kim's conversation",
    async () => (await ana.workItems("offered"))[0],
  );
  expect("Ana is offered", offered, second);
  expect("State of Kim's conversation", (await ana.act(second, "accept")).body.state, "active");
  await ana.reply(second, "It left our warehouse this morning.");
  await eventually("Kim's phone receives the reply", async () => (await kim.received())[0]);
  expect("Kim's phone shows", (await kim.received())[0], "It left our warehouse this morning.");
};

const scene = (text: string): void => console.log(`\n${text}`);

const exclusion = (excluded: readonly { agentId: string; reason: string }[], agentId: string): string | undefined =>
  excluded.find((candidate) => candidate.agentId === agentId)?.reason;

const expect = (step: string, actual: unknown, expected: string | undefined): void => {
  if (actual !== expected) throw new Error(`${step}: expected "${expected}" but got "${actual}"`);
  console.log(`  ✓ ${step}: ${expected}`);
};

const DEFAULT_PROVIDER = "acs";

const HELP = `Plays a conversation and checks every step, from the customer's text to the delivery of the reply.

Usage: npm run demo [-- options]

  --provider NAME   provider of the number that customers text: ${SAMPLE_PROVIDERS.join(", ")}; default ${DEFAULT_PROVIDER}
  --help            print this help`;

/** @returns the company's number to text; undefined when only the help is requested. */
const readNumber = (args: readonly string[]): string | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: { provider: { type: "string", default: DEFAULT_PROVIDER }, help: { type: "boolean", default: false } },
  });
  return values.help ? undefined : sampleNumberOf(values.provider);
};

const main = async (): Promise<number> => {
  let number: string | undefined;
  try {
    number = readNumber(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 1;
  }
  if (number === undefined) {
    console.log(HELP);
    return 0;
  }
  await buildApp();
  const environment = await LocalEnvironment.start({ ports: FREE_PORTS });
  try {
    await play(environment, number);
    console.log("\nAll steps passed.");
    return 0;
  } catch (error) {
    console.error(`\n  ✗ ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    await environment.stop();
  }
};

// The Service Bus SDK leaves one-minute timers behind for receivers that are closed while they wait.
if (import.meta.main) process.exit(await main());
