import { describe, expect, it, vi } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleContact, sampleRule } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { linkContact } from "../conversation/link-contact.ts";
import { receiveText } from "../intake/receive-text.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { tryRules } from "./try-rules.ts";

const rules = [sampleRule({ name: "gold", when: { contactTags: ["gold"] } })];
const customer = sampleText().from;
const robin = sampleContact("robin", { mobilePhone: customer, tags: ["gold"] });
const kim = sampleContact("kim", { mobilePhone: customer, tags: [] });

const trialAt = (fakes: ReturnType<typeof makeFakes>) =>
  tryRules(fakes, { channelId: "main", customer, text: "Hello", at: fakes.now() });

describe("tryRules", () => {
  it("chooses no queue before there is an organisation", async () => {
    const fakes = makeFakes({ rules });
    const { organisation: _, ...others } = await fakes.settings.snapshot();
    vi.spyOn(fakes.settings, "snapshot").mockResolvedValue({ ...others, organisation: undefined });
    expect(await trialAt(fakes)).toEqual({ kind: "no-organisation" });
  });

  it("knows no contact while two share the number, as for a text", async () => {
    const fakes = makeFakes({ rules, contacts: [robin, kim] });
    expect(await trialAt(fakes)).toMatchObject({ rules: [{ name: "gold", obstacle: "contact" }] });
  });

  it("knows the contact that an agent has chosen for the thread", async () => {
    const fakes = makeFakes({ rules, contacts: [robin, kim] });
    await receiveText(fakes, sampleText());
    const read = await fakes.conversations.find(fakes.conversations.all()[0]?.id ?? expect.fail());
    const actor = { agentId: agentIdSchema.parse("agent-s"), supervisor: true };
    await linkContact(fakes, read ?? expect.fail(), { contactId: robin.id, actor });
    expect(await trialAt(fakes)).toMatchObject({ kind: "chosen", rules: [{ name: "gold" }] });
    expect(await trialAt(fakes)).not.toMatchObject({ rules: [{ obstacle: expect.anything() }] });
  });
});
