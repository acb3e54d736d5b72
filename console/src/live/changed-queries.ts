/** The beginning of the key of a query. */
export type QueryKey = readonly string[];

/** The queries to read again after a change, by the beginnings of their keys. */
export const changedQueries = (change: unknown): readonly QueryKey[] => {
  if (typeof change !== "object" || change === null) return [];
  const { kind, conversationId } = change as { readonly kind?: unknown; readonly conversationId?: unknown };
  const id = typeof conversationId === "string" ? [conversationId] : [];
  switch (kind) {
    case "conversation":
      // A text of the customer changes its conversation, and has no notification for itself.
      return [
        ["work-items"],
        ["conversation", ...id],
        ["messages", ...id],
        ["conversations"],
        ["queue-figures"],
        ["me"],
      ];
    case "message":
      return [["messages", ...id]];
    case "agent":
      return [["me"], ["agents"], ["queue-figures"]];
    default:
      return [];
  }
};
