import * as z from "zod";

/** Finds a provider by its name. @throws ZodError that lists the known names. */
export const findProvider = <Named extends { readonly name: string }>(
  providers: readonly Named[],
  name: unknown,
): Named => {
  const found = providers.find((provider) => provider.name === name);
  if (found) return found;
  const known = providers.map((provider) => provider.name).join(", ");
  const message = `Unknown provider ${JSON.stringify(name)}. The known providers are ${known}.`;
  throw new z.ZodRealError([{ code: "custom", path: ["provider"], message, input: name }]);
};
