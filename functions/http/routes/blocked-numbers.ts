import * as z from "zod";
import { NUMBER_PROBLEMS } from "../../../shared/contact/mobile-phone.ts";
import { settingIdSchema, threadIdSchema } from "../../../shared/kernel/ids.ts";
import { addBlock, endBlock } from "../../../shared/routing/block-number.ts";
import { customerSchema, reasonSchema } from "../customer.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { invalidField, problem } from "../problem.ts";
import { type Route, route, SUPERVISORS } from "../route.ts";
import { blockedNumberView, blockedNumberViewSchema } from "../views/blocked-number.ts";

export const blockedNumberRoutes: readonly Route[] = [
  route(SUPERVISORS, {
    name: "list-blocked-numbers",
    method: "GET",
    path: "blocked-numbers",
    summary: "Lists the blocked numbers, one entry for each channel, latest block first",
    request: { query: pageQuery.extend({ channelId: settingIdSchema.optional() }) },
    responses: { 200: pageOf(blockedNumberViewSchema) },
    problems: [],
    handle: async ({ query: { channelId, ...page } }, { threads }) => ({
      status: 200,
      body: showPage(await threads.blocked(pageIn(page), channelId), blockedNumberView),
    }),
  }),
  route(SUPERVISORS, {
    name: "add-blocked-number",
    method: "POST",
    path: "blocked-numbers",
    summary: "Blocks a number on every channel, in every written form, and closes the open conversations with it",
    repetition: "does only what is missing",
    isAudited: true,
    request: { body: z.strictObject({ customer: customerSchema, reason: reasonSchema }) },
    responses: { 200: blockedNumberViewSchema },
    problems: ["invalid"],
    handle: async ({ body }, ports, { caller: { agentId } }) => {
      const added = await addBlock(ports, { ...body, agentId });
      switch (added.kind) {
        case "set":
          return { status: 200, body: blockedNumberView(added.thread.value) };
        case "no-channel":
          return invalidField("customer", "there is no channel on which the number could be blocked");
        case "not-a-number":
        case "needs-plus":
          return invalidField("customer", NUMBER_PROBLEMS[added.kind]);
        default:
          return added satisfies never;
      }
    },
  }),
  route(SUPERVISORS, {
    name: "end-blocked-number",
    method: "POST",
    path: "blocked-numbers/{id}/end",
    summary: "Lifts the block of a number on every channel",
    isAudited: true,
    request: { params: z.object({ id: threadIdSchema }), body: z.strictObject({ reason: reasonSchema }) },
    responses: { 200: blockedNumberViewSchema },
    problems: ["not-found"],
    handle: async ({ params: { id }, body: { reason } }, ports, { caller: { agentId } }) => {
      const ended = await endBlock(ports, id, { agentId, reason });
      switch (ended.kind) {
        case "set":
          return { status: 200, body: blockedNumberView(ended.thread.value) };
        case "not-found":
          return problem("not-found");
        default:
          return ended satisfies never;
      }
    },
  }),
];
