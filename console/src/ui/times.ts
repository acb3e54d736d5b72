import { useEffect, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The unit in which a duration is told, and the number of them. */
const inUnits = (ms: number): { unit: "minute" | "hour" | "day"; value: number } => {
  if (ms >= DAY_MS) return { unit: "day", value: Math.floor(ms / DAY_MS) };
  if (ms >= HOUR_MS) return { unit: "hour", value: Math.floor(ms / HOUR_MS) };
  return { unit: "minute", value: Math.max(0, Math.floor(ms / MINUTE_MS)) };
};

/** Writes durations as "5 min" or "<1 min". */
export const useDuration = (): ((ms: number) => string) => {
  const format = useFormatter();
  return (ms) => {
    const { unit, value } = inUnits(ms);
    const text = format.number(Math.max(1, value), { style: "unit", unit, unitDisplay: "short" });
    return value === 0 ? `<${text}` : text;
  };
};

/** Writes the time of day. */
export const useTime = (): ((at: string) => string) => {
  const format = useFormatter();
  return (at) => format.dateTime(new Date(at), { hour: "numeric", minute: "2-digit" });
};

/** Writes a day: "Today", "Yesterday" or the date. */
export const useDay = (): ((at: string) => string) => {
  const format = useFormatter();
  const t = useTranslations("thread");
  return (at) => {
    const date = new Date(at);
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    if (dayOf(date) === dayOf(today)) return t("today");
    if (dayOf(date) === dayOf(yesterday)) return t("yesterday");
    return format.dateTime(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  };
};

/** The local day, to compare days. */
export const dayOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** The present time, again at every interval. @param now - in milliseconds. */
export const useNow = (now: () => number, intervalMs: number): number => {
  const [present, setPresent] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setPresent(now()), intervalMs);
    return () => clearInterval(timer);
  }, [now, intervalMs]);
  return present;
};
