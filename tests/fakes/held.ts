import { holderOf } from "../../shared/conversation/conversation.ts";
import type { Fakes } from "./fakes.ts";

/** One claim, as "conversation: agent, token". */
const claim = (id: string, agentId: string, token: string | undefined): string => `${id}: ${agentId}, ${token}`;

/** The claims that the holders of the conversations must have. */
export const claimsOfConversations = ({ conversations }: Pick<Fakes, "conversations">): readonly string[] =>
  conversations
    .all()
    .flatMap((conversation) => {
      const holder = holderOf(conversation);
      return holder === undefined ? [] : [claim(conversation.id, holder, conversation.claimToken)];
    })
    .toSorted();

/** The claims that agents have. */
export const claimsOfAgents = ({ agents }: Pick<Fakes, "agents">): readonly string[] =>
  agents
    .all()
    .flatMap(({ id, claims }) => Object.entries(claims).map(([held, { token }]) => claim(held, id, token)))
    .toSorted();

/** The agents whose load is not the sum of their claims, or exceeds their capacity. Tests expect none. */
export const wrongLoads = ({ agents }: Pick<Fakes, "agents">): readonly string[] =>
  agents
    .all()
    .filter(({ load, capacity, claims }) => {
      const sum = Object.values(claims).reduce((total, { units }) => total + units, 0);
      return load !== sum || load > capacity;
    })
    .map(({ id, load }) => `${id}: ${load}`);
