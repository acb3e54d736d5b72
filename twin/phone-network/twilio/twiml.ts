import type { WebhookResponse } from "../../webhooks/call-webhook.ts";

/**
 * The texts that Twilio sends to the customer for the response of an inbound webhook: one for each `<Message>`, or the
 * whole body when it is plain text. Source: Twilio, TwiML for programmable messaging. Not certain: that plain text is
 * sent.
 */
export const repliesIn = ({ headers, body }: WebhookResponse): readonly string[] => {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
  if (type === "text/plain") return body === "" ? [] : [body];
  return [...body.matchAll(/<Message\b[^>]*>(.*?)<\/Message>/gs)].map(([, content = ""]) =>
    unescaped(/<Body>(.*?)<\/Body>/s.exec(content)?.[1] ?? content),
  );
};

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const unescaped = (xml: string): string =>
  xml.replace(/&(lt|gt|quot|apos|amp);/g, (entity, name: string) => ENTITIES[name] ?? entity).trim();
