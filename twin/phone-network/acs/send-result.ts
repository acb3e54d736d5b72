/** What the service says of one recipient. Source: azure-rest-api-specs, examples/SmsSend.json. */
export interface SendResult {
  readonly to: string;
  readonly messageId?: string;
  readonly httpStatusCode: number;
  readonly repeatabilityResult?: "accepted" | "rejected";
  readonly errorMessage?: string;
  readonly successful: boolean;
}

/** @param repeatable - whether the recipient carried a repeatability id. */
export const accepted = (to: string, messageId: string, repeatable: boolean): SendResult => ({
  to,
  messageId,
  httpStatusCode: 202,
  ...(repeatable && { repeatabilityResult: "accepted" }),
  successful: true,
});

export const refused = (to: string, httpStatusCode: number, errorMessage: string): SendResult => ({
  to,
  httpStatusCode,
  errorMessage,
  successful: false,
});

/** A refusal on account of the repeatability fields. */
export const rejected = (to: string, errorMessage: string): SendResult => ({
  ...refused(to, 400, errorMessage),
  repeatabilityResult: "rejected",
});
