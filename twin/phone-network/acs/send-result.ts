/** The service's result for one recipient. Source: azure-rest-api-specs, examples/SmsSend.json. */
export interface SendResult {
  readonly to: string;
  readonly messageId?: string;
  readonly httpStatusCode: number;
  readonly repeatabilityResult?: "accepted" | "rejected";
  readonly errorMessage?: string;
  readonly successful: boolean;
}

/** @param isRepeatable - whether the recipient has a repeatability id. */
export const accepted = (to: string, messageId: string, isRepeatable: boolean): SendResult => ({
  to,
  messageId,
  httpStatusCode: 202,
  ...(isRepeatable && { repeatabilityResult: "accepted" }),
  successful: true,
});

export const refused = (to: string, httpStatusCode: number, errorMessage: string): SendResult => ({
  to,
  httpStatusCode,
  errorMessage,
  successful: false,
});

/** A refusal for the repeatability members of the recipient. */
export const rejected = (to: string, errorMessage: string): SendResult => ({
  ...refused(to, 400, errorMessage),
  repeatabilityResult: "rejected",
});
