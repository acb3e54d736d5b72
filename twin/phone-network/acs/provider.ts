import * as z from "zod";
import { EVENT_GRID_FAULTS } from "../../event-grid/publisher.ts";
import { Account } from "../account.ts";
import { ownedNumberSchema } from "../owned-numbers.ts";
import type { ProviderDefinition } from "../provider.ts";
import { acsAccountSchema } from "./account.ts";
import { AcsSms } from "./acs-sms.ts";

/** Azure Communication Services. All types of numbers behave as toll-free numbers. */
export const acs: ProviderDefinition = {
  name: "acs",
  summary: "Azure Communication Services, at /sms. Code of an unknown number: 4004",
  numberSchema: ownedNumberSchema.extend({ provider: z.literal("acs") }),
  eventFaults: EVENT_GRID_FAULTS,
  create: (context, accountSettings) => {
    const account = new Account(acsAccountSchema, accountSettings);
    const sms = new AcsSms({ ...context, account });
    return {
      account,
      app: sms.makeApp(),
      receive: (text) => sms.receive(text),
      connect: (number) => number,
    };
  },
};
