import { readFileSync } from "node:fs";
import type { Az } from "../scripts/az.ts";
import { UsageError } from "../scripts/command.ts";

/** An object of the directory. */
// biome-ignore lint/suspicious/noExplicitAny: every test asserts the members that it expects
type Entry = Record<string, any>;

/**
 * Microsoft Graph behind `az rest`, as far as a registration uses it: applications by `uniqueName`, service principals by
 * `appId`, and role assignments. A nested object is merged, a list is replaced, as Graph does.
 */
export class FakeGraph implements Az {
  readonly applications = new Map<string, Entry>();
  readonly principals = new Map<string, Entry>();
  readonly assignments: Entry[] = [];
  /** Method and path of each request. */
  readonly requests: string[] = [];
  /** How many reads of an application that was just created are answered with 404, as by a server that lags. */
  lag = 0;

  async show(): Promise<void> {
    throw new UsageError("only requests of az rest are expected");
  }

  async read(args: readonly string[]): Promise<string> {
    const method = args[args.indexOf("--method") + 1] ?? "";
    const path = (args[args.indexOf("--url") + 1] ?? "").replace("https://graph.microsoft.com/v1.0", "");
    const file = args.find((arg) => arg.startsWith("@"))?.slice(1);
    this.requests.push(`${method} ${path}`);
    const answer = this.#serve(method, path, file === undefined ? {} : JSON.parse(readFileSync(file, "utf8")));
    return answer === undefined ? "" : JSON.stringify(answer);
  }

  #serve(method: string, path: string, body: Entry): Entry | undefined {
    const [, uniqueName] = /^\/applications\(uniqueName='([\w-]+)'\)$/.exec(path) ?? [];
    if (uniqueName !== undefined) return this.#application(method, uniqueName, body);
    const [, appId] = /^\/servicePrincipals\(appId='([\w-]+)'\)$/.exec(path) ?? [];
    if (appId !== undefined) return this.#principal(method, appId, body);
    if (/^\/servicePrincipals\/[\w-]+\/appRoleAssignedTo/.test(path)) return this.#assignedTo(method, body);
    throw new UsageError(`Bad Request(${method} ${path})`);
  }

  #application(method: string, uniqueName: string, body: Entry): Entry | undefined {
    const present = this.applications.get(uniqueName);
    if (method === "get") {
      if (!present || this.lag-- > 0) throw notFound();
      return present;
    }
    const created = { id: `object-${uniqueName}`, appId: `app-${uniqueName}`, uniqueName };
    const next = merged(present ?? created, body);
    requireKnownScopes(present, next);
    this.applications.set(uniqueName, next);
    return present ? undefined : next;
  }

  #principal(method: string, appId: string, body: Entry): Entry | undefined {
    const present = this.principals.get(appId);
    if (method === "get") {
      if (!present) throw notFound();
      return present;
    }
    this.principals.set(appId, merged(present ?? { id: `principal-${appId}`, appId }, body));
    return undefined;
  }

  #assignedTo(method: string, body: Entry): Entry | undefined {
    if (method === "get") return { value: this.assignments };
    const isAssigned = this.assignments.some(
      ({ principalId, appRoleId }) => principalId === body.principalId && appRoleId === body.appRoleId,
    );
    if (isAssigned) throw new UsageError("Bad Request(Permission being assigned already exists on the object)");
    this.assignments.push(body);
    return body;
  }
}

const notFound = () => new UsageError('ERROR: Not Found({"error":{"code":"Request_ResourceNotFound"}})');

const merged = (present: Entry, changes: Entry): Entry =>
  Object.entries(changes).reduce<Entry>((entry, [name, value]) => {
    const isNested = typeof value === "object" && value !== null && !Array.isArray(value);
    entry[name] = isNested ? merged(entry[name] ?? {}, value) : value;
    return entry;
  }, structuredClone(present));

/** Graph does not find a scope that the same request defines. */
const requireKnownScopes = (before: Entry | undefined, after: Entry): void => {
  const known = (before?.api?.oauth2PermissionScopes ?? []).map(({ id }: Entry) => id);
  for (const { delegatedPermissionIds } of after.api?.preAuthorizedApplications ?? []) {
    for (const id of delegatedPermissionIds) {
      if (!known.includes(id)) throw new UsageError(`Bad Request(Permission Id ${id} cannot be found)`);
    }
  }
};
