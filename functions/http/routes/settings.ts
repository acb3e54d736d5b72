import * as z from "zod";
import { settingIdSchema } from "../../../shared/kernel/ids.ts";
import { retireSetting } from "../../../shared/routing/retire-setting.ts";
import { saveSetting } from "../../../shared/settings/save-setting.ts";
import { type SettingChange, settingChangeSchema } from "../../../shared/settings/setting-change.ts";
import { SETTING_SCHEMAS, type SettingKind } from "../../../shared/settings/settings.ts";
import { found, ifMatchHeaders, showStored } from "../etag.ts";
import { invalid } from "../invalid.ts";
import { invalidField, problem } from "../problem.ts";
import { ADMINISTRATORS, ANY_ROLE, type Route, route } from "../route.ts";
import { settingView, settingViewSchema } from "../views/setting.ts";

const kindSchema = z.enum(Object.keys(SETTING_SCHEMAS) as [SettingKind, ...SettingKind[]]);
const params = z.object({ kind: kindSchema, id: settingIdSchema });

export const settingRoutes: readonly Route[] = [
  route(ANY_ROLE, {
    name: "list-settings",
    method: "GET",
    path: "settings/{kind}",
    summary: "Lists the settings of a kind",
    request: { params: params.pick({ kind: true }) },
    responses: { 200: z.object({ items: z.array(settingViewSchema) }) },
    problems: [],
    handle: async ({ params: { kind } }, { settings }) => ({
      status: 200,
      body: { items: (await settings.list(kind)).map((setting) => settingView(kind, setting)) },
    }),
  }),
  route(ANY_ROLE, {
    name: "get-setting",
    method: "GET",
    path: "settings/{kind}/{id}",
    summary: "Gets a setting, also a retired one",
    request: { params },
    responses: { 200: settingViewSchema },
    hasETag: true,
    problems: ["not-found"],
    handle: async ({ params: { kind, id } }, { settings }) => {
      const stored = await settings.findWithRetired(kind, id);
      return found(stored, (setting) => settingView(kind, setting, stored?.retiredAt));
    },
  }),
  route(ADMINISTRATORS, {
    name: "save-setting",
    method: "PUT",
    path: "settings/{kind}/{id}",
    summary: "Creates or replaces a setting, which must be consistent with the others",
    isAudited: true,
    request: { params, headers: ifMatchHeaders, body: z.record(z.string(), z.unknown()) },
    documentedBody: z.union(settingChangeSchema.options.map(({ shape }) => shape.setting)),
    responses: { 200: settingViewSchema },
    hasETag: true,
    problems: ["version-mismatch", "invalid"],
    handle: async ({ params: { kind, id }, headers, body }, ports) => {
      const change = settingChangeSchema.safeParse({ kind, setting: body });
      if (!change.success) return invalid(change.error);
      const { setting }: SettingChange = change.data;
      if (setting.id !== id) return invalidField("id", `must be "${id}", as in the path`);
      const saved = await saveSetting(ports, change.data, headers["if-match"]);
      switch (saved.kind) {
        case "saved":
          return showStored(saved.stored, (setting) => settingView(kind, setting));
        case "stale":
          return problem("version-mismatch");
        case "invalid":
          return problem("invalid", { errors: [...saved.errors] });
        default:
          return saved satisfies never;
      }
    },
  }),
  route(ADMINISTRATORS, {
    name: "retire-setting",
    method: "DELETE",
    path: "settings/{kind}/{id}",
    summary:
      "Retires a setting to which no other refers, a queue or channel only without open conversations; saving it undoes it",
    isAudited: true,
    request: { params: params.extend({ kind: kindSchema.exclude(["organisation"]) }), headers: ifMatchHeaders },
    responses: { 200: settingViewSchema },
    hasETag: true,
    problems: ["not-found", "version-mismatch", "in-use", "has-open-conversations"],
    handle: async ({ params: { kind, id }, headers }, ports) => {
      const retired = await retireSetting(ports, { kind, id, etag: headers["if-match"] });
      switch (retired.kind) {
        case "retired":
          return showStored(retired.stored, (setting) => settingView(kind, setting, retired.stored.retiredAt));
        case "stale":
          return problem("version-mismatch");
        case "not-found":
          return problem("not-found");
        case "in-use":
          return problem("in-use", { errors: [...retired.references] });
        case "has-open-conversations": {
          const { references, openConversations } = retired;
          return problem("has-open-conversations", {
            openConversations: { ...openConversations },
            ...(references.length > 0 && { errors: [...references] }),
          });
        }
        default:
          return retired satisfies never;
      }
    },
  }),
];
