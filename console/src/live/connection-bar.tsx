import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { Unreachable } from "../api/problem.ts";

/** Most losses of a connection heal by themselves within this time, in milliseconds. */
const PATIENCE_MS = 1_500;

/** Says that the app cannot be reached, unless it can again after a moment. */
export const ConnectionBar = () => {
  const t = useTranslations("connection");
  const isLost = useIsConnectionLost();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isLost) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLost]);
  if (!isShown) return null;
  return (
    <MessageBar intent="warning" role="status">
      <MessageBarBody>{t("offline")}</MessageBarBody>
    </MessageBar>
  );
};

const useIsConnectionLost = (): boolean => {
  const queries = useQueryClient();
  useIsFetching(); // renders again when a request begins or ends
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  const isUnreachable = queries
    .getQueryCache()
    .getAll()
    .some(({ state }) => (state.error ?? state.fetchFailureReason) instanceof Unreachable);
  return !isOnline || isUnreachable;
};
