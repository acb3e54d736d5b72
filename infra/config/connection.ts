/** How a service is reached: by identity, as Azure is used, or by a connection string, as the sample settings use the twin. */
export type Connection =
  | { readonly kind: "identity"; readonly endpoint: string }
  | { readonly kind: "connection-string"; readonly connectionString: string };

/** @returns undefined when neither is given. */
export const connectionOf = (
  endpoint: string | undefined,
  connectionString: string | undefined,
): Connection | undefined => {
  if (endpoint !== undefined) return { kind: "identity", endpoint };
  return connectionString === undefined ? undefined : { kind: "connection-string", connectionString };
};
