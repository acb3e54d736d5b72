import type { Colleague, HttpResponse } from "../../../local/people.ts";
import { advanceUntilSettled } from "./advance-until-settled.ts";
import { ROBIN, type Team } from "./team.ts";
import type { TestSystem } from "./test-system.ts";

/** A message as the API shows it, with the members that the tests look at. */
export interface MessageView {
  readonly id: string;
  readonly direction: "inbound" | "outbound" | "internal";
  readonly state: string;
  readonly text: string;
  readonly segments: number;
  readonly exceedsLimit?: boolean;
  readonly failure?: string;
  readonly code?: string;
}

/**
 * Opens a conversation with a customer's text and accepts it as Ana.
 * @returns the conversation's id.
 * @throws Error when Ana is not offered exactly one conversation, or cannot accept it.
 */
export const openAndAccept = async (
  { ana, text }: Pick<Team, "ana" | "text">,
  words = "My tent leaks.",
  customer = ROBIN,
): Promise<string> => {
  await text(customer, words);
  const [id, ...others] = await ana.workItems("offered");
  if (id === undefined || others.length > 0) throw new Error(`${ana.id} is offered ${id ? "several" : "nothing"}`);
  await actOrThrow(ana, id, "accept");
  return id;
};

/** Ends a conversation and finishes its wrap-up. @throws Error when the API refuses. */
export const closeConversation = async (agent: Colleague, id: string): Promise<void> => {
  await actOrThrow(agent, id, "end");
  await actOrThrow(agent, id, "finish");
};

const actOrThrow = async (agent: Colleague, id: string, action: string): Promise<void> => {
  const { status } = await agent.act(id, action);
  if (status !== 200) throw new Error(`${agent.id} cannot ${action} it: ${status}`);
};

/** The messages of a conversation or of its whole thread, oldest first. */
export const messagesOf = async (
  agent: Colleague,
  id: string,
  of: "conversation" | "thread" = "conversation",
): Promise<readonly MessageView[]> => {
  const { body } = await agent.call(`conversations/${id}/messages?limit=100&thread=${of === "thread"}`);
  return body.items.toReversed();
};

/** The texts of customer and agents in a conversation or its whole thread, oldest first. Keyword replies are left out. */
export const textsOf = async (...which: Parameters<typeof messagesOf>): Promise<readonly string[]> =>
  (await messagesOf(...which)).map(({ text }) => text).filter((text) => !isKeywordAnswer(text));

/**
 * Fetches the present state of a reply.
 * @param answer - the response to the request that created it.
 */
export const fetchReply = async (agent: Colleague, id: string, answer: HttpResponse): Promise<MessageView> =>
  (await agent.call(`conversations/${id}/replies/${answer.body.message.id}`)).body;

/** Keyword replies begin with the organisation's name. No agent's reply in these tests does. */
const isKeywordAnswer = (text: string): boolean => text.startsWith("Sample Company: ");

/** The replies of a team that arrived on a customer's phone, oldest first. Keyword replies are left out. */
export const textsOnHandset = ({ twin, number }: Pick<Team, "twin" | "number">, customer = ROBIN): readonly string[] =>
  twin.phoneNetwork
    .handset(customer)
    .filter(({ from, origin, text }) => from === number && origin === "sender" && !isKeywordAnswer(text))
    .map(({ text }) => text);

/** Longer than the phone network takes to report the delivery of a text. */
const REPORT_MS = 100;

/** Waits until every queued reply is sent and its delivery reported. A second round is for what the first one sent. */
export const awaitReports = async ({ twin }: Pick<TestSystem, "twin">): Promise<void> => {
  for (const _ of [1, 2]) {
    await advanceUntilSettled(twin);
    twin.clock.advance(REPORT_MS);
    await twin.settled();
  }
};

/** Replies as Ana and waits for the delivery report. @returns the reply's state after that. */
export const replyAndAwaitReport = async (
  team: Pick<Team, "ana" | "twin">,
  id: string,
  text: string,
): Promise<MessageView> => {
  const answer = await team.ana.reply(id, text);
  await awaitReports(team);
  return fetchReply(team.ana, id, answer);
};
