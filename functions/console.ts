import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import type { SignIn } from "../shared/kernel/caller.ts";
import type { ConsoleFiles } from "../shared/kernel/console-files.ts";
import { SECURITY_HEADERS } from "./http/problem-response.ts";

export interface ConsoleOptions {
  readonly files: ConsoleFiles;
  readonly signIn: SignIn | undefined;
  /** The origin of the WebSocket for live updates. */
  readonly liveOrigin: string | undefined;
}

const PAGE = "index.html";

/**
 * The hash of an empty style element, as Griffel (the styles of Fluent UI) adds it: it fills it by `insertRule`, which
 * the policy does not govern. So no style from a text is ever applied.
 */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * Serves the console: its files, and for every other path the page, which shows what the path stands for. The page may
 * call this app, the identity provider and the service of the live updates, and nothing else.
 */
export const makeConsole = ({ files, ...origins }: ConsoleOptions): HttpHandler => {
  const policy = contentSecurityPolicy(origins);
  return async (request): Promise<HttpResponseInit> => {
    const acceptsBrotli = /\bbr\b/.test(request.headers.get("accept-encoding") ?? "");
    const path = request.params.path ?? "";
    // An asset that is missing is one of another version; any other path may be one that the page understands.
    const file =
      (await files.find(path, acceptsBrotli)) ??
      (path.startsWith("assets/") ? undefined : await files.find(PAGE, acceptsBrotli));
    if (!file) return { status: 404, body: "Not found.", headers: { "content-type": "text/plain", ...COMMON_HEADERS } };
    return {
      status: 200,
      body: file.bytes,
      headers: {
        "content-type": file.contentType,
        ...(file.encoding !== undefined && { "content-encoding": file.encoding }),
        vary: "accept-encoding",
        "cache-control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
        "content-security-policy": policy,
        ...COMMON_HEADERS,
      },
    };
  };
};

const COMMON_HEADERS = { ...SECURITY_HEADERS, "referrer-policy": "no-referrer" };

const contentSecurityPolicy = ({ signIn, liveOrigin }: Omit<ConsoleOptions, "files">): string => {
  const origins = [...(signIn ? [new URL(signIn.authority).origin] : []), ...(liveOrigin ? [liveOrigin] : [])];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' ${EMPTY_STYLE}`,
    "style-src-attr 'none'",
    `connect-src ${["'self'", ...origins].join(" ")}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
};
