import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import rhea from "rhea";

/*
 * Typings for the part of rhea that a server needs, most of which rhea's own typings omit or declare as `any`. The rest
 * of the broker imports rhea from here.
 */

/** A value with its AMQP type. A value that was read is written with the same type. */
export interface Typed {
  readonly value: unknown;
  readonly descriptor?: Typed;
}

interface Reader {
  position: number;
  read(): Typed;
  read_constructor(): { readonly descriptor?: Typed };
  remaining(): number;
}

interface Writer {
  write(value: Typed): void;
  toBuffer(): Buffer;
}

interface Types {
  readonly Reader: new (bytes: Buffer) => Reader;
  readonly Writer: new () => Writer;
  wrap(value: unknown): Typed;
  wrap_array(items: readonly unknown[], typecode: number): Typed;
  wrap_int(value: number): Typed;
  wrap_list(items: readonly unknown[]): Typed;
  wrap_long(value: number | Buffer): Typed;
  wrap_map(value: object): Typed;
  wrap_symbol(value: string): Typed;
  wrap_timestamp(value: number): Typed;
  wrap_uint(value: number): Typed;
  wrap_ulong(value: number): Typed;
  wrap_uuid(value: Buffer): Typed;
  described(descriptor: Typed, value: Typed): Typed;
}

/** A delivery outcome for a disposition frame. */
export type Outcome = object;

interface Messages {
  encode(message: object): Buffer;
  accepted(): { described(): Outcome };
  rejected(fields: { error: AmqpError }): { described(): Outcome };
}

export interface AmqpError {
  readonly condition: string;
  readonly description: string;
}

export const types = rhea.types as unknown as Types;
export const messages = rhea.message as unknown as Messages;

export interface Connection extends EventEmitter {
  /** The open sessions, by the client's channel. */
  readonly remote_channel_map: Readonly<Record<number, Session>>;
  on_detach(frame: { readonly channel: number }): void;
  readonly socket: Socket;
  accept(socket: Socket): void;
  _register(): void;
  _write_frame(): void;
}

export interface Session extends EventEmitter {
  readonly connection: Connection;
  readonly outgoing: {
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    available(): number;
    /** Writes the pending transfers. */
    process(): void;
  };
  readonly links: Readonly<Record<string, Link>>;
  /** Writes a frame. */
  output(performative: object): void;
  create_link(name: string, kind: unknown, options: unknown): Link;
  on_transfer(frame: { readonly performative: { message_format?: number } }): void;
}

interface Terminus {
  readonly address?: string | undefined;
  readonly filter?: Readonly<Record<string, unknown>>;
}

export interface Link extends EventEmitter {
  readonly name: string;
  readonly connection: Connection;
  readonly session: Session;
  readonly source?: Terminus | null;
  readonly target?: Terminus | null;
  readonly snd_settle_mode: number | undefined;
  readonly rcv_settle_mode: number | undefined;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** `need_open` is true once, when the attach is due to be written. */
  readonly state: { need_open(): boolean };
  readonly local: {
    readonly attach: {
      snd_settle_mode?: number | undefined;
      rcv_settle_mode?: number | undefined;
      max_message_size?: number;
      properties?: Readonly<Record<string, unknown>>;
      /** Written by `set_source` and `set_target`. */
      source?: object | undefined;
      target?: object | undefined;
    };
  };
  set_source(source: Terminus): void;
  set_target(target: Terminus): void;
  attach(): void;
  open(): void;
  close(error?: AmqpError): void;
  is_open(): boolean;
  is_sender(): boolean;
}

/** The server's end of a link on which the client receives. */
export interface Sender extends Link {
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  _draining: boolean;
  _get_drain(): boolean;
  send(bytes: Buffer, tag: Buffer | undefined, format: number): Sent;
}

/** The server's end of a link on which the client sends. */
export type Receiver = Link;

/** A message sent to a client. */
export interface Sent {
  readonly tag: Buffer;
  /** The outcome that the client sent, with typed fields. */
  readonly remote_state?: { readonly value: readonly (Typed | undefined)[] };
  remote_settled: boolean;
  update(settled: boolean, outcome: Outcome): void;
}

/** A message that came from a client. */
interface Received {
  accept(): void;
  reject(error: AmqpError): void;
}

export interface SenderContext {
  readonly connection: Connection;
  readonly sender: Sender;
}

export interface ReceiverContext {
  readonly connection: Connection;
  readonly receiver: Receiver;
}

export interface MessageContext extends ReceiverContext {
  readonly delivery: Received;
  readonly message: Buffer;
  readonly format: number;
}

export interface DispositionContext extends SenderContext {
  readonly delivery: Sent;
}

/** A factory for each mechanism that is offered. */
interface SaslServerMechanisms {
  ANONYMOUS?: () => object;
  MSSBCBS?: (() => object) | undefined;
  enable_anonymous(): void;
}

export interface Container extends EventEmitter {
  readonly sasl_server_mechanisms: SaslServerMechanisms;
  create_connection(options: object): Connection;
}

export const newContainer = (id: string): Container => rhea.create_container({ id }) as unknown as Container;
