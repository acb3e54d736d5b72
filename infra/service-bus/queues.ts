/**
 * The queues, as the deployment makes them. `sessions`: messages of one session are handed over one at a time, in order.
 */
export const QUEUES = {
  "provider-events": { sessions: false, duplicateWindowSeconds: 0, lockSeconds: 60, maxDeliveries: 10 },
  "work-items": { sessions: false, duplicateWindowSeconds: 600, lockSeconds: 60, maxDeliveries: 10 },
  dispatch: { sessions: true, duplicateWindowSeconds: 0, lockSeconds: 60, maxDeliveries: 10 },
  "outbound-sms": { sessions: true, duplicateWindowSeconds: 600, lockSeconds: 300, maxDeliveries: 10 },
} as const;
export type QueueName = keyof typeof QUEUES;
