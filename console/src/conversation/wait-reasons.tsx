import { makeStyles } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import type { ConversationDetails } from "../api/types.ts";
import { useAgentNames } from "./use-names.ts";

const useStyles = makeStyles({ reasons: { margin: 0, paddingInlineStart: "1.25rem" } });

export interface WaitReasonsProps {
  readonly wait: NonNullable<ConversationDetails["waiting"]>;
}

/** Why no agent has a conversation yet. */
export const WaitReasons = ({ wait: { obstacle, excluded, eligible } }: WaitReasonsProps) => {
  const styles = useStyles();
  const t = useTranslations("waits");
  const agentName = useAgentNames();
  return (
    <ul className={styles.reasons}>
      {obstacle && <li>{t(obstacle)}</li>}
      {eligible.map((id) => (
        <li key={id}>{t("eligible", { name: agentName(id) })}</li>
      ))}
      {excluded.map(({ agentId, reason }) => (
        <li key={agentId}>{t(reason, { name: agentName(agentId) })}</li>
      ))}
    </ul>
  );
};
