import type { Colleague, HttpAnswer } from "../../local/people.ts";
import type { Stage } from "./stage.ts";

/** A message as the API shows it; the members that the tests look at. */
export interface ShownMessage {
  readonly id: string;
  readonly direction: "inbound" | "outbound";
  readonly state: string;
  readonly text: string;
  readonly segments: number;
  readonly overCap?: boolean;
  readonly failure?: string;
}

/**
 * Has a customer text, and the agent take the conversation that this opens.
 * @returns its id.
 * @throws Error when the agent is not offered exactly one, or cannot accept it.
 */
export const takeUp = async (
  stage: Stage,
  number: string,
  agent: Colleague,
  text = "My tent leaks.",
): Promise<string> => {
  await stage.text(number, text);
  const [id, ...others] = await agent.workItems("offered");
  if (id === undefined || others.length > 0) throw new Error(`${agent.id} is offered ${id ? "several" : "nothing"}`);
  const { status } = await agent.act(id, "accept");
  if (status !== 200) throw new Error(`${agent.id} cannot accept: ${status}`);
  return id;
};

/** Ends a conversation and its wrap-up. */
export const close = async (agent: Colleague, id: string): Promise<void> => {
  const answers = [await agent.act(id, "end"), await agent.act(id, "finish")];
  if (answers.some(({ status }) => status !== 200)) throw new Error(`${agent.id} cannot close ${id}`);
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

/** A reply as it is now. @param answer - what the request for it was answered with. */
export const replyOf = async (agent: Colleague, id: string, answer: HttpAnswer): Promise<ShownMessage> =>
  (await agent.call(`conversations/${id}/replies/${answer.body.message.id}`)).body;

/** Sends a reply and waits until all that follows is done, the delivery report included. */
export const sendAndHear = async (
  { twin }: Stage,
  agent: Colleague,
  id: string,
  text: string,
): Promise<ShownMessage> => {
  const answer = await agent.reply(id, text);
  await hearReports(twin);
  return replyOf(agent, id, answer);
};

/** A little more than the phone network takes to report on a text. */
const REPORT_MS = 100;

/** Waits until what was sent has been sent and reported on. */
export const hearReports = async (twin: Stage["twin"]): Promise<void> => {
  await twin.settled();
  twin.clock.advance(REPORT_MS);
  await twin.settled();
};
