export { IdentityProvider } from "./identity-provider.ts";
export type { Subject, TokenOverrides } from "./token.ts";
