import type { View } from "../api/queries.ts";

const QUEUE = "queue:";

/** The part of a path that names a view. */
export const pathOf = (view: View): string => (view.kind === "queue" ? `${QUEUE}${view.queueId}` : view.kind);

/** Reads the part of a path that names a view; an unknown one stands for the person's own work items. */
export const viewOf = (path: string): View => {
  const name = decoded(path);
  if (name.startsWith(QUEUE)) return { kind: "queue", queueId: name.slice(QUEUE.length) };
  return name === "closed" ? { kind: "closed" } : { kind: "mine" };
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // typed by hand, with a "%" that escapes nothing
  }
};

export const hrefOf = (view: View, conversationId?: string): string =>
  `/inbox/${pathOf(view)}${conversationId === undefined ? "" : `/${encodeURIComponent(conversationId)}`}`;
