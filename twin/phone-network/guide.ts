import type { ApiRoute } from "../http/api.ts";
import { type FaultSchema, faultGuide } from "./faults.ts";

/** The text at GET /: every route and every fault. */
export const guide = (routes: readonly ApiRoute[], faultSchema: FaultSchema): string =>
  [
    "The phone network: handsets, and three providers' APIs: Azure Communication Services (POST /sms),",
    "Twilio (/2010-04-01/Accounts/...) and TeleSign (/v1/messaging).",
    "",
    ...routes.map(({ method, path, summary }) => `${`${method} ${path}`.padEnd(30)} ${summary}`),
    "",
    'Faults. Each can have "times" (default 1) and, to restrict it to one number, "match":',
    "",
    ...faultGuide(faultSchema),
    "",
  ].join("\n");
