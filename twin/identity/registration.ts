/** The client id of the API that the access tokens are for. Arbitrary, but constant. */
const API_ID = "0d8f7b52-6f0e-4c43-8a6d-2d1b5f3f9e77";

/** The client id of the browser page that people sign in to. Arbitrary, but constant. */
const PAGE_ID = "b1a5c3de-7c0f-4f0b-9d43-6f2a8e5d7c21";

/** The scopes of OpenID Connect that the provider supports. */
const OPENID_SCOPES: readonly string[] = ["openid", "profile", "offline_access"];

/** The name of the API's scope, which the `scp` claim has. */
export const SCOPE_NAME = "access_as_user";

/** The registrations of an API, and of a page of the type single-page application that signs people in to use it. */
export class Registration {
  /** The client id of the API: the `aud` claim of access tokens. */
  readonly audience = API_ID;
  /** The client id of the page: the `aud` claim of ID tokens and the `azp` claim of access tokens. */
  readonly clientId = PAGE_ID;
  readonly #redirectUris = new Set<string>();

  constructor(redirectUris: readonly string[]) {
    for (const uri of redirectUris) this.addRedirectUri(uri);
  }

  /** @throws Error when the address is not an absolute URL of http or https, or has a fragment. */
  addRedirectUri(uri: string): void {
    const isWebAddress = URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
    if (!isWebAddress || uri.includes("#")) throw new Error(`${uri} cannot be a redirect URI`);
    this.#redirectUris.add(uri);
  }

  /** Compares exactly, like Entra ID: with scheme, port, path and case. */
  hasRedirectUri(uri: string): boolean {
    return this.#redirectUris.has(uri);
  }

  /** The API's scope as a client requests it. */
  get apiScope(): string {
    return `api://${this.audience}/${SCOPE_NAME}`;
  }

  /** All scopes that a page can request. */
  get scopes(): readonly string[] {
    return [...OPENID_SCOPES, this.apiScope];
  }
}
