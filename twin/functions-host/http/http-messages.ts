/** An HTTP request to the host, with its whole body. */
export interface HostRequest {
  /** In upper case. */
  readonly method: string;
  readonly url: URL;
  /** By name in lower case; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An HTTP response of the host. */
export interface HostResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Uint8Array | string;
}

export const jsonResponse = (status: number, value: unknown): HostResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(value),
});

export const textResponse = (status: number, body: string): HostResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

/** The first query parameter with this name, in any case. */
export const queryParameter = (url: URL, name: string): string | undefined =>
  [...url.searchParams].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
