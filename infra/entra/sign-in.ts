import type { SignIn } from "../../shared/kernel/caller.ts";
import type { Config } from "../config/config.ts";

/** The sign-in of the console. The scopes are those of the registration; `offline_access` renews tokens without showing a sign-in page. */
export const signInOf = ({
  auth: { issuer, audience },
  consoleClientId,
}: Pick<Config, "auth" | "consoleClientId">): SignIn | undefined =>
  consoleClientId === undefined
    ? undefined
    : {
        authority: issuer,
        clientId: consoleClientId,
        scope: `openid profile offline_access api://${audience}/access_as_user`,
      };
