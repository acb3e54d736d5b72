import {
  Badge,
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { bodyOf } from "../../api/client.ts";
import { nameOf } from "../../api/contact-name.ts";
import { ProblemBar } from "../../api/problem-bar.tsx";
import type { Contact, ConversationDetails } from "../../api/types.ts";
import { useAgentNames, useChannelNames, useQueueNames } from "../../conversation/use-names.ts";
import { WaitReasons } from "../../conversation/wait-reasons.tsx";
import { useServices } from "../../services/services.ts";
import { MEDIUM } from "../../ui/breakpoints.ts";
import { formatNumber } from "../../ui/phone-number.ts";

const useStyles = makeStyles({
  pane: {
    width: "18rem",
    flexShrink: 0,
    overflowY: "auto",
    padding: "0.75rem 1rem",
    boxSizing: "border-box",
    backgroundColor: tokens.colorNeutralBackground1,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    [MEDIUM]: { width: "100%", maxHeight: "40%" },
  },
  closed: { [MEDIUM]: { display: "none" } },
  heading: { marginBlock: 0, fontSize: tokens.fontSizeBase400 },
  facts: { margin: 0, display: "flex", flexDirection: "column", gap: "0.5rem" },
  term: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: "anywhere" },
  block: { display: "flex", flexDirection: "column", gap: "0.5rem", marginBlock: "0.75rem" },
  tags: { display: "flex", flexWrap: "wrap", gap: "0.25rem" },
});

export interface CustomerPaneProps {
  readonly conversation: ConversationDetails;
  /** Whether it is shown where the screen has no room for it beside the thread. */
  readonly isOpen: boolean;
}

/** Who the customer is, and what is known about the conversation. */
export const CustomerPane = ({ conversation, isOpen }: CustomerPaneProps) => {
  const styles = useStyles();
  const t = useTranslations("customer");
  const states = useTranslations("states");
  const routing = useRouting();
  const closeReasons = useTranslations("closeReasons");
  const format = useFormatter();
  const queueName = useQueueNames();
  const channelName = useChannelNames();
  const agentName = useAgentNames();
  const {
    customer,
    channelId,
    queueId,
    closeReason,
    openedAt,
    lastAgentId,
    routedBy,
    state,
    optedOut,
    consentChangedAt,
  } = conversation;
  const dateTime = (at: string) => format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "short" });
  return (
    <aside className={mergeClasses(styles.pane, !isOpen && styles.closed)} aria-label={t("region")}>
      <h2 className={styles.heading}>{t("region")}</h2>
      {optedOut && (
        <MessageBar intent="warning" role="status">
          <MessageBarBody>{t("optedOut", { date: dateTime(consentChangedAt ?? openedAt) })}</MessageBarBody>
        </MessageBar>
      )}
      <ContactPart conversation={conversation} />
      <dl className={styles.facts}>
        <Fact term={t("number")}>{formatNumber(customer)}</Fact>
        <Fact term={t("queue")}>{queueName(queueId)}</Fact>
        <Fact term={t("routedBy")}>{routing(routedBy)}</Fact>
        <Fact term={t("state")}>
          {closeReason === undefined ? states(state) : t("closed", { reason: closeReasons(closeReason) })}
        </Fact>
        <Fact term={t("channel")}>{channelName(channelId)}</Fact>
        <Fact term={t("openedAt")}>{dateTime(openedAt)}</Fact>
        {lastAgentId !== undefined && <Fact term={t("lastAgent")}>{agentName(lastAgentId)}</Fact>}
        {conversation.waiting && (
          <Fact term={t("waiting")}>
            <WaitReasons wait={conversation.waiting} />
          </Fact>
        )}
      </dl>
    </aside>
  );
};

/** What chose the queue of a conversation, in words. Source: the values of `routedBy` in the API. */
const useRouting = (): ((routedBy: string) => string) => {
  const t = useTranslations("customer.routing");
  return (routedBy) => {
    switch (routedBy) {
      case "channel":
      case "organisation":
      case "overflow":
        return t(routedBy);
      default:
        return t("rule", { name: routedBy.replace(/^rule: /, "") });
    }
  };
};

const Fact = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => {
  const styles = useStyles();
  return (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
};

const ContactPart = ({ conversation }: { readonly conversation: ConversationDetails }) => {
  const styles = useStyles();
  const t = useTranslations("customer");
  const { contact, contacts } = conversation;
  if (contact.kind === "linked") {
    const linked = contacts.find(({ id }) => id === contact.contactId);
    return linked ? <LinkedContact contact={linked} /> : null;
  }
  return (
    <div className={styles.block}>
      <p className={styles.value}>{t(contacts.length > 0 ? "several" : "unknown")}</p>
      <ContactChoice conversation={conversation} />
    </div>
  );
};

const LinkedContact = ({ contact }: { readonly contact: Contact }) => {
  const styles = useStyles();
  return (
    <div className={styles.block}>
      <strong>{nameOf(contact)}</strong>
      {contact.tags.length > 0 && (
        <span className={styles.tags}>
          {contact.tags.map((tag) => (
            <Badge key={tag} appearance="outline">
              {tag}
            </Badge>
          ))}
        </span>
      )}
    </div>
  );
};

const ContactChoice = ({
  conversation: { id, contacts, customer },
}: {
  readonly conversation: ConversationDetails;
}) => {
  const t = useTranslations("customer");
  const { api, queries } = useServices();
  const [isCreating, setCreating] = useState(false);
  const link = useMutation({
    mutationFn: (contactId: string) =>
      bodyOf(api.POST("/conversations/{id}/contact", { params: { path: { id } }, body: { contactId } })),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      <ProblemBar error={link.error} />
      {contacts.map((contact) => (
        <Button key={contact.id} onClick={() => link.mutate(contact.id)}>
          {t("choose", { name: nameOf(contact) })}
        </Button>
      ))}
      {isCreating ? (
        <NewContact mobilePhone={customer} onCreated={(contactId) => link.mutate(contactId)} />
      ) : (
        <Button onClick={() => setCreating(true)}>{t("create")}</Button>
      )}
    </>
  );
};

interface NewContactProps {
  readonly mobilePhone: string;
  readonly onCreated: (contactId: string) => void;
}

const NewContact = ({ mobilePhone, onCreated }: NewContactProps) => {
  const styles = useStyles();
  const t = useTranslations("customer");
  const { api } = useServices();
  const [firstName, setFirstName] = useState("");
  const [lastName, setLastName] = useState("");
  const [contactId] = useState(() => crypto.randomUUID());
  const create = useMutation({
    mutationFn: () => bodyOf(api.POST("/contacts", { body: { id: contactId, mobilePhone, firstName, lastName } })),
    onSuccess: ({ id }) => onCreated(id),
  });
  return (
    <form
      className={styles.block}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <ProblemBar error={create.error} />
      <Field label={t("firstName")}>
        <Input value={firstName} onChange={(_, { value }) => setFirstName(value)} />
      </Field>
      <Field label={t("lastName")}>
        <Input value={lastName} onChange={(_, { value }) => setLastName(value)} />
      </Field>
      <Button type="submit" appearance="primary" disabledFocusable={create.isPending}>
        {t("save")}
      </Button>
    </form>
  );
};
