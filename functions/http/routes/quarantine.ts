import * as z from "zod";
import { quarantineIdSchema, quarantineSourceSchema } from "../../../shared/intake/quarantine.ts";
import { replay } from "../../../shared/intake/replay.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { problem } from "../problem.ts";
import { ADMINISTRATORS, type Route, route } from "../route.ts";
import { quarantinedView, quarantinedViewSchema } from "../views/quarantined.ts";

const partsOf = (id: string) => ({
  source: quarantineSourceSchema.parse(id.slice(0, id.indexOf(":"))),
  id: id.slice(id.indexOf(":") + 1),
});

const WRONG_ID = "must be an id as the list shows it";

/** Ids are unique in their source only, so an address has both. */
const idSchema = z
  .templateLiteral([quarantineSourceSchema, ":", z.string().min(1)], WRONG_ID)
  .refine((id) => quarantineIdSchema.safeParse(partsOf(id).id).success, WRONG_ID);

export const quarantineRoutes: readonly Route[] = [
  route(ADMINISTRATORS, {
    name: "list-quarantine",
    method: "GET",
    path: "quarantine",
    summary: "Lists the events that could not be processed, newest first",
    request: { query: pageQuery },
    responses: { 200: pageOf(quarantinedViewSchema) },
    problems: [],
    handle: async ({ query }, { quarantine }) => ({
      status: 200,
      body: showPage(await quarantine.list(pageIn(query)), quarantinedView),
    }),
  }),
  route(ADMINISTRATORS, {
    name: "discard-quarantined",
    method: "DELETE",
    path: "quarantine/{id}",
    summary: "Discards an event for good",
    isAudited: true,
    request: { params: z.object({ id: idSchema }) },
    responses: { 200: quarantinedViewSchema },
    problems: ["not-found"],
    handle: async ({ params }, { quarantine }) => {
      const { source, id } = partsOf(params.id);
      const discarded = await quarantine.discard(source, id);
      return discarded ? { status: 200, body: quarantinedView(discarded) } : problem("not-found");
    },
  }),
  route(ADMINISTRATORS, {
    name: "replay-quarantined",
    method: "POST",
    path: "quarantine/{id}/replay",
    summary: "Processes an event again, as if it had just arrived",
    repetition: "has no further effect",
    isAudited: true,
    request: { params: z.object({ id: idSchema }) },
    responses: { 200: quarantinedViewSchema },
    problems: ["not-found", "replay-failed"],
    handle: async ({ params }, ports) => {
      const { source, id } = partsOf(params.id);
      const replayed = await replay(ports, source, id);
      switch (replayed.kind) {
        case "processed":
          return { status: 200, body: quarantinedView(replayed.entry) };
        case "not-found":
          return problem("not-found");
        case "replay-failed": {
          const { reason, detail } = replayed;
          return problem("replay-failed", { reason, ...(detail !== undefined && { detail }) });
        }
        default:
          return replayed satisfies never;
      }
    },
  }),
];
