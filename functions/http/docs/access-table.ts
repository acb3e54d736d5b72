import { type Role, roleSchema } from "../../../shared/kernel/caller.ts";
import type { Route } from "../route.ts";

const BEGIN = "<!-- access:begin -->";
const END = "<!-- access:end -->";

/** Lists in Markdown who may make which request. */
const accessTable = (routes: readonly Route[]): string => {
  const rows = routes.map((route) => [
    `\`${route.method} /${route.path}\``,
    route.summary,
    rolesText(route.roles),
    route.guard?.name ?? "",
  ]);
  const table = [["request", "what it does", "roles", "if the caller"], ["---", "---", "---", "---"], ...rows];
  const guards = new Map(routes.flatMap(({ guard }) => (guard ? [[guard.name, guard.allows] as const] : [])));
  return [
    ...table.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    ...[...guards].map(([name, allows]) => `- *${name}*: ${allows}`),
  ].join("\n");
};

const rolesText = (roles: "public" | readonly Role[]): string => {
  if (roles === "public") return "none needed";
  return roles.length === roleSchema.options.length ? "any" : roles.join(", ");
};

/**
 * Replaces what stands between the markers of the table.
 * @throws Error when the text has no such markers.
 */
export const withAccessTable = (markdown: string, routes: readonly Route[]): string => {
  const [before, rest] = markdown.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The text needs the lines ${BEGIN} and ${END}.`);
  return `${before}${BEGIN}\n${accessTable(routes)}\n${END}${after}`;
};
