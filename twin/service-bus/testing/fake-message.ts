import type { Message, Properties } from "../queue/message.ts";

/** A message without an AMQP encoding, for tests of queues. */
export class FakeMessage implements Message {
  readonly id: string;
  readonly sessionId: string | undefined;
  readonly timeToLiveMs: number | undefined;
  readonly scheduledEnqueueAt: number | undefined;
  readonly properties: Properties;

  constructor(id: string, fields: Partial<Omit<FakeMessage, "id">> = {}) {
    this.id = id;
    this.sessionId = fields.sessionId;
    this.timeToLiveMs = fields.timeToLiveMs;
    this.scheduledEnqueueAt = fields.scheduledEnqueueAt;
    this.properties = fields.properties ?? new Map();
  }

  withProperties(added: Properties): FakeMessage {
    return new FakeMessage(this.id, { ...this, properties: new Map([...this.properties, ...added]) });
  }

  encode(): Buffer {
    return Buffer.from(this.id);
  }
}
