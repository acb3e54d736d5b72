import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import type { Conversation, ConversationDetails } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";
import type { MoveName } from "./moves.ts";

/**
 * Moves a conversation, and shows its new state at once.
 * @param onMoved - called also when the caller is no longer shown by then.
 */
export const useMove = (conversationId: string, onMoved?: (name: MoveName) => void) => {
  const { api, queries, announcer } = useServices();
  const t = useTranslations("actions.done");
  return useMutation({
    mutationFn: (name: MoveName) =>
      bodyOf(api.POST(`/conversations/{id}/${name}`, { params: { path: { id: conversationId } } })),
    onSuccess: (conversation, name) => {
      show(conversation);
      announcer.announce(t(name));
      onMoved?.(name);
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["work-items"] }),
        queries.invalidateQueries({ queryKey: ["conversation", conversationId] }),
        queries.invalidateQueries({ queryKey: ["me"] }),
      ]),
  });

  function show(conversation: Conversation): void {
    queries.setQueryData<ConversationDetails>(
      ["conversation", conversationId],
      (details) => details && { ...details, ...conversation },
    );
    queries.setQueryData<{ items: Conversation[] }>(
      ["work-items", "mine"],
      (list) =>
        list && { ...list, items: list.items.map((item) => (item.id === conversation.id ? conversation : item)) },
    );
  }
};
