import * as z from "zod";
import { exportOptOuts, type OptOutLine } from "../../../shared/consent/export-opt-outs.ts";
import { addOptOut, endOptOut } from "../../../shared/consent/set-consent.ts";
import { NUMBER_PROBLEMS } from "../../../shared/contact/mobile-phone.ts";
import { settingIdSchema, threadIdSchema } from "../../../shared/kernel/ids.ts";
import { toCsv } from "../csv.ts";
import { customerSchema, reasonSchema } from "../customer.ts";
import { found, ifMatchHeaders, showStored } from "../etag.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { invalidField, problem } from "../problem.ts";
import { ADMINISTRATORS, type Route, route } from "../route.ts";
import { optOutHistoryView, optOutHistoryViewSchema, optOutView, optOutViewSchema } from "../views/opt-out.ts";

const params = z.object({ id: threadIdSchema });
const ofChannel = z.object({ channelId: settingIdSchema.optional() });

export const optOutRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "list-opt-outs",
    method: "GET",
    path: "opt-outs",
    summary: "Lists the opted-out customers, latest change first",
    request: { query: pageQuery.extend(ofChannel.shape) },
    responses: { 200: pageOf(optOutViewSchema) },
    problems: [],
    handle: async ({ query: { channelId, ...page } }, { threads }) => ({
      status: 200,
      body: showPage(await threads.optedOut(pageIn(page), channelId), optOutView),
    }),
  }),
  route(ADMINISTRATORS, {
    name: "export-opt-outs",
    method: "GET",
    path: "opt-outs/export",
    summary: "Exports the opt-outs as CSV: channel, channelNumber, customer, since, by, reason",
    isLimited: true,
    isAudited: true,
    request: { query: ofChannel },
    produces: "csv",
    responses: { 200: z.string() },
    problems: [],
    handle: async ({ query: { channelId } }, ports) => ({
      status: 200,
      body: toCsv(COLUMNS, await exportOptOuts(ports, channelId)),
    }),
  }),
  route(ADMINISTRATORS, {
    name: "get-opt-out",
    method: "GET",
    path: "opt-outs/{id}",
    summary: "Gets the history of a customer's consent",
    request: { params },
    responses: { 200: optOutHistoryViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async ({ params: { id } }, { threads }) => found(await threads.find(id), optOutHistoryView),
  }),
  route(ADMINISTRATORS, {
    name: "add-opt-out",
    method: "POST",
    path: "opt-outs",
    summary: "Opts a customer out of a channel, in every written form of the customer's number",
    repetition: "leaves the customer opted out, and adds an entry to the history unless If-Match prevents it",
    isAudited: true,
    request: {
      headers: ifMatchHeaders,
      body: z.strictObject({
        channelId: settingIdSchema,
        customer: customerSchema,
        reason: reasonSchema,
      }),
    },
    responses: { 200: optOutHistoryViewSchema },
    hasETag: true,
    problems: ["invalid", "version-mismatch"],
    handle: async ({ headers, body }, ports, { caller: { agentId } }) => {
      const added = await addOptOut(ports, { ...body, agentId, expectedEtag: headers["if-match"] });
      switch (added.kind) {
        case "set":
          return showStored(added.thread, optOutHistoryView);
        case "unknown-channel":
          return invalidField("channelId", "there is no such channel");
        case "not-a-number":
        case "needs-plus":
          return invalidField("customer", NUMBER_PROBLEMS[added.kind]);
        case "stale":
          return problem("version-mismatch");
        default:
          return added satisfies never;
      }
    },
  }),
  route(ADMINISTRATORS, {
    name: "end-opt-out",
    method: "POST",
    path: "opt-outs/{id}/end",
    summary: "Ends an opt-out in Hilo; only the customer can lift a block of the provider or carrier",
    isAudited: true,
    request: { params, headers: ifMatchHeaders, body: z.strictObject({ reason: reasonSchema }) },
    responses: { 200: optOutHistoryViewSchema },
    hasETag: true,
    problems: ["not-found", "version-mismatch"],
    handle: async ({ params: { id }, headers, body: { reason } }, ports, { caller: { agentId } }) => {
      const ended = await endOptOut(ports, id, { agentId, reason, expectedEtag: headers["if-match"] });
      switch (ended.kind) {
        case "set":
          return showStored(ended.thread, optOutHistoryView);
        case "not-found":
          return problem("not-found");
        case "stale":
          return problem("version-mismatch");
        default:
          return ended satisfies never;
      }
    },
  }),
];

const COLUMNS = [
  "channel",
  "channelNumber",
  "customer",
  "since",
  "by",
  "reason",
] as const satisfies (keyof OptOutLine)[];
