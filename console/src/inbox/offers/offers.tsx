import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { useLocation } from "wouter";
import { ProblemBar } from "../../api/problem-bar.tsx";
import { workItemsQuery } from "../../api/queries.ts";
import type { Conversation } from "../../api/types.ts";
import { useCustomerName } from "../../conversation/use-customer-name.ts";
import { useQueueNames } from "../../conversation/use-names.ts";
import { useCommand } from "../../keys/use-keys.ts";
import { useServices } from "../../services/services.ts";
import { useNow } from "../../ui/times.ts";
import { useMove } from "../actions/use-move.ts";
import { hrefOf } from "../view.ts";
import { countdown, secondsLeft } from "./offer-clock.ts";

const useStyles = makeStyles({
  offers: { display: "flex", flexDirection: "column", gap: "0.5rem", padding: "0.5rem" },
  card: {
    display: "flex",
    flexDirection: "column",
    gap: "0.25rem",
    padding: "0.75rem",
    backgroundColor: tokens.colorNeutralBackground1,
    borderLeft: `4px solid ${tokens.colorBrandStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow4,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  text: { margin: 0, overflowWrap: "anywhere" },
  more: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  line: { display: "flex", alignItems: "center", gap: "0.5rem" },
  remaining: { marginInlineStart: "auto", fontVariantNumeric: "tabular-nums" },
});

/** The offers that are open, above the list. */
export const Offers = () => {
  const styles = useStyles();
  const t = useTranslations("offer");
  const { api, commands } = useServices();
  const { data } = useQuery(workItemsQuery(api));
  const region = useRef<HTMLElement>(null);
  const offered = (data?.items ?? [])
    .filter(({ state }) => state === "offered")
    .toSorted((one, other) => (one.offer?.offeredAt ?? "").localeCompare(other.offer?.offeredAt ?? ""));
  const focusOldest = () => region.current?.querySelector("button")?.focus();
  useCommand(commands, "offer", offered.length > 0 ? focusOldest : undefined);
  if (offered.length === 0) return null;
  return (
    <section ref={region} className={styles.offers} aria-label={t("region")}>
      {offered.map((conversation) => (
        <Offer key={`${conversation.id}:${conversation.offer?.offeredAt}`} conversation={conversation} />
      ))}
    </section>
  );
};

const SECOND_MS = 1_000;
/** The remaining seconds at which a screen reader says them again. */
const REMINDERS: readonly number[] = [30, 10];

const Offer = ({ conversation }: { readonly conversation: Conversation }) => {
  const styles = useStyles();
  const t = useTranslations("offer");
  const { clock, announcer } = useServices();
  const [, navigate] = useLocation();
  const name = useCustomerName(conversation);
  const queue = useQueueNames()(conversation.queueId);
  const move = useMove(conversation.id, (moved) => {
    if (moved === "accept") navigate(hrefOf({ kind: "mine" }, conversation.id));
  });
  const seconds = secondsLeft(conversation.offer?.expiresAt, useNow(clock.now, SECOND_MS));
  const announced = useRef(false);
  const chosenBy = conversation.routingDecision?.chosenBy;

  useEffect(() => {
    const isFirst = !announced.current;
    announced.current = true;
    if (isFirst || REMINDERS.includes(seconds))
      announcer.announce(t("announced", { name, queue, seconds }), "assertive");
  }, [announcer, name, queue, seconds, t]);

  return (
    <div className={styles.card} role="group" aria-label={t("title", { name })} data-offer={conversation.id}>
      <h2 className={styles.title}>{t("title", { name })}</h2>
      <p className={styles.text}>{conversation.preview}</p>
      <p className={styles.more}>
        {t("queue", { queue })}. {chosenBy && t(`reason.${chosenBy}`)}
      </p>
      <ProblemBar error={move.error} />
      <div className={styles.line}>
        <Button
          appearance="primary"
          disabledFocusable={move.isPending || seconds === 0}
          onClick={() => move.mutate("accept")}
        >
          {t("accept")}
        </Button>
        <Button disabledFocusable={move.isPending || seconds === 0} onClick={() => move.mutate("decline")}>
          {t("decline")}
        </Button>
        <span className={styles.remaining}>
          {seconds > 0 ? t("remaining", { time: countdown(seconds) }) : t("over")}
        </span>
      </div>
    </div>
  );
};
