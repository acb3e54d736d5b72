import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { meQuery } from "../api/queries.ts";
import { useServices } from "../services/services.ts";
import { useSetPresence } from "./presence-menu.tsx";

/** Says why an agent gets no conversations, and ends it by a click. */
export const PresenceBar = () => {
  const t = useTranslations("presence");
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const setPresence = useSetPresence();
  const presence = me?.isRegistered ? me.presence : undefined;
  if (presence !== "inactive" && presence !== "offline") return null;
  return (
    <MessageBar intent="warning" role="status">
      <MessageBarBody>{t(presence === "inactive" ? "inactiveHint" : "offlineHint")}</MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => setPresence.mutate("available")}>{t("goAvailable")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
};
