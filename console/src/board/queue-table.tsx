import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Link } from "wouter";
import { queueFiguresQuery, queuesQuery } from "../api/queries.ts";
import type { Queue } from "../api/types.ts";
import { useServices } from "../services/services.ts";
import { Table } from "../ui/table.tsx";
import { useDuration } from "../ui/times.ts";

export const QueueTable = () => {
  const t = useTranslations("board");
  const { api } = useServices();
  const { data: queues = [] } = useQuery(queuesQuery(api));
  const columns = [t("queue"), t("waiting"), t("longestWait"), t("offered"), t("active"), t("parked"), t("free")];
  return (
    <section>
      <h2>{t("queues")}</h2>
      <Table label={t("queues")} columns={columns}>
        {queues.map((queue) => (
          <QueueRow key={queue.id} queue={queue} />
        ))}
      </Table>
      <p>{t("freeHint")}</p>
    </section>
  );
};

const QueueRow = ({ queue: { id, name } }: { readonly queue: Queue }) => {
  const { api } = useServices();
  const duration = useDuration();
  const { data } = useQuery(queueFiguresQuery(api, id));
  const { queued = 0, offered = 0, active = 0, waiting = 0 } = data?.conversations ?? {};
  const wait = data?.longestWaitSeconds;
  return (
    <tr>
      <td>
        <Link href={`/inbox/queue:${id}`}>{name}</Link>
      </td>
      <td>{queued}</td>
      <td>{wait === undefined ? "–" : duration(wait * 1_000)}</td>
      <td>{offered}</td>
      <td>{active}</td>
      <td>{waiting}</td>
      <td>{data?.membersWithCapacity}</td>
    </tr>
  );
};
