import { parseArgs } from "node:util";
import { buildApp } from "../build.ts";
import { Colleague, Customer, eventually } from "./people.ts";
import { sampleNumberOf } from "./sample-organisation.ts";
import { FREE_PORTS, Twin } from "./twin.ts";

/**
 * Plays one conversation and a bit, and prints what each side sees.
 * @param number - the number of the company that the customers text.
 * @throws Error that names the first step which is not as told.
 */
export const play = async ({ addresses }: Twin, number: string): Promise<void> => {
  const robin = new Customer(addresses, "+14255550123");
  const kim = new Customer(addresses, "+14255550124");
  const ana = new Colleague(addresses, "ana");
  const ben = new Colleague(addresses, "ben");
  const admin = new Colleague(addresses, "admin");

  scene("Two agents are there. Ana can hold one conversation at a time; Ben is busy.");
  await admin.call("agents/ana", {
    method: "PUT",
    body: { name: "Ana", capacity: 1, queueIds: ["support"], skills: [] },
  });
  await ben.setPresence("busy");
  expect("Ana is available", (await ana.call("me")).body.presence, "available");
  expect("Ben is busy", (await ben.call("me")).body.presence, "busy");

  scene("Robin texts the company.");
  await robin.text(number, "Hello, my tent leaks.");
  const first = await eventually("Ana is offered it", async () => (await ana.workItems("offered"))[0]);
  const details = (await ana.call(`conversations/${first}`)).body;
  expect("Ana sees who it is", `${details.contacts[0]?.firstName} ${details.contacts[0]?.lastName}`, "Robin Lake");
  expect("Ana sees what it is about", details.preview, "Hello, my tent leaks.");
  expect("Ben could not have it, because of his", exclusion(details.routingDecision.excluded, "ben"), "presence");

  scene("Ana accepts and replies.");
  expect("Ana accepts", (await ana.act(first, "accept")).body.state, "active");
  const reply = (await ana.reply(first, "Sorry to hear that. Which model is it?")).body;
  expect("The reply is on its way", reply.message.state, "queued");
  await eventually("Robin's phone gets it", async () => (await robin.received())[0]);
  expect("Robin reads", (await robin.received())[0], "Sorry to hear that. Which model is it?");
  const delivered = await eventually("the carrier says so", async () => {
    const { body } = await ana.call(`conversations/${first}/replies/${reply.message.id}`);
    return body.state === "delivered" ? body.state : undefined;
  });
  expect("Ana sees that it was", delivered, "delivered");

  scene("Robin has to look. Ana puts the conversation aside, and comes back to it.");
  expect("Ana parks it", (await ana.act(first, "park")).body.state, "waiting");
  expect("It stays in her work items", (await ana.workItems("waiting"))[0], first);
  expect("Ana resumes it", (await ana.act(first, "resume")).body.state, "active");
  await robin.text(number, "It says Ridge 2 on the bag.");
  const texts = await eventually("Ana sees Robin's answer", async () => {
    const { body } = await ana.call(`conversations/${first}/messages`);
    return body.items.length === 3 ? body.items : undefined;
  });
  expect("Newest first, Ana reads", texts[0].text, "It says Ridge 2 on the bag.");

  scene("Kim texts too, but Ana's hands are full.");
  await kim.text(number, "Where is my order?");
  const second = await eventually("it waits in the queue", async () => {
    const { body } = await ana.call("queues/support/work-items");
    return body.items[0]?.id;
  });
  const waiting = (await ana.call(`conversations/${second}`)).body;
  expect("It waits because of Ana's", exclusion(waiting.waiting.excluded, "ana"), "capacity");

  scene("Ana ends the first conversation, and gets the next.");
  expect("Ana ends it", (await ana.act(first, "end")).body.state, "wrap-up");
  expect("Her notes are done", (await ana.act(first, "finish")).body.state, "closed");
  const offered = await eventually("Ana is offered Kim's", async () => (await ana.workItems("offered"))[0]);
  expect("It is Kim's", offered, second);
  expect("Ana accepts", (await ana.act(second, "accept")).body.state, "active");
  await ana.reply(second, "It left our warehouse this morning.");
  await eventually("Kim's phone gets it", async () => (await kim.received())[0]);
  expect("Kim reads", (await kim.received())[0], "It left our warehouse this morning.");
};

const scene = (text: string): void => console.log(`\n${text}`);

const exclusion = (excluded: readonly { agentId: string; reason: string }[], agentId: string): string | undefined =>
  excluded.find((each) => each.agentId === agentId)?.reason;

const expect = (what: string, seen: unknown, told: string | undefined): void => {
  if (seen !== told) throw new Error(`${what}: "${told}" was expected, and it was "${seen}"`);
  console.log(`  ✓ ${what}: ${told}`);
};

const HELP = `Plays a conversation, and checks each step: a text, an offer, a reply, its delivery, and so on.

Usage: npm run demo [-- options]

  --provider NAME   whose number the customers text: acs (standard), twilio or telesign
  --help            prints this`;

/** The options, or what to print instead and how to end. */
const readOptions = (args: readonly string[]): { readonly number: string } | { print: string; exitCode: number } => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { provider: { type: "string", default: "acs" }, help: { type: "boolean", default: false } },
    });
    if (values.help) return { print: HELP, exitCode: 0 };
    return { number: sampleNumberOf(values.provider) };
  } catch (error) {
    return { print: `${error instanceof Error ? error.message : error}\n\n${HELP}`, exitCode: 1 };
  }
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if ("print" in options) {
    console.log(options.print);
    return options.exitCode;
  }
  await buildApp();
  const twin = await Twin.start({ ports: FREE_PORTS });
  try {
    await play(twin, options.number);
    console.log("\nAll as told.");
    return 0;
  } catch (error) {
    console.error(`\n  ✗ ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    await twin.stop();
  }
};

// The Service Bus SDK leaves timers behind, a minute long, for receivers that were waiting when they were closed.
if (import.meta.main) process.exit(await main());
