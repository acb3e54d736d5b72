import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../../local/people.ts";
import { bringTo, type RestingState, setCapacity, shareTwin, type Team, viewConversation } from "../support/team.ts";

const nextTeam = shareTwin();

/** The states in which each action is allowed: to the owner, or to any member of the queue if there is no owner. */
const ALLOWED: Readonly<Record<string, readonly RestingState[]>> = {
  accept: ["offered"],
  decline: ["offered"],
  pick: ["queued"],
  park: ["active"],
  resume: ["waiting"],
  release: ["active", "waiting"],
  transfer: ["queued", "offered", "active", "waiting"],
  end: ["active", "waiting"],
  finish: ["wrap-up"],
};
const ACTIONS = Object.keys(ALLOWED);
const STATES: readonly RestingState[] = ["queued", "offered", "active", "waiting", "wrap-up", "closed"];

/** Actions that only the owner of a conversation may take. Offers have a separate test below. */
const OWNER_ACTIONS = ["park", "resume", "release", "transfer", "end", "finish"];

const bodyOf = (action: string, { ben }: Team) => (action === "transfer" ? { agentId: ben.id } : undefined);
const typeOf = ({ status, body }: HttpResponse) => `${status} ${body.type?.replace("urn:hilo:problem:", "")}`;

describe("a refused request", () => {
  it.each(STATES)("names the present state when %s does not allow the action, and changes nothing", async (state) => {
    const team = nextTeam();
    const id = await bringTo(state, team);
    const before = await viewConversation(team, id);
    for (const action of ACTIONS.filter((action) => !ALLOWED[action]?.includes(state))) {
      const answer = await team.ana.act(id, action, bodyOf(action, team));
      expect([action, typeOf(answer), answer.body.state]).toEqual([action, "409 conflict", state]);
    }
    expect(await viewConversation(team, id)).toEqual(before);
  });

  it.each(["active", "waiting", "wrap-up"] as const)(
    "says not-assigned-to-you to another agent while the conversation is %s, and changes nothing",
    async (state) => {
      const team = nextTeam();
      const id = await bringTo(state, team);
      const before = await viewConversation(team, id);
      for (const action of OWNER_ACTIONS.filter((action) => ALLOWED[action]?.includes(state))) {
        expect([action, typeOf(await team.ben.act(id, action, bodyOf(action, team)))]).toEqual([
          action,
          "403 not-assigned-to-you",
        ]);
      }
      expect(await viewConversation(team, id)).toEqual(before);
    },
  );

  it("lets no other agent transfer, accept or decline an offer", async () => {
    const team = nextTeam();
    const id = await bringTo("offered", team);
    expect(typeOf(await team.ben.act(id, "transfer", { agentId: team.ben.id }))).toBe("403 not-assigned-to-you");
    expect(typeOf(await team.ben.act(id, "accept"))).toBe("409 conflict");
    expect(typeOf(await team.ben.act(id, "decline"))).toBe("409 conflict");
  });

  it("lets no supervisor park, resume, release or finish an agent's conversation", async () => {
    const team = nextTeam();
    const id = await bringTo("active", team);
    expect(typeOf(await team.sofia.act(id, "park"))).toBe("403 not-assigned-to-you");
    expect(typeOf(await team.sofia.act(id, "release"))).toBe("403 not-assigned-to-you");
    await team.ana.act(id, "park");
    expect(typeOf(await team.sofia.act(id, "resume"))).toBe("403 not-assigned-to-you");
    await team.ana.act(id, "end");
    expect(typeOf(await team.sofia.act(id, "finish"))).toBe("403 not-assigned-to-you");
  });

  it("shows an agent of another queue nothing", async () => {
    const team = nextTeam();
    const id = await bringTo("queued", team);
    const cleo = team.colleague("cleo");
    expect(typeOf(await cleo.call(`conversations/${id}`))).toBe("403 not-assigned-to-you");
    expect(typeOf(await cleo.call(`conversations/${id}/messages`))).toBe("403 not-assigned-to-you");
    expect(typeOf(await cleo.call(`queues/${team.queueId}/work-items`))).toBe("403 not-a-queue-member");
    expect(typeOf(await cleo.act(id, "pick"))).toBe("403 not-a-queue-member");
    expect(typeOf(await cleo.act(id, "transfer", { queueId: "billing" }))).toBe("403 not-assigned-to-you");
  });

  it("gets a 404 when the conversation does not exist", async () => {
    const team = nextTeam();
    const unknown = "000000000000000000000000.1";
    expect(typeOf(await team.ana.call(`conversations/${unknown}`))).toBe("404 not-found");
    for (const action of ACTIONS) {
      expect([action, typeOf(await team.ana.act(unknown, action, bodyOf(action, team)))]).toEqual([
        action,
        "404 not-found",
      ]);
    }
  });

  it("names the lack of capacity when an agent picks or resumes", async () => {
    const team = nextTeam();
    await setCapacity(team, team.ana, 1);
    await team.ben.setPresence("away");
    const parked = await bringTo("waiting", team);
    await team.text("+14255550124", "Where is my order?"); // takes Ana's only unit
    await team.text("+14255550125", "When do you open?");
    const { body } = await team.ana.call(`queues/${team.queueId}/work-items`);
    expect(typeOf(await team.ana.act(parked, "resume"))).toBe("409 insufficient-capacity");
    expect(typeOf(await team.ana.act(body.items[0].id, "pick"))).toBe("409 insufficient-capacity");
  });
});
