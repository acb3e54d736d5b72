import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** A page without scripts. */
export interface Page {
  readonly title: string;
  /** The content of the body; a template of `hono/html`, which escapes its values. */
  readonly body: HtmlEscapedString | Promise<HtmlEscapedString>;
  readonly styles: string;
  readonly status?: number;
  /** Origins that a form of the page, or a redirect in response to it, can lead to beside the page's own. */
  readonly formOrigins?: readonly string[];
}

/** A response with a page that runs no script, and loads only itself. */
export const pageResponse = async ({
  title,
  body,
  styles,
  status = 200,
  formOrigins = [],
}: Page): Promise<Response> => {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(styles)}</style>
</head>
<body>
${body}
</body>
</html>
`;
  const stylesHash = createHash("sha256").update(styles).digest("base64");
  return new Response(document, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": [
        "default-src 'none'",
        "img-src data:",
        `style-src 'sha256-${stylesHash}'`,
        ["form-action 'self'", ...formOrigins].join(" "),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
};
