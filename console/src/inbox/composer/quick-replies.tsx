import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { quickRepliesQuery } from "../../api/queries.ts";
import type { QuickReply } from "../../api/types.ts";
import { useServices } from "../../services/services.ts";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    maxHeight: "12rem",
    overflowY: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  choice: {
    display: "block",
    width: "100%",
    padding: "0.5rem 0.75rem",
    textAlign: "start",
    font: "inherit",
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: "none",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  title: { display: "block", fontWeight: tokens.fontWeightSemibold },
  none: { margin: 0, color: tokens.colorNeutralForeground2 },
});

/** The quick replies that match a word. @param word - undefined while no command is typed. */
export const useQuickReplies = (word: string | undefined): readonly QuickReply[] => {
  const { api } = useServices();
  const { data = [] } = useQuery(quickRepliesQuery(api));
  if (word === undefined) return [];
  return data.filter(({ title, text, tags }) =>
    [title, text, ...tags].some((candidate) => candidate.toLowerCase().includes(word)),
  );
};

export interface QuickRepliesProps {
  readonly replies: readonly QuickReply[];
  readonly onChoose: (reply: QuickReply) => void;
}

export const QuickReplies = ({ replies, onChoose }: QuickRepliesProps) => {
  const styles = useStyles();
  const t = useTranslations("composer");
  if (replies.length === 0) return <p className={styles.none}>{t("noQuickReplies")}</p>;
  return (
    <ul className={styles.list} aria-label={t("quickReplies")}>
      {replies.map((reply) => (
        <li key={reply.id}>
          <button type="button" className={styles.choice} onClick={() => onChoose(reply)}>
            <span className={styles.title}>{reply.title}</span>
            {reply.text}
          </button>
        </li>
      ))}
    </ul>
  );
};
