import { useEffect } from "react";
import { bodyOf } from "../../api/client.ts";
import { useServices } from "../../services/services.ts";

/** Takes over the drafts of a conversation that the person has written on another device. */
export const useSavedDrafts = (conversationId: string): void => {
  const { api, drafts, draftSync } = useServices();
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    bodyOf(api.GET("/conversations/{id}/drafts", { params: { path: { id: conversationId } }, signal })).then(
      ({ items }) => {
        for (const { kind, text } of items) {
          if (!draftSync.isUnsaved(conversationId, kind)) drafts.restore(conversationId, kind, text);
        }
      },
      () => {}, // the person can write without them
    );
    return () => ended.abort();
  }, [api, drafts, draftSync, conversationId]);
};
