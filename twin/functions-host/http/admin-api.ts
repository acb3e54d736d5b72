import type { RegisteredFunction } from "../invocation.ts";
import { type AccessKeys, hasKey } from "./access-keys.ts";
import { type HostRequest, type HostResponse, jsonResponse } from "./http-messages.ts";

/** The part of the host's admin API that scripts use: `/admin/host/status` and `/admin/functions`. */
export const handleAdmin = (
  request: HostRequest,
  functions: Iterable<RegisteredFunction>,
  keys: AccessKeys,
): HostResponse => {
  if (!hasKey(request, "masterKey", keys)) return { status: 401 };
  switch (request.url.pathname.toLowerCase().replace(/\/$/, "")) {
    case "/admin/host/status":
      return jsonResponse(200, { id: "azure-twin", state: "Running", errors: [] });
    case "/admin/functions":
      return jsonResponse(200, [...functions].map(describe));
    default:
      return { status: 404 };
  }
};

const describe = (fn: RegisteredFunction) => ({
  name: fn.name,
  language: "node",
  isDisabled: false,
  config: { bindings: Object.values(fn.bindings) },
});
