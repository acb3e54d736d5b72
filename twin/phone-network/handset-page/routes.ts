import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import type { HttpApp, NodeEnv } from "../../http/app-server.ts";

const FILES = [
  { path: "/phone", file: "index.html", type: "text/html; charset=utf-8" },
  { path: "/phone/handset.js", file: "handset.js", type: "text/javascript; charset=utf-8" },
  { path: "/phone/handset.css", file: "handset.css", type: "text/css; charset=utf-8" },
  { path: "/phone/icon.svg", file: "icon.svg", type: "image/svg+xml" },
];

/** The page shows texts of strangers, so it loads only its own files and makes no markup from a string. */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cache-control": "no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A customer's phone as a page, for people who play the customer. */
export const handsetPage = (): HttpApp => {
  const app = new Hono<NodeEnv>();
  for (const { path, file, type } of FILES) {
    const content = readFileSync(join(import.meta.dirname, file), "utf8");
    app.get(path, (c) => c.body(content, 200, { ...HEADERS, "content-type": type }));
  }
  return app;
};
