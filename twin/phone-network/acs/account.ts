import * as z from "zod";

/** The Azure Communication Services resource. The default key is the same on every machine and protects nothing. */
export const acsAccountSchema = z.strictObject({
  accessKey: z.base64().min(1).default(Buffer.from("The access key of the twin protects nothing.").toString("base64")),
});

export type AcsAccount = z.output<typeof acsAccountSchema>;

/** The default account. */
export const ACS_ACCOUNT = acsAccountSchema.parse({});

/** @param networkUrl - URL of the phone network. */
export const acsConnectionString = (networkUrl: string, { accessKey } = ACS_ACCOUNT): string =>
  `endpoint=${networkUrl}/;accesskey=${accessKey}`;
