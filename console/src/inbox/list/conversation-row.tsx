import { Badge, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { Link } from "wouter";
import type { Conversation } from "../../api/types.ts";
import { useCustomerName } from "../../conversation/use-customer-name.ts";
import { useServices } from "../../services/services.ts";
import { useDuration, useNow } from "../../ui/times.ts";
import { useStore } from "../../ui/use-store.ts";

const useStyles = makeStyles({
  row: {
    display: "block",
    padding: "0.5rem 0.75rem",
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    borderLeft: "3px solid transparent",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    borderLeftColor: tokens.colorBrandStroke1,
  },
  line: { display: "flex", gap: "0.5rem", justifyContent: "space-between" },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  awaits: { fontWeight: tokens.fontWeightSemibold },
  wait: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, whiteSpace: "nowrap" },
  preview: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  badges: { display: "flex", flexWrap: "wrap", gap: "0.25rem", marginBlockStart: "0.25rem" },
});

const MINUTE_MS = 60_000;

export interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly href: string;
  readonly isCurrent: boolean;
}

export const ConversationRow = ({ conversation, href, isCurrent }: ConversationRowProps) => {
  const styles = useStyles();
  const name = useCustomerName(conversation);
  const { clock } = useServices();
  const now = useNow(clock.now, MINUTE_MS / 2);
  const duration = useDuration();
  const t = useTranslations("list");
  const { awaitsReply, waitingSince, lastTextAt, preview } = conversation;
  return (
    <Link
      href={href}
      className={mergeClasses(styles.row, isCurrent && styles.current)}
      aria-current={isCurrent ? "page" : undefined}
      data-row={conversation.id}
    >
      <span className={styles.line}>
        <span className={mergeClasses(styles.name, awaitsReply && styles.awaits)}>{name}</span>
        <span className={styles.wait}>
          {waitingSince === undefined
            ? duration(now - Date.parse(lastTextAt))
            : t("waitingSince", { duration: duration(now - Date.parse(waitingSince)) })}
        </span>
      </span>
      <span className={mergeClasses(styles.line, styles.preview)}>
        <span className={styles.name}>{preview}</span>
      </span>
      <Badges conversation={conversation} />
    </Link>
  );
};

const Badges = ({ conversation: { id, optedOut, asksToStop } }: { readonly conversation: Conversation }) => {
  const styles = useStyles();
  const t = useTranslations("list");
  const { drafts, outbox } = useServices();
  const hasDraft = drafts.get(id, "reply") !== "";
  const isUnsent = useStore(outbox, ({ entries }) =>
    entries.some((entry) => entry.conversationId === id && entry.refusal),
  );
  if (!hasDraft && !isUnsent && !optedOut && !asksToStop) return null;
  return (
    <span className={styles.badges}>
      {isUnsent && (
        <Badge color="danger" appearance="tint">
          {t("unsent")}
        </Badge>
      )}
      {hasDraft && (
        <Badge color="informative" appearance="tint">
          {t("draft")}
        </Badge>
      )}
      {optedOut && (
        <Badge color="warning" appearance="tint">
          {t("optedOut")}
        </Badge>
      )}
      {asksToStop && !optedOut && (
        <Badge color="warning" appearance="tint">
          {t("asksToStop")}
        </Badge>
      )}
    </span>
  );
};
