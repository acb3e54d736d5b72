import { Button } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import { isType } from "../../api/problem.ts";
import { ProblemBar } from "../../api/problem-bar.tsx";
import { meQuery } from "../../api/queries.ts";
import type { Reply } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";

interface ReplyActionsProps {
  readonly message: Reply;
  readonly conversationId: string;
}

/** What can be done with a reply: take it back while it is held, and send it again when it has failed. */
export const ReplyActions = ({ message, conversationId }: ReplyActionsProps) => {
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  if (message.agentId === undefined) return null;
  if (message.state === "held" && message.agentId === me?.id)
    return <Undo message={message} conversationId={conversationId} />;
  if (message.state === "failed") return <SendAgain message={message} conversationId={conversationId} />;
  return null;
};

const Undo = ({ message: { id, text }, conversationId }: ReplyActionsProps) => {
  const t = useTranslations("thread");
  const { api, queries, drafts, announcer } = useServices();
  const undo = useMutation({
    mutationFn: () =>
      bodyOf(
        api.DELETE("/conversations/{id}/replies/{messageId}", {
          params: { path: { id: conversationId, messageId: id } },
        }),
      ),
    onSuccess: () => {
      drafts.prepend(conversationId, "reply", text);
      announcer.announce(t("undone"));
    },
    onError: () => announcer.announce(t("tooLate")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["messages", conversationId] }),
  });
  return (
    <Button size="small" disabledFocusable={undo.isPending} onClick={() => undo.mutate()}>
      {t("undo")}
    </Button>
  );
};

const SendAgain = ({ message: { id, failure }, conversationId }: ReplyActionsProps) => {
  const t = useTranslations("thread");
  const { api, queries } = useServices();
  const again = useMutation({
    mutationFn: (acceptDuplicate: boolean) =>
      bodyOf(
        api.POST("/conversations/{id}/replies/{messageId}/retry", {
          params: { path: { id: conversationId, messageId: id } },
          body: { acceptDuplicate },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["messages", conversationId] }),
  });
  // The customer may have this text, so the agent is asked to accept that it comes twice.
  const acceptDuplicate = failure === "outcome-unknown" || isType(again.error, "duplicate-possible");
  return (
    <>
      <Button
        size="small"
        disabledFocusable={again.isPending || again.isSuccess}
        onClick={() => again.mutate(acceptDuplicate)}
      >
        {t(acceptDuplicate ? "sendAgainAnyway" : "sendAgain")}
      </Button>
      <ProblemBar error={again.error} />
    </>
  );
};
