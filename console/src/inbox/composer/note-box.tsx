import { Button, Field, makeStyles, Textarea, tokens } from "@fluentui/react-components";
import { useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { newestSeen } from "../../api/queries.ts";
import { useServices } from "../../services/services.ts";

/** Source: the API refuses longer notes. */
const NOTE_CAP = 4_000;

const useStyles = makeStyles({
  closed: {
    padding: "0.25rem 1rem",
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  box: {
    display: "flex",
    flexDirection: "column",
    gap: "0.5rem",
    padding: "0.5rem 1rem",
    backgroundColor: tokens.colorPaletteYellowBackground1,
    borderTop: `1px dashed ${tokens.colorPaletteYellowBorder2}`,
  },
  line: { display: "flex", justifyContent: "flex-end", gap: "0.5rem" },
});

/**
 * A note for colleagues. It has its own box, colour and button, instead of a switch beside the reply, so that no note goes
 * to a customer by mistake.
 */
export const NoteBox = ({ conversationId }: { readonly conversationId: string }) => {
  const styles = useStyles();
  const t = useTranslations("note");
  const { drafts, outbox, queries } = useServices();
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.get(conversationId, "note"));
  const [isOpen, setOpen] = useState(text !== "");

  const save = () => {
    if (text.trim() === "") return;
    outbox.add({
      kind: "note",
      conversationId,
      text,
      holdSeconds: 0,
      lastSeenMessageId: newestSeen(queries, conversationId),
    });
    drafts.set(conversationId, "note", "");
    setOpen(false);
  };

  if (!isOpen) {
    return (
      <div className={styles.closed}>
        <Button appearance="subtle" size="small" onClick={() => setOpen(true)}>
          {text === "" ? t("open") : t("draft")}
        </Button>
      </div>
    );
  }
  return (
    <form
      className={styles.box}
      aria-label={t("region")}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label={t("label")}>
        <Textarea
          autoFocus
          value={text}
          maxLength={NOTE_CAP}
          placeholder={t("placeholder")}
          resize="vertical"
          onChange={(_, { value }) => drafts.set(conversationId, "note", value)}
        />
      </Field>
      <div className={styles.line}>
        <Button onClick={() => setOpen(false)}>{t("close")}</Button>
        <Button type="submit" disabledFocusable={text.trim() === ""}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
};
