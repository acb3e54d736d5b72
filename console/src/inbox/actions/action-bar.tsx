import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, makeStyles } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ProblemBar } from "../../api/problem-bar.tsx";
import { meQuery } from "../../api/queries.ts";
import type { Conversation, Me } from "../../api/types.ts";
import { useCommand } from "../../keys/use-keys.ts";
import { useServices } from "../../services/services.ts";
import { BlockDialog } from "./block-dialog.tsx";
import { type MoveName, type Moves, movesFor } from "./moves.ts";
import { TransferDialog } from "./transfer-dialog.tsx";
import { useMove } from "./use-move.ts";

const useStyles = makeStyles({
  actions: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  problem: { flexBasis: "100%" },
});

/** The buttons in which a step ahead is taken; the others are quieter. */
const FORWARD: readonly MoveName[] = ["accept", "pick", "resume", "finish"];

export const ActionBar = ({ conversation }: { readonly conversation: Conversation }) => {
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  return me ? <Actions conversation={conversation} me={me} /> : null;
};

const Actions = ({ conversation, me }: { readonly conversation: Conversation; readonly me: Me }) => {
  const styles = useStyles();
  const t = useTranslations("actions");
  const { commands } = useServices();
  const move = useMove(conversation.id);
  const [dialog, setDialog] = useState<"transfer" | "block">();
  const moves = movesFor(conversation, me);
  const canMove = (name: MoveName) => moves.usual.includes(name) || moves.further.includes(name);
  useCommand(commands, "park", canMove("park") ? () => move.mutate("park") : undefined);
  const ending = (["end", "finish"] as const).find(canMove);
  useCommand(commands, "end", ending && (() => move.mutate(ending)));
  useCommand(commands, "transfer", moves.canHandOver ? () => setDialog("transfer") : undefined);
  const close = () => setDialog(undefined);
  return (
    <>
      <div className={styles.actions} role="group" aria-label={t("label")}>
        {moves.usual.map((name) => (
          <Button
            key={name}
            appearance={FORWARD.includes(name) ? "primary" : "secondary"}
            disabledFocusable={move.isPending}
            onClick={() => move.mutate(name)}
          >
            {t(name)}
          </Button>
        ))}
        {moves.canHandOver && <Button onClick={() => setDialog("transfer")}>{t("transfer")}</Button>}
        <FurtherActions moves={moves} onMove={(name) => move.mutate(name)} onBlock={() => setDialog("block")} />
      </div>
      {move.error && (
        <div className={styles.problem}>
          <ProblemBar error={move.error} />
        </div>
      )}
      {dialog === "transfer" && <TransferDialog conversation={conversation} onClose={close} />}
      {dialog === "block" && <BlockDialog conversation={conversation} onClose={close} />}
    </>
  );
};

interface FurtherActionsProps {
  readonly moves: Moves;
  readonly onMove: (name: MoveName) => void;
  readonly onBlock: () => void;
}

const FurtherActions = ({ moves: { further, canHandOver }, onMove, onBlock }: FurtherActionsProps) => {
  const t = useTranslations("actions");
  if (further.length === 0 && !canHandOver) return null;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle">{t("more")}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {further.map((name) => (
            <MenuItem key={name} onClick={() => onMove(name)}>
              {t(name)}
            </MenuItem>
          ))}
          {canHandOver && <MenuItem onClick={onBlock}>{t("block")}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
};
