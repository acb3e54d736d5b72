import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { nameOf } from "../api/contact-name.ts";
import { contactQuery, meQuery, workItemsQuery } from "../api/queries.ts";
import type { Conversation } from "../api/types.ts";
import { useServices } from "../services/services.ts";
import { formatNumber } from "../ui/phone-number.ts";
import { useStore } from "../ui/use-store.ts";
import { type Attention, newOffers, titleOf } from "./attention.ts";
import { Leader } from "./leader.ts";
import { OfferSound } from "./sound.ts";

const sound = new OfferSound();
const leader = new Leader();

/** How often the sound is repeated while an offer is open, in milliseconds. */
const REPEAT_MS = 10_000;

const attentionOf = (items: readonly Conversation[]): Attention => ({
  offers: items.filter(({ state }) => state === "offered").map(({ id }) => id),
  unanswered: items.filter(({ state, awaitsReply }) => state === "active" && awaitsReply).length,
});

/** Draws attention to offers: by title, badge, sound and notification. Shows a bar while the browser blocks the sound. */
export const AttentionBar = () => {
  const t = useTranslations();
  const { api, queries } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const { data } = useQuery(workItemsQuery(api));
  const isBlocked = useStore(sound, ({ isBlocked }) => isBlocked);
  const before = useRef<Attention>({ offers: [], unanswered: 0 });
  const attention = attentionOf(data?.items ?? []);
  const offers = attention.offers.join();

  const nameFor = async ({ contact, customer }: Conversation): Promise<string> => {
    if (contact.kind !== "linked") return formatNumber(customer);
    const known = await queries.fetchQuery(contactQuery(api, contact.contactId)).catch(() => undefined);
    return known ? nameOf(known) : formatNumber(customer); // the offer matters more than the name
  };

  useEffect(() => {
    document.title = titleOf(attention, t("app.name"));
    const count = attention.offers.length + attention.unanswered;
    void navigator.setAppBadge?.(count).catch(() => undefined); // only installed pages have a badge
  });

  useEffect(() => {
    const added = newOffers(before.current, attention);
    before.current = attention;
    if (added.length > 0 && leader.leads) {
      sound.play();
      for (const conversation of data?.items ?? []) {
        if (!added.includes(conversation.id)) continue;
        void nameFor(conversation).then((name) => notify(conversation, t("attention.notificationTitle", { name })));
      }
    }
  });

  useEffect(() => {
    if (offers === "") return;
    const timer = setInterval(() => leader.leads && sound.play(), REPEAT_MS);
    return () => clearInterval(timer);
  }, [offers]);

  if (!isBlocked || !me?.isRegistered) return null;
  return (
    <MessageBar intent="info" role="status">
      <MessageBarBody>{t("attention.soundBlocked")}</MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => void allow()}>{t("attention.allowSound")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
};

const allow = async (): Promise<void> => {
  await sound.resume();
  if ("Notification" in globalThis && Notification.permission === "default") await Notification.requestPermission();
};

const notify = ({ id, preview }: Conversation, title: string): void => {
  if (!("Notification" in globalThis) || Notification.permission !== "granted" || document.hasFocus()) return;
  const notification = new Notification(title, { body: preview, tag: id, requireInteraction: true });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
};
