/** No valid credentials, no credit, no permission, nothing at this address. Source: RFC 9110, 15.5. */
const SETUP_STATUSES: readonly number[] = [401, 402, 403, 404];

/** Whether a status is about the app's account or the address of the API, which an operator can correct. */
export const isSetupStatus = (status: number): boolean =>
  SETUP_STATUSES.includes(status) || (status >= 300 && status < 400);

/** Whether a provider could not process a request: a time-out (408), too many requests (429), or a server error. */
export const isUnavailableStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Whether a status is about the request itself, which would be refused again. */
export const isRefusalStatus = (status: number): boolean =>
  status >= 400 && status < 500 && !isSetupStatus(status) && !isUnavailableStatus(status);
