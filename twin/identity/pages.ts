import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html } from "hono/html";
import { pageResponse } from "../http/html-page.ts";
import type { ErrorDescription } from "./oauth-error.ts";
import type { Subject } from "./token.ts";

const STYLES = readFileSync(join(import.meta.dirname, "pages.css"), "utf8");

/**
 * The page on which a person chooses who signs in.
 * @param options.action - where the choice is posted: `subject` with an id, or `cancel`.
 * @param options.returnTo - the origin that the browser returns to.
 */
export const subjectsPage = (options: {
  readonly subjects: readonly Subject[];
  readonly action: string;
  readonly returnTo: string;
}): Promise<Response> => {
  const { subjects, action, returnTo } = options;
  const body = html`<main>
<h1>Sign in</h1>
<p>Choose a person to continue to <strong>${returnTo}</strong>. There is no password: this page stands in for
Microsoft Entra ID on your machine.</p>
<form method="post" action="${action}">
<ul>
${subjects.map(
  ({ id, name, roles }) => html`<li><button name="subject" value="${id}">
<span class="name">${name}</span>
<span class="roles">${roles.length > 0 ? roles.join(", ") : "No roles"}</span>
</button></li>
`,
)}
</ul>
<button class="cancel" name="cancel" value="true">Cancel</button>
</form>
</main>`;
  return pageResponse({ title: "Sign in", body, styles: STYLES, formOrigins: [returnTo] });
};

/** The page with an error that must not be sent to the application. */
export const errorPage = (error: ErrorDescription, status: number): Promise<Response> => {
  const body = html`<main>
<h1>The sign-in is not possible</h1>
<p>The application sent a request that this page refuses.</p>
<p><code>${error.error}</code></p>
<p>${error.error_description}</p>
</main>`;
  return pageResponse({ title: "Sign-in error", body, styles: STYLES, status });
};

export const signedOutPage = (): Promise<Response> => {
  const body = html`<main>
<h1>Signed out</h1>
<p>You can close this window.</p>
</main>`;
  return pageResponse({ title: "Signed out", body, styles: STYLES });
};
