import { useQuery } from "@tanstack/react-query";
import { agentsQuery, channelsQuery, queuesQuery } from "../api/queries.ts";
import { useServices } from "../services/services.ts";

/** Finds the name that belongs to an id; the id stands for a name that is not known. */
type NameOf = (id: string) => string;

const namesIn =
  (items: readonly { readonly id: string; readonly name: string }[] = []): NameOf =>
  (id) =>
    items.find((item) => item.id === id)?.name ?? id;

export const useAgentNames = (): NameOf => namesIn(useQuery(agentsQuery(useServices().api)).data);
export const useChannelNames = (): NameOf => namesIn(useQuery(channelsQuery(useServices().api)).data);
export const useQueueNames = (): NameOf => namesIn(useQuery(queuesQuery(useServices().api)).data);
