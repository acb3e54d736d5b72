import { Select } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { bodyOf } from "../api/client.ts";
import { CHOSEN_PRESENCES, type ChosenPresence } from "../api/presences.ts";
import { ProblemBar } from "../api/problem-bar.tsx";
import { agentsQuery } from "../api/queries.ts";
import type { Agent } from "../api/types.ts";
import { useServices } from "../services/services.ts";
import { Table } from "../ui/table.tsx";

/** The agents; a supervisor may set their presences. */
export const AgentTable = () => {
  const t = useTranslations("board");
  const { api } = useServices();
  const { data: agents = [] } = useQuery(agentsQuery(api));
  return (
    <section>
      <h2>{t("agents")}</h2>
      <Table label={t("agents")} columns={[t("agent"), t("presence"), t("load")]}>
        {agents.map((agent) => (
          <AgentRow key={agent.id} agent={agent} />
        ))}
      </Table>
    </section>
  );
};

const AgentRow = ({ agent: { id, name, presence, load, capacity } }: { readonly agent: Agent }) => {
  const t = useTranslations("board");
  const presences = useTranslations("presence");
  const { api, queries } = useServices();
  const set = useMutation({
    mutationFn: (chosen: ChosenPresence) =>
      bodyOf(api.PUT("/agents/{id}/presence", { params: { path: { id } }, body: { presence: chosen } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["agents"] }),
  });
  return (
    <tr>
      <td>{name}</td>
      <td>
        <Select
          aria-label={t("setPresence", { name })}
          value={presence}
          onChange={(_, { value }) => set.mutate(value as ChosenPresence)}
        >
          {CHOSEN_PRESENCES.map((choice) => (
            <option key={choice} value={choice}>
              {presences(choice)}
            </option>
          ))}
          {presence === "inactive" && (
            <option value="inactive" disabled>
              {presences("inactive")}
            </option>
          )}
        </Select>
        <ProblemBar error={set.error} />
      </td>
      <td>{t("loadOf", { load, capacity })}</td>
    </tr>
  );
};
