import type { Ports } from "../kernel/ports.ts";
import { DRAFT_KINDS, type Draft, type DraftKey } from "./drafts.ts";

/**
 * Saves a draft; the one that is saved last counts. An empty text removes it.
 * @throws TransientError when the store is unavailable.
 */
export const saveDraft = async (
  { drafts, now }: Pick<Ports, "drafts" | "now">,
  { conversationId, agentId, kind, text }: Omit<Draft, "updatedAt">,
): Promise<Draft> => {
  const draft = { conversationId, agentId, kind, text, updatedAt: now() };
  await (text === "" ? drafts.remove(draft) : drafts.save(draft));
  return draft;
};

/**
 * Lists the drafts of an agent in a conversation, with two reads.
 * @throws TransientError when the store is unavailable.
 */
export const listDrafts = async (
  { drafts }: Pick<Ports, "drafts">,
  of: Omit<DraftKey, "kind">,
): Promise<readonly Draft[]> => {
  const found = await Promise.all(DRAFT_KINDS.map((kind) => drafts.find({ ...of, kind })));
  return found.filter((draft) => draft !== undefined);
};
