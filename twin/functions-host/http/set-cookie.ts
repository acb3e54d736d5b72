import * as z from "zod";

const text = z.object({ value: z.string() }).nullish();

/** A cookie in the form in which the worker sends it. */
const cookieSchema = z.object({
  name: z.string(),
  value: z.string(),
  domain: text,
  path: text,
  expires: z.object({ value: z.object({ seconds: z.number() }) }).nullish(),
  secure: z.object({ value: z.boolean() }).nullish(),
  httpOnly: z.object({ value: z.boolean() }).nullish(),
  /** `none` means not set; `explicitNone` is SameSite=None. */
  sameSite: z.enum(["none", "lax", "strict", "explicitNone"]),
  maxAge: z.object({ value: z.number() }).nullish(),
});

const sameSiteNames = { none: undefined, lax: "lax", strict: "strict", explicitNone: "none" } as const;

/** Formats the value of a Set-Cookie header. @param cookie - in the form in which the worker sends it. */
export const toSetCookie = (cookie: unknown): string => {
  const { name, value, ...settings } = cookieSchema.parse(cookie);
  const sameSite = sameSiteNames[settings.sameSite];
  const { expires, maxAge, domain, path } = settings;
  const parts = [
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    expires && `expires=${new Date(expires.value.seconds * 1_000).toUTCString()}`,
    maxAge && `max-age=${maxAge.value}`,
    domain && `domain=${domain.value}`,
    path && `path=${path.value}`,
    settings.secure?.value && "secure",
    sameSite && `samesite=${sameSite}`,
    settings.httpOnly?.value && "httponly",
  ];
  return parts.filter(Boolean).join("; ");
};
