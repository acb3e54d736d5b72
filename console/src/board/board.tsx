import { makeStyles, tokens } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { AgentTable } from "./agent-table.tsx";
import { ConversationTable } from "./conversation-table.tsx";
import { QueueTable } from "./queue-table.tsx";
import { Stuck } from "./stuck.tsx";

const useStyles = makeStyles({
  board: { height: "100%", overflowY: "auto", padding: "1rem", boxSizing: "border-box" },
  title: { marginBlock: 0, fontSize: tokens.fontSizeBase500 },
});

/** What supervisors watch: first what is stuck, then queues, agents and conversations. */
export const Board = () => {
  const styles = useStyles();
  const t = useTranslations("board");
  return (
    <main id="thread" tabIndex={-1} className={styles.board}>
      <h1 className={styles.title}>{t("title")}</h1>
      <Stuck />
      <QueueTable />
      <AgentTable />
      <ConversationTable />
    </main>
  );
};
