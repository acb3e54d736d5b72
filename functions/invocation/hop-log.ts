import type { InvocationContext } from "@azure/functions";
import type { AgentId, ConversationId, MessageId, ThreadId } from "../../shared/kernel/ids.ts";
import type { Ports } from "../../shared/kernel/ports.ts";
import { traceIdOf, traceParentOf } from "./trace.ts";

/** What one step of a text's way did, by ids: without a number or a text. */
export interface Hop {
  readonly threadId?: ThreadId;
  readonly conversationId?: ConversationId;
  readonly messageId?: MessageId;
  /** Who did it, by object id. */
  readonly agentId?: AgentId;
  /** The support queue that was evaluated. */
  readonly queueId?: string;
  /** The conversations that were offered or assigned. */
  readonly conversationIds?: readonly ConversationId[];
  /** One word or code, such as "processed". */
  readonly outcome: string;
}

/** The beginning of the log line, which the workbook, the runbook and `npm run try-text` search for. */
export const HOP_PREFIX = "hop: ";

interface HopOptions {
  /** The name of the step; defaults to the function's. */
  readonly step?: string;
  /** The trace of the work; defaults to the invocation's. */
  readonly traceParent?: string | undefined;
}

/**
 * Starts to time a step.
 * @returns the function that logs it, in one line of information.
 */
export const startHop = (
  context: InvocationContext,
  { now }: Pick<Ports, "now">,
  { step = context.functionName, traceParent = traceParentOf(context) }: HopOptions = {},
): ((hop: Hop) => void) => {
  const startedMs = Date.parse(now());
  return (hop) => {
    const line = { step, ...hop, durationMs: Date.parse(now()) - startedMs, traceId: traceIdOf(traceParent) };
    context.log(`${HOP_PREFIX}${JSON.stringify(line)}`);
  };
};
