import * as z from "zod";
import { DEFAULT_LIMITS, type Organisation } from "../../../shared/settings/settings.ts";
import { complete, defineDocument } from "../document-kind.ts";
import { storedCountrySchema } from "../stored-values.ts";

const organisationDocumentSchema = z.object({
  kind: z.literal("organisation"),
  id: z.literal("organisation"),
  name: z.string(),
  smsEnabled: z.boolean(),
  defaultCountry: storedCountrySchema,
  presenceLeaseSeconds: z.int().optional(),
  requestsPerMinute: z.int().optional(),
  helpRepliesPerHour: z.int().optional(),
  automaticTextsPerDay: z.int().optional(),
  fallbackQueueId: z.string(),
});
type OrganisationDocument = z.infer<typeof organisationDocumentSchema>;

const organisationVersion1 = z
  .looseObject({ country: z.unknown() })
  .transform(({ country, ...rest }) => ({ ...rest, defaultCountry: country }));

export const ORGANISATION_DOCUMENT = defineDocument<Organisation, OrganisationDocument>({
  container: "settings",
  schema: organisationDocumentSchema,
  upgrades: [organisationVersion1],
  toDocument: (organisation) => ({
    kind: "organisation",
    id: organisation.id,
    name: organisation.name,
    smsEnabled: organisation.smsEnabled,
    defaultCountry: organisation.defaultCountry,
    presenceLeaseSeconds: organisation.presenceLeaseSeconds,
    requestsPerMinute: organisation.requestsPerMinute,
    helpRepliesPerHour: organisation.helpRepliesPerHour,
    automaticTextsPerDay: organisation.automaticTextsPerDay,
    fallbackQueueId: organisation.fallbackQueueId,
  }),
  fromDocument: (document) =>
    complete<Organisation>({
      id: document.id,
      name: document.name,
      smsEnabled: document.smsEnabled,
      defaultCountry: document.defaultCountry,
      presenceLeaseSeconds: document.presenceLeaseSeconds ?? DEFAULT_LIMITS.presenceLeaseSeconds,
      requestsPerMinute: document.requestsPerMinute ?? DEFAULT_LIMITS.requestsPerMinute,
      helpRepliesPerHour: document.helpRepliesPerHour ?? DEFAULT_LIMITS.helpRepliesPerHour,
      automaticTextsPerDay: document.automaticTextsPerDay ?? DEFAULT_LIMITS.automaticTextsPerDay,
      fallbackQueueId: document.fallbackQueueId,
    }),
});
