import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Az } from "./az.ts";
import { UsageError } from "./command.ts";

/** A request through `az rest`, which adds the token of the person or program that is logged in. */
export interface RestRequest {
  readonly method: "get" | "post" | "put" | "patch";
  /** `{subscriptionId}` stands for the present subscription. Without a host it is one of the resource manager. */
  readonly url: string;
  readonly headers?: readonly string[];
  readonly body?: unknown;
  /** The audience of the token, when the Azure CLI cannot derive it from the URL. */
  readonly resource?: string;
}

/** Sends a request. @returns the parsed response; undefined without one. @throws UsageError when it fails. */
export const rest = async (az: Az, { method, url, headers = [], body, resource }: RestRequest): Promise<unknown> => {
  const args = [
    "rest",
    "--method",
    method,
    "--url",
    url,
    ...(headers.length > 0 ? ["--headers", ...headers] : []),
    ...(resource === undefined ? [] : ["--resource", resource]),
    "--output",
    "json",
  ];
  const output =
    body === undefined ? await az.read(args) : await withFile(body, (file) => az.read([...args, "--body", `@${file}`]));
  return output.trim() === "" ? undefined : JSON.parse(output);
};

/** @returns undefined when Azure answers NotFound. @throws UsageError for any other failure. */
export const undefinedIfNotFound = async <T>(response: Promise<T>): Promise<T | undefined> => {
  try {
    return await response;
  } catch (error) {
    if (error instanceof UsageError && /NotFound\b|Not Found\b/.test(error.message)) return undefined;
    throw error;
  }
};

/** Passes a body in a file, because a shell would change quotation marks in an argument. */
const withFile = async <T>(body: unknown, use: (file: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "hilo-rest-"));
  try {
    const file = join(folder, "body.json");
    await writeFile(file, JSON.stringify(body));
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
};
