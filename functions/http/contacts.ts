import * as z from "zod";
import { contactIdSchema } from "../../shared/contact/contact.ts";
import { importContacts } from "../../shared/contact/import-contacts.ts";
import { readMobilePhone } from "../../shared/contact/mobile-phone.ts";
import {
  changeContact,
  contactChangeSchema,
  contactDraftSchema,
  createContact,
} from "../../shared/contact/save-contact.ts";
import { found, ifMatchHeaders } from "./etag.ts";
import { pageIn, pageOf, pageQuery, showPage } from "./page.ts";
import { invalidField, problem } from "./problem.ts";
import { ADMINISTRATORS, EVERYBODY, type Route, route } from "./route.ts";
import { contactViewSchema } from "./views.ts";

const notANumber = () => invalidField("mobilePhone", "is no phone number of the country meant");

/** In a query an unescaped plus means a space: at the beginning of a number it was a plus. */
const withPlus = (number: string): string => number.replace(/^ (?=\d)/, "+");

const importReportSchema = z
  .object({
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    lines: z.array(
      z.discriminatedUnion("outcome", [
        z.object({
          line: z.int(),
          outcome: z.enum(["created", "updated", "unchanged"]),
          contactId: contactIdSchema,
        }),
        z.object({ line: z.int(), outcome: z.literal("refused"), reason: z.string() }),
      ]),
    ),
  })
  .meta({ id: "ContactImport" });

export const contactRoutes: readonly Route[] = [
  route(EVERYBODY, {
    name: "list-contacts",
    method: "GET",
    path: "contacts",
    summary: "All contacts, or those with a mobile phone number in any national or international form",
    request: { query: pageQuery.extend({ mobilePhone: z.string().min(1).max(40).transform(withPlus).optional() }) },
    responses: { 200: pageOf(contactViewSchema) },
    problems: ["invalid"],
    handle: async ({ query: { mobilePhone, ...page } }, ports) => {
      if (mobilePhone === undefined) {
        return { status: 200, body: showPage(await ports.contacts.list(pageIn(page)), (contact) => contact) };
      }
      const number = await readMobilePhone(ports, mobilePhone);
      if (!number) return notANumber();
      return { status: 200, body: { items: [...(await ports.contacts.withMobilePhone(number))] } };
    },
  }),
  route(EVERYBODY, {
    name: "get-contact",
    method: "GET",
    path: "contacts/{id}",
    summary: "A contact, with its ETag",
    request: { params: z.object({ id: contactIdSchema }) },
    responses: { 200: contactViewSchema },
    problems: ["not-found"],
    handle: async ({ params }, { contacts }) => found(await contacts.find(params.id)),
  }),
  route(EVERYBODY, {
    name: "create-contact",
    method: "POST",
    path: "contacts",
    summary: "Makes a contact, its number in E.164",
    request: { body: contactDraftSchema },
    responses: { 201: contactViewSchema },
    problems: ["exists", "invalid"],
    handle: async ({ body }, ports) => {
      const saved = await createContact(ports, body);
      switch (saved.kind) {
        case "saved":
          return { status: 201, body: saved.stored.value, headers: { location: `contacts/${saved.stored.value.id}` } };
        case "exists":
          return problem("exists");
        case "not-a-number":
          return notANumber();
        default:
          return saved satisfies never;
      }
    },
  }),
  route(EVERYBODY, {
    name: "change-contact",
    method: "PATCH",
    path: "contacts/{id}",
    summary: "Changes what is named of a contact",
    request: { params: z.object({ id: contactIdSchema }), headers: ifMatchHeaders, body: contactChangeSchema },
    responses: { 200: contactViewSchema },
    problems: ["not-found", "stale", "invalid"],
    handle: async ({ params, headers, body }, ports) => {
      const saved = await changeContact(ports, params.id, body, headers["if-match"]);
      switch (saved.kind) {
        case "saved":
          return { status: 200, body: saved.stored.value };
        case "not-a-number":
          return notANumber();
        case "not-found":
        case "stale":
          return problem(saved.kind);
        default:
          return saved satisfies never;
      }
    },
  }),
  route(ADMINISTRATORS, {
    name: "import-contacts",
    method: "POST",
    path: "contacts/import",
    summary: "Takes in contacts from CSV, and tells what became of each line",
    request: {
      body: z.string().meta({
        description: "Columns: mobilePhone, firstName, lastName, tags (separated by semicolons), country?, id?",
      }),
    },
    accepts: "csv",
    responses: { 200: importReportSchema },
    problems: ["malformed-body"],
    handle: async ({ body }, ports) => {
      const imported = await importContacts(ports, body);
      if (imported.kind === "unreadable") return problem("malformed-body", { detail: `The file ${imported.reason}.` });
      const count = (outcome: string) => imported.lines.filter((line) => line.outcome === outcome).length;
      return {
        status: 200,
        body: {
          created: count("created"),
          updated: count("updated"),
          unchanged: count("unchanged"),
          refused: count("refused"),
          lines: [...imported.lines],
        },
      };
    },
  }),
];
