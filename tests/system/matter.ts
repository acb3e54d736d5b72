import type { Colleague, HttpResponse } from "../../local/people.ts";
import { outwait } from "./outwait.ts";
import type { Stage } from "./stage.ts";
import { ROBIN, type Team } from "./team.ts";

/** A message as the API shows it; the members that the tests look at. */
export interface ShownMessage {
  readonly id: string;
  readonly direction: "inbound" | "outbound";
  readonly state: string;
  readonly text: string;
  readonly segments: number;
  readonly exceedsLimit?: boolean;
  readonly failure?: string;
  readonly code?: string;
}

/**
 * Has a customer text a team, and Ana take the conversation that this opens.
 * @returns its id.
 * @throws Error when Ana is not offered exactly one, or cannot accept it.
 */
export const takeUp = async (
  { ana, text }: Pick<Team, "ana" | "text">,
  words = "My tent leaks.",
  customer = ROBIN,
): Promise<string> => {
  await text(customer, words);
  const [id, ...others] = await ana.workItems("offered");
  if (id === undefined || others.length > 0) throw new Error(`${ana.id} is offered ${id ? "several" : "nothing"}`);
  await must(ana, id, "accept");
  return id;
};

/** Ends a conversation and its wrap-up. @throws Error when the agent cannot. */
export const close = async (agent: Colleague, id: string): Promise<void> => {
  await must(agent, id, "end");
  await must(agent, id, "finish");
};

const must = async (agent: Colleague, id: string, action: string): Promise<void> => {
  const { status } = await agent.act(id, action);
  if (status !== 200) throw new Error(`${agent.id} cannot ${action} it: ${status}`);
};

/** The messages of a conversation, or of its whole thread, oldest first. */
export const messagesOf = async (
  agent: Colleague,
  id: string,
  of: "conversation" | "thread" = "conversation",
): Promise<readonly ShownMessage[]> => {
  const { body } = await agent.call(`conversations/${id}/messages?limit=100&thread=${of === "thread"}`);
  return body.items.toReversed();
};

/** What customer and agents wrote in a conversation, or in its whole thread, oldest first. */
export const textsOf = async (...which: Parameters<typeof messagesOf>): Promise<readonly string[]> =>
  (await messagesOf(...which)).map(({ text }) => text).filter((text) => !isOwnAnswer(text));

/** A reply as it is now. @param answer - what the request for it was answered with. */
export const replyOf = async (agent: Colleague, id: string, answer: HttpResponse): Promise<ShownMessage> =>
  (await agent.call(`conversations/${id}/replies/${answer.body.message.id}`)).body;

/** A channel answers keywords in the company's name; nobody begins a reply like that in these tests. */
const isOwnAnswer = (text: string): boolean => text.startsWith("Sample Company: ");

/** The replies of a team that a customer's phone got, oldest first; answers to keywords are left out. */
export const onHandset = ({ twin, number }: Pick<Team, "twin" | "number">, customer = ROBIN): readonly string[] =>
  twin.phoneNetwork
    .handset(customer)
    .filter(({ from, origin, text }) => from === number && origin === "sender" && !isOwnAnswer(text))
    .map(({ text }) => text);

/** A little more than the phone network takes to report on a text. */
const REPORT_MS = 100;

/** Waits until what was to be sent has been sent and reported on. */
export const hearReports = async ({ twin }: Pick<Stage, "twin">): Promise<void> => {
  await outwait(twin);
  twin.clock.advance(REPORT_MS);
  await twin.settled();
};

/** Has Ana reply, and waits for the report. @returns the reply as it is then. */
export const sendAndHear = async (
  team: Pick<Team, "ana" | "twin">,
  id: string,
  text: string,
): Promise<ShownMessage> => {
  const answer = await team.ana.reply(id, text);
  await hearReports(team);
  return replyOf(team.ana, id, answer);
};
