import type { OpenCounts, OpenPlace } from "../conversation/conversations.ts";
import type { Ports } from "../kernel/ports.ts";
import { RETRY, retryOnConflict } from "../kernel/retry-on-conflict.ts";
import type { SettingError } from "../settings/contradictions.ts";
import { type ReferringSettings, referencesTo } from "../settings/references.ts";
import type { RetirableKind, StoredSetting } from "../settings/settings.ts";

type RetirePorts = Pick<Ports, "settings" | "agents" | "conversations" | "providers" | "now">;

interface RetireSettingRequest<K extends RetirableKind> {
  readonly kind: K;
  readonly id: string;
  /** The version to retire; any version without it. */
  readonly etag: string | undefined;
}

/** Nothing is changed unless it is `retired`. */
export type RetiredSetting<K extends RetirableKind> =
  | { readonly kind: "retired"; readonly stored: StoredSetting<K> }
  /** Other settings, or agents, refer to it. */
  | { readonly kind: "in-use"; readonly references: readonly SettingError[] }
  /** It has open conversations, whether others refer to it or not. */
  | {
      readonly kind: "has-open-conversations";
      readonly openConversations: OpenCounts;
      readonly references: readonly SettingError[];
    }
  /** `stale`: the setting has another version. */
  | { readonly kind: "not-found" | "stale" };

/**
 * Retires a setting, which then no longer applies. A setting to which others refer is not retired, nor a queue or a channel
 * with open conversations. Retiring a retired setting changes nothing.
 *
 * @remarks Other processes may use the setting for up to `SNAPSHOT_SECONDS`.
 * @throws TransientError when a store is unavailable, or concurrent changes do not cease.
 */
export const retireSetting = <K extends RetirableKind>(
  ports: RetirePorts,
  { kind, id, etag }: RetireSettingRequest<K>,
): Promise<RetiredSetting<K>> =>
  retryOnConflict<RetiredSetting<K>>({ what: `setting ${kind}/${id}` }, async () => {
    const stored = await ports.settings.findWithRetired(kind, id);
    if (!stored) return { kind: "not-found" };
    if (etag !== undefined && stored.etag !== etag) return { kind: "stale" };
    if (stored.retiredAt !== undefined) return { kind: "retired", stored };
    const [references, openConversations] = await Promise.all([
      findReferences(ports, { kind, id }),
      countOpen(ports, { kind, id }),
    ]);
    if (Object.keys(openConversations).length > 0) {
      return { kind: "has-open-conversations", openConversations, references };
    }
    if (references.length > 0) return { kind: "in-use", references };
    const retired = await ports.settings.retire(kind, stored, ports.now());
    return retired === "stale" ? RETRY : { kind: "retired", stored: retired };
  });

interface SettingKey {
  readonly kind: RetirableKind;
  readonly id: string;
}

const findReferences = async (ports: RetirePorts, key: SettingKey): Promise<readonly SettingError[]> => {
  const [settings, members] = await Promise.all([
    readSettings(ports),
    key.kind === "queues" ? ports.agents.membersOf(key.id, { newest: true }) : [],
  ]);
  const memberships = members.map(({ id }) => ({ field: `agents.${id}.queueIds`, message: "refers to it" }));
  return [...referencesTo(key, settings), ...memberships];
};

/** Reads lists, because the snapshot may not show the latest changes. */
const readSettings = async ({ settings, providers }: RetirePorts): Promise<ReferringSettings> => {
  const [organisations, channels, queues, routingRules, operatingHours] = await Promise.all([
    settings.list("organisation"),
    settings.list("channels"),
    settings.list("queues"),
    settings.list("routing-rules"),
    settings.list("operating-hours"),
  ]);
  return { organisations, channels, queues, routingRules, operatingHours, providers: Object.keys(providers) };
};

const countOpen = async ({ conversations }: RetirePorts, { kind, id }: SettingKey): Promise<OpenCounts> => {
  const places: Partial<Record<RetirableKind, OpenPlace>> = { queues: { queueId: id }, channels: { channelId: id } };
  const place = places[kind];
  return place ? conversations.countOpen(place) : {};
};
