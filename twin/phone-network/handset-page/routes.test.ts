import { expect, it } from "vitest";
import { startNetwork } from "../testing/network.ts";

const get = async (path: string) => {
  const { network } = await startNetwork(() => ({}));
  return fetch(`${network.url}${path}`);
};

it.each([
  ["/phone", "text/html; charset=utf-8"],
  ["/phone?from=+14255550123&to=+18005550100", "text/html; charset=utf-8"],
  ["/phone/handset.js", "text/javascript; charset=utf-8"],
  ["/phone/handset.css", "text/css; charset=utf-8"],
  ["/phone/icon.svg", "image/svg+xml"],
])("serves %s as %s", async (path, type) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(type);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});

it("allows the page its own files only, and no markup from a string", async () => {
  const policy = (await get("/phone")).headers.get("content-security-policy")?.split("; ");
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]),
  );
});

it("serves every file that the page loads, and the page has no inline script or style", async () => {
  const { network } = await startNetwork(() => ({}));
  const page = await (await fetch(`${network.url}/phone`)).text();
  const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
  expect(files).toHaveLength(3);
  for (const file of files) expect((await fetch(`${network.url}${file}`)).status).toBe(200);
  expect(page).not.toMatch(/<style|style=|<script>|\son\w+=/);
});

it("has labels for its fields", async () => {
  const page = await (await get("/phone")).text();
  for (const [field, label] of [
    ["from", "Your number"],
    ["to", "Company's number"],
    ["text", "Message"],
  ]) {
    expect(page).toMatch(new RegExp(`<label for="${field}"[^>]*>${label}</label>`));
    expect(page).toContain(`id="${field}"`);
  }
});

it("is in the guide", async () => {
  expect(await (await get("/")).text()).toContain("/phone");
});
