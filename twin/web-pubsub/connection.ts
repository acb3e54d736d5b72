import { randomUUID } from "node:crypto";
import { type RawData, WebSocket } from "ws";
import * as z from "zod";
import { parseJson } from "../json-text.ts";
import type { Filtered } from "./filter.ts";
import type { ClientClaims } from "./tokens.ts";

/** The subprotocol in which clients get more than the bare data. */
export const JSON_SUBPROTOCOL = "json.webpubsub.azure.v1";

/** The content of a message. Source: "Azure Web PubSub supported JSON WebSocket subprotocol". */
export type Content =
  | { readonly dataType: "json"; readonly data: unknown }
  | { readonly dataType: "text"; readonly data: string };

/** A message to clients, and who sent it. */
export type Message = Content &
  (
    | { readonly from: "server" }
    | { readonly from: "group"; readonly group: string; readonly fromUserId: string | undefined }
  );

const ackId = z.int().min(0).optional();
const group = z.string().min(1);
const sendSchema = z.object({
  type: z.literal("sendToGroup"),
  group,
  ackId,
  dataType: z.enum(["json", "text"]).default("text"),
  data: z.unknown(),
});
type SendFrame = z.infer<typeof sendSchema>;
const frameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("joinGroup"), group, ackId }),
  z.object({ type: z.literal("leaveGroup"), group, ackId }),
  sendSchema,
]);
type Frame = z.infer<typeof frameSchema>;
type GroupFrame = Exclude<Frame, { readonly type: "ping" }>;

export interface ConnectionOptions {
  readonly hub: string;
  readonly claims: ClientClaims;
  /** Sends a client's message to the group, and to no other hub. */
  readonly toGroup: (group: string, message: Message) => void;
}

/** The connection of a client to a hub. */
export class Connection implements Filtered {
  readonly hub: string;
  readonly userId: string | undefined;
  readonly groups: Set<string>;
  readonly #id = randomUUID();
  readonly #socket: WebSocket;
  readonly #roles: readonly string[];
  readonly #toGroup: ConnectionOptions["toGroup"];

  constructor(socket: WebSocket, { hub, claims, toGroup }: ConnectionOptions) {
    this.hub = hub;
    this.userId = claims.userId;
    this.groups = new Set(claims.groups);
    this.#roles = claims.roles;
    this.#toGroup = toGroup;
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(data));
    this.#send({ type: "system", event: "connected", userId: this.userId, connectionId: this.#id });
  }

  /** Whether everything that was sent has left the process. */
  get isFlushed(): boolean {
    return this.#socket.bufferedAmount === 0;
  }

  deliver(message: Message): void {
    const bare = message.dataType === "json" ? JSON.stringify(message.data) : message.data;
    this.#socket.send(this.#speaksJson ? JSON.stringify({ type: "message", ...message }) : bare);
  }

  /** Closes the connection as the service does, with the reason in a last event. */
  close(reason: string): void {
    this.#send({ type: "system", event: "disconnected", message: reason });
    this.#socket.close(1008, reason);
  }

  /** Breaks the connection without closing it. */
  drop(): void {
    this.#socket.terminate();
  }

  get #speaksJson(): boolean {
    return this.#socket.protocol === JSON_SUBPROTOCOL;
  }

  /** Sends a frame of the subprotocol. A client without it gets none. */
  #send(frame: object): void {
    if (this.#speaksJson && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #receive(data: RawData): void {
    const frame = frameSchema.safeParse(parseJson(data.toString()));
    // Without the subprotocol, every frame is an event, and the twin has no event handlers.
    if (frame.success && this.#speaksJson) this.#handle(frame.data);
    else this.#socket.close(1003, "The twin does not support this frame.");
  }

  #handle(frame: Frame): void {
    if (frame.type === "ping") {
      this.#send({ type: "pong" });
      return;
    }
    const { type, group, ackId } = frame;
    const role = type === "sendToGroup" ? "webpubsub.sendToGroup" : "webpubsub.joinLeaveGroup";
    const success = this.#roles.includes(role) || this.#roles.includes(`${role}.${group}`);
    if (success) this.#act(frame);
    if (ackId === undefined) return;
    const error = { name: "Forbidden", message: `The client does not have the role ${role}.` };
    this.#send({ type: "ack", ackId, success, ...(!success && { error }) });
  }

  #act(frame: GroupFrame): void {
    const { type, group } = frame;
    if (type === "joinGroup") this.groups.add(group);
    else if (type === "leaveGroup") this.groups.delete(group);
    else this.#toGroup(group, { from: "group", group, fromUserId: this.userId, ...contentOf(frame) });
  }
}

const contentOf = ({ dataType, data }: Pick<SendFrame, "dataType" | "data">): Content =>
  dataType === "json" ? { dataType, data } : { dataType, data: String(data) };
