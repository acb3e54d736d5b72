import {
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Switch,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { type CommandName, SHORTCUTS } from "../keys/keymap.ts";
import { useCommand, useKeys } from "../keys/use-keys.ts";
import { useServices } from "../services/services.ts";
import { useStore } from "../ui/use-store.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "0.25rem" },
  command: { width: "100%", justifyContent: "space-between", fontWeight: tokens.fontWeightRegular },
  key: { color: tokens.colorNeutralForeground2 },
});

/** Lets the keyboard work: runs commands by their keys, and shows those that can be run now. */
export const CommandMenu = () => {
  const styles = useStyles();
  const t = useTranslations("keys");
  const { commands, preferences } = useServices();
  const { shortcuts } = useStore(preferences, ({ values }) => values);
  const available = useStore(commands, (all) => all.available);
  const [isOpen, setOpen] = useState(false);
  const open = () => setOpen(true);
  useKeys(commands, shortcuts);
  useCommand(commands, "menu", open);
  useCommand(commands, "help", open);
  const run = (name: CommandName) => {
    setOpen(false);
    // After the dialog has given back the focus, which the command may move.
    setTimeout(() => commands.run(name));
  };
  const shown = available.filter((name) => name !== "menu" && name !== "help");
  return (
    <Dialog open={isOpen} onOpenChange={(_, data) => setOpen(data.open)}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("title")}</DialogTitle>
          <DialogContent>
            <ul className={styles.list}>
              {shown.map((name) => (
                <li key={name}>
                  <Button appearance="subtle" className={styles.command} onClick={() => run(name)}>
                    {t(name)}
                    <kbd className={styles.key}>{SHORTCUTS[name].label}</kbd>
                  </Button>
                </li>
              ))}
            </ul>
            <Switch
              checked={shortcuts}
              label={t("enabled")}
              onChange={(_, { checked }) => preferences.set({ shortcuts: checked })}
            />
          </DialogContent>
          <DialogTrigger disableButtonEnhancement>
            <Button>{t("close")}</Button>
          </DialogTrigger>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
};
