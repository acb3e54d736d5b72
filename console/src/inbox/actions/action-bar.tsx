import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { meQuery } from "../../api/queries.ts";
import type { Conversation, Me } from "../../api/types.ts";
import { useProblemText } from "../../api/use-problem-text.ts";
import { useServices } from "../../services/services.ts";
import { BlockDialog } from "./block-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";
import { type MoveName, useMove } from "./use-move.ts";

const useStyles = makeStyles({
  actions: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  problem: { flexBasis: "100%" },
});

/** The moves that a person can make with a conversation; the first one is the usual next step. */
const movesFor = ({ state, offer, agentId }: Conversation, me: Me): readonly MoveName[] => {
  switch (state) {
    case "queued":
      return ["pick"];
    case "offered":
      return offer?.agentId === me.id ? ["accept", "decline"] : [];
    case "active":
      return agentId === me.id ? ["end", "park", "release"] : [];
    case "waiting":
      return agentId === me.id ? ["resume", "end", "release"] : [];
    case "wrap-up":
      return agentId === me.id ? ["finish"] : [];
    default:
      return [];
  }
};

/** Whether the person may end, transfer or block it. */
const isInCharge = ({ state, agentId }: Conversation, me: Me): boolean =>
  (state === "active" || state === "waiting") && (agentId === me.id || me.roles.includes("Supervisor"));

export const ActionBar = ({ conversation }: { readonly conversation: Conversation }) => {
  const styles = useStyles();
  const t = useTranslations("actions");
  const problemText = useProblemText();
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const move = useMove(conversation.id);
  const [dialog, setDialog] = useState<"transfer" | "block">();
  if (!me) return null;
  const moves = movesFor(conversation, me);
  const [first, ...others] = moves;
  const canHandOver = isInCharge(conversation, me);
  const isForeign = canHandOver && conversation.agentId !== me.id;
  const further: readonly MoveName[] = isForeign
    ? ["end"]
    : others.filter((name) => name !== "park" && name !== "decline");
  const close = () => setDialog(undefined);
  return (
    <>
      <div className={styles.actions} role="group" aria-label={t("label")}>
        {first && (
          <Button
            appearance={first === "end" ? "secondary" : "primary"}
            disabledFocusable={move.isPending}
            onClick={() => move.mutate(first)}
          >
            {t(first)}
          </Button>
        )}
        {moves.includes("decline") && <Button onClick={() => move.mutate("decline")}>{t("decline")}</Button>}
        {moves.includes("park") && (
          <Button disabledFocusable={move.isPending} onClick={() => move.mutate("park")}>
            {t("park")}
          </Button>
        )}
        {canHandOver && <Button onClick={() => setDialog("transfer")}>{t("transfer")}</Button>}
        {(canHandOver || further.length > 0) && (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button appearance="subtle" aria-label={t("more")}>
                …
              </Button>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {further.map((name) => (
                  <MenuItem key={name} onClick={() => move.mutate(name)}>
                    {t(name)}
                  </MenuItem>
                ))}
                {canHandOver && <MenuItem onClick={() => setDialog("block")}>{t("block")}</MenuItem>}
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
      </div>
      {move.error && (
        <MessageBar className={styles.problem} intent="error" role="alert">
          <MessageBarBody>{problemText(move.error)}</MessageBarBody>
        </MessageBar>
      )}
      {dialog === "transfer" && <TransferDialog conversation={conversation} onClose={close} />}
      {dialog === "block" && <BlockDialog conversation={conversation} onClose={close} />}
    </>
  );
};
