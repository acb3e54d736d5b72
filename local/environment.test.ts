import { expect, it } from "vitest";
import { FREE_PORTS, LocalEnvironment } from "./environment.ts";
import { sampleOrganisation } from "./sample-organisation.ts";

it("refuses a channel whose provider is not part of the twin", async () => {
  const organisation = sampleOrganisation();
  const [channel] = organisation.settings.channels ?? [];
  if (!channel) throw new Error("the sample organisation has no channel");
  const channels = [{ ...channel, provider: "pigeon" }];
  const settings = { ...organisation.settings, channels };
  const starting = LocalEnvironment.start({ ports: FREE_PORTS, organisation: { ...organisation, settings } });
  await expect(starting).rejects.toThrow(/Unknown provider .*pigeon/);
});
