import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useTranslations } from "use-intl";
import { useServices } from "../services/services.ts";
import { useStore } from "../ui/use-store.ts";

/** Asks the person to sign in again. Nothing in the page is lost: every request waits for it. */
export const SessionBar = () => {
  const t = useTranslations("session");
  const { session } = useServices();
  const hasEnded = useStore(session, ({ state }) => state.kind === "ended");
  if (!hasEnded) return null;
  return (
    <MessageBar intent="warning" role="alert">
      <MessageBarBody>{t("ended")}</MessageBarBody>
      <MessageBarActions>
        <Button appearance="primary" onClick={() => void session.signInAgain().catch(() => undefined)}>
          {t("signInAgain")}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
};
