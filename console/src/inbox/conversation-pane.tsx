import { Button, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useLocation } from "wouter";
import { ProblemBar } from "../api/problem-bar.tsx";
import { conversationQuery, type View } from "../api/queries.ts";
import type { ConversationDetails } from "../api/types.ts";
import { useCustomerName } from "../conversation/use-customer-name.ts";
import { useServices } from "../services/services.ts";
import { MEDIUM, NARROW } from "../ui/breakpoints.ts";
import { Loading } from "../ui/loading.tsx";
import { ActionBar } from "./actions/action-bar.tsx";
import { Composer } from "./composer/composer.tsx";
import { NoteBox } from "./composer/note-box.tsx";
import { useSavedDrafts } from "./composer/use-saved-drafts.ts";
import { CustomerPane } from "./customer/customer-pane.tsx";
import { Thread } from "./thread/thread.tsx";
import { hrefOf } from "./view.ts";

const useStyles = makeStyles({
  pane: { display: "flex", flex: 1, minHeight: 0, [MEDIUM]: { flexDirection: "column" } },
  conversation: { display: "flex", flexDirection: "column", flex: 1, minWidth: 0, minHeight: 0 },
  heading: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "0.5rem",
    padding: "0.5rem 1rem",
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  name: { margin: 0, marginInlineEnd: "auto", fontSize: tokens.fontSizeBase400 },
  back: { display: "none", [NARROW]: { display: "inline-flex" } },
  details: { display: "none", [MEDIUM]: { display: "inline-flex" } },
});

export interface ConversationPaneProps {
  readonly id: string;
  readonly view: View;
}

/** A conversation: its messages, the box to write in, what can be done with it, and the customer. */
export const ConversationPane = ({ id, view }: ConversationPaneProps) => {
  const { api } = useServices();
  const { data, error } = useQuery(conversationQuery(api, id));
  if (data) return <OpenConversation conversation={data} view={view} />;
  return error ? <ProblemBar error={error} /> : <Loading />;
};

interface OpenConversationProps {
  readonly conversation: ConversationDetails;
  readonly view: View;
}

const OpenConversation = ({ conversation, view }: OpenConversationProps) => {
  const styles = useStyles();
  const t = useTranslations();
  const [, navigate] = useLocation();
  const name = useCustomerName(conversation);
  useSavedDrafts(conversation.id);
  const [showsDetails, setShowsDetails] = useState(false);
  return (
    <div className={styles.pane}>
      <section className={styles.conversation} aria-label={t("thread.region", { name })}>
        <div className={styles.heading}>
          <Button className={styles.back} appearance="subtle" onClick={() => navigate(hrefOf(view))}>
            {t("thread.back")}
          </Button>
          <h1 className={styles.name}>{name}</h1>
          <ActionBar conversation={conversation} />
          <Button
            className={styles.details}
            aria-expanded={showsDetails}
            onClick={() => setShowsDetails(!showsDetails)}
          >
            {t(showsDetails ? "customer.hide" : "customer.show")}
          </Button>
        </div>
        {conversation.asksToStop && !conversation.optedOut && (
          <MessageBar intent="warning" role="status">
            <MessageBarBody>{t("customer.asksToStop")}</MessageBarBody>
          </MessageBar>
        )}
        <Thread conversation={conversation} name={name} />
        <NoteBox conversationId={conversation.id} />
        <Composer conversation={conversation} name={name} />
      </section>
      <CustomerPane conversation={conversation} isOpen={showsDetails} />
    </div>
  );
};
