import type { TokenCredential } from "@azure/identity";

/** The identity that the app runs as in Azure, or the developer's own elsewhere. */
export const credentialFor = async (clientId: string | undefined): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await (await import("./sdks.ts")).identity();
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
};
