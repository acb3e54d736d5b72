import * as z from "zod";
import { contactIdSchema } from "../../../shared/contact/contact.ts";
import { contactsWithNumber } from "../../../shared/contact/contacts-with-number.ts";
import { importContacts } from "../../../shared/contact/import-contacts.ts";
import { NUMBER_PROBLEMS, type NumberProblem, readMobilePhone } from "../../../shared/contact/mobile-phone.ts";
import { retireContact } from "../../../shared/contact/retire-contact.ts";
import {
  changeContact,
  contactChangeSchema,
  contactDraftSchema,
  createContact,
} from "../../../shared/contact/save-contact.ts";
import { etagHeader, found, ifMatchHeaders, showStored } from "../etag.ts";
import { REGISTERED } from "../guards.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { pageIn, pageOf, pageQuery, showPage } from "../page.ts";
import { invalidField, problem } from "../problem.ts";
import { ADMINISTRATORS, ANY_ROLE, type Route, route } from "../route.ts";
import { contactView, contactViewSchema } from "../views/contact.ts";
import { contactImportView, contactImportViewSchema } from "../views/contact-import.ts";

const refusedNumber = (kind: NumberProblem) => invalidField("mobilePhone", NUMBER_PROBLEMS[kind]);

/** In a query an unescaped plus means a space: at the beginning of a number it was a plus. */
const withPlus = (number: string): string => number.replace(/^ (?=\d)/, "+");

export const contactRoutes: readonly Route[] = [
  route(ANY_ROLE, {
    name: "list-contacts",
    method: "GET",
    path: "contacts",
    summary: "Lists the contacts, or those with a mobile phone number in any national or international form",
    request: { query: pageQuery.extend({ mobilePhone: z.string().min(1).max(40).transform(withPlus).optional() }) },
    responses: { 200: pageOf(contactViewSchema) },
    guard: REGISTERED,
    problems: ["invalid"],
    handle: async ({ query: { mobilePhone, ...page } }, ports) => {
      if (mobilePhone === undefined) {
        return { status: 200, body: showPage(await ports.contacts.list(pageIn(page)), contactView) };
      }
      const reading = await readMobilePhone(ports, mobilePhone);
      if (reading.kind !== "number") return refusedNumber(reading.kind);
      const contacts = await contactsWithNumber(ports.contacts, reading.number);
      return { status: 200, body: { items: contacts.map(contactView) } };
    },
  }),
  route(ANY_ROLE, {
    name: "get-contact",
    method: "GET",
    path: "contacts/{id}",
    summary: "Gets a contact, also a retired one",
    request: { params: z.object({ id: contactIdSchema }) },
    responses: { 200: contactViewSchema },
    hasETag: true,
    guard: REGISTERED,
    problems: ["not-found"],
    handle: async ({ params }, { contacts }) => found(await contacts.findWithRetired(params.id), contactView),
  }),
  route(ANY_ROLE, {
    name: "create-contact",
    method: "POST",
    path: "contacts",
    summary: "Creates a contact, or brings a retired one back, with its number in E.164, in the canonical form",
    isAudited: true,
    request: {
      headers: idempotencyHeaders("A contact that is created again with the same key is created once"),
      body: contactDraftSchema,
    },
    responses: { 201: contactViewSchema },
    hasETag: true,
    guard: REGISTERED,
    problems: ["already-exists", "invalid", "idempotency-key-reused"],
    handle: async ({ headers, body }, ports, { caller: { agentId } }) => {
      const idempotencyKey = headers["idempotency-key"];
      const saved = await createContact(
        ports,
        body,
        idempotencyKey === undefined ? undefined : { agentId, idempotencyKey },
      );
      switch (saved.kind) {
        case "saved":
          return {
            status: 201,
            body: contactView(saved.stored.value),
            headers: { location: `contacts/${saved.stored.value.id}`, ...etagHeader(saved.stored.etag) },
          };
        case "exists":
          return problem("already-exists");
        case "key-reused":
          return problem("idempotency-key-reused");
        case "not-a-number":
        case "needs-plus":
          return refusedNumber(saved.kind);
        default:
          return saved satisfies never;
      }
    },
  }),
  route(ANY_ROLE, {
    name: "change-contact",
    method: "PATCH",
    path: "contacts/{id}",
    summary: "Changes the given members of a contact",
    isAudited: true,
    request: { params: z.object({ id: contactIdSchema }), headers: ifMatchHeaders, body: contactChangeSchema },
    responses: { 200: contactViewSchema },
    hasETag: true,
    guard: REGISTERED,
    problems: ["not-found", "version-mismatch", "retired", "invalid"],
    handle: async ({ params, headers, body }, ports) => {
      const saved = await changeContact(ports, { id: params.id, change: body, etag: headers["if-match"] });
      switch (saved.kind) {
        case "saved":
          return showStored(saved.stored, contactView);
        case "not-a-number":
        case "needs-plus":
          return refusedNumber(saved.kind);
        case "not-found":
        case "retired":
          return problem(saved.kind);
        case "stale":
          return problem("version-mismatch");
        default:
          return saved satisfies never;
      }
    },
  }),
  route(ADMINISTRATORS, {
    name: "retire-contact",
    method: "DELETE",
    path: "contacts/{id}",
    summary: "Retires a contact, which is no longer found by its number; creating it with its id undoes it",
    isAudited: true,
    request: { params: z.object({ id: contactIdSchema }), headers: ifMatchHeaders },
    responses: { 200: contactViewSchema },
    hasETag: true,
    problems: ["not-found", "version-mismatch"],
    handle: async ({ params: { id }, headers }, ports) => {
      const retired = await retireContact(ports, { id, etag: headers["if-match"] });
      switch (retired.kind) {
        case "retired":
          return showStored(retired.stored, contactView);
        case "stale":
          return problem("version-mismatch");
        case "not-found":
          return problem("not-found");
        default:
          return retired satisfies never;
      }
    },
  }),
  route(ADMINISTRATORS, {
    name: "import-contacts",
    method: "POST",
    path: "contacts/import",
    summary: "Imports contacts from CSV and reports the outcome of each line",
    repetition: "leaves the contacts as they are, and completes an import that was interrupted",
    isAudited: true,
    request: {
      body: z.string().meta({
        description:
          "Columns: mobilePhone, firstName, lastName, tags (separated by semicolons), country?, id?. The columns are " +
          "separated by commas, semicolons or tabs.",
      }),
    },
    accepts: "csv",
    responses: { 200: contactImportViewSchema },
    problems: ["malformed-body"],
    handle: async ({ body }, ports) => {
      const imported = await importContacts(ports, body);
      switch (imported.kind) {
        case "imported":
          return { status: 200, body: contactImportView(imported.lines) };
        case "unreadable":
          return problem("malformed-body", { detail: `The file ${imported.reason}.` });
        default:
          return imported satisfies never;
      }
    },
  }),
];
