import type { Verification } from "../../../shared/sms/provider.ts";

/** The service checks the sender only when a text goes out. */
export const acceptedCheck: Verification = {
  checks: [
    { ok: true, message: "Azure Communication Services accepts requests of this app." },
    { ok: true, message: "Not verified: whether the number belongs to the resource. Send a text to be sure." },
  ],
};

/** @param status - the HTTP status of the refused request. */
export const failedCheck = (status: number): Verification => ({ checks: [{ ok: false, message: messageOf(status) }] });

const messageOf = (status: number): string => {
  switch (status) {
    case 400:
      return "Azure Communication Services refuses this number as a sender: check that it was bought in this resource.";
    case 401:
    case 403:
      return "Azure Communication Services refuses this app: check its role on the resource, or the connection string.";
    case 404:
      return "There is no Azure Communication Services resource at this endpoint: check ACS_ENDPOINT.";
    default:
      return `Azure Communication Services returns status ${status}: try again later.`;
  }
};
