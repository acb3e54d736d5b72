import { ErrorResponse, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Tokens } from "../api/client.ts";
import { Unreachable } from "../api/problem.ts";
import type { ConsoleConfig } from "../api/types.ts";

/** Whether somebody is signed in. `ended`: the page waits for the same person to sign in again. */
export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "signed-in"; readonly personId: string; readonly name: string }
  | { readonly kind: "ended"; readonly personId: string; readonly name: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What a sign-in comes back to. */
interface ReturnState {
  readonly path: string;
}

/** The page that the identity provider returns to, as it is registered. */
const RETURN_PATH = "/console/";
const SIGNED_OUT_PATH = "/console/signed-out";

/** Signs a person in by OpenID Connect, and renews the tokens. No decision is based on what the tokens say: `GET /me` has the roles. */
export class Session implements Tokens {
  #state: SessionState = { kind: "starting" };
  #user: User | undefined;
  #manager: UserManager | undefined;
  readonly #listeners = new Set<() => void>();
  #waiting: (() => void)[] = [];
  /** The API refused this token, although it has not expired. */
  #refusedToken: string | undefined;
  #renewing: Promise<void> | undefined;

  get state(): SessionState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Restores the session, completes a sign-in that is under way, or leaves for the identity provider. */
  async start(): Promise<void> {
    try {
      const manager = makeManager(await loadConfig());
      this.#manager = manager;
      manager.events.addUserLoaded((user) => this.#signedIn(user));
      manager.events.addSilentRenewError((error) => {
        if (error instanceof ErrorResponse) this.#ended(); // else the next request tries it again
      });
      await this.#resume(manager);
    } catch (error) {
      this.#change({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #resume(manager: UserManager): Promise<void> {
    if (isReturn(location)) {
      const user = await manager.signinCallback();
      if (!user) return; // a window that only signs in again: its opener has the user, and closes it
      const { path } = (user.state ?? { path: RETURN_PATH }) as ReturnState;
      history.replaceState(null, "", path.startsWith(RETURN_PATH) ? path : RETURN_PATH);
      this.#signedIn(user);
      return;
    }
    const stored = await manager.getUser();
    if (stored) this.#signedIn(stored);
    else await manager.signinRedirect({ state: { path: location.pathname + location.search } satisfies ReturnState });
  }

  async current(signal: AbortSignal): Promise<string> {
    for (;;) {
      const token = this.#user?.expired === false ? this.#user.access_token : undefined;
      const isSignedIn = this.#state.kind === "signed-in";
      if (isSignedIn && token !== undefined && token !== this.#refusedToken) return token;
      await (isSignedIn ? this.#renew() : this.#signIn(signal));
    }
  }

  refused(token: string): void {
    this.#refusedToken = token;
  }

  /**
   * Renews the tokens; the session has ended when the identity provider refuses it.
   * @throws Unreachable when the identity provider cannot be reached.
   */
  #renew(): Promise<void> {
    this.#renewing ??= this.#requestRenewal().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #requestRenewal(): Promise<void> {
    try {
      const user = await this.#manager?.signinSilent();
      if (user) this.#signedIn(user);
      else this.#ended();
    } catch (error) {
      if (!(error instanceof ErrorResponse)) throw new Unreachable("The session cannot be renewed.", { cause: error });
      this.#ended();
    }
  }

  /** Opens a window for the person to sign in again. The page stays as it is. */
  async signInAgain(): Promise<void> {
    const user = await this.#manager?.signinPopup({ popupWindowFeatures: { width: 480, height: 640 } });
    if (user) this.#signedIn(user);
  }

  async signOut(): Promise<void> {
    await this.#manager?.signoutRedirect();
  }

  #signIn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }

  #signedIn(user: User): void {
    const { personId, name } = personOf(user);
    if ("personId" in this.#state && this.#state.personId !== personId) {
      // The page begins again: another person must neither see nor send what the first one wrote.
      location.replace(RETURN_PATH);
      return;
    }
    this.#user = user;
    const waiting = this.#waiting;
    this.#waiting = [];
    const isSame = this.#state.kind === "signed-in" && this.#state.personId === personId;
    if (!isSame) this.#change({ kind: "signed-in", personId, name });
    for (const resume of waiting) resume();
  }

  #ended(): void {
    if (this.#state.kind === "signed-in") this.#change({ ...this.#state, kind: "ended" });
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const personOf = ({ profile }: User): { personId: string; name: string } => ({
  personId: typeof profile.oid === "string" ? profile.oid : profile.sub,
  name: profile.name ?? profile.preferred_username ?? "",
});

const isReturn = ({ search }: Location): boolean => {
  const parameters = new URLSearchParams(search);
  return parameters.has("state") && (parameters.has("code") || parameters.has("error"));
};

const loadConfig = async (): Promise<ConsoleConfig> => {
  const response = await fetch("/api/console/config");
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title);
  return body;
};

const makeManager = ({ authority, clientId, scope }: ConsoleConfig): UserManager =>
  new UserManager({
    authority,
    client_id: clientId,
    scope,
    response_type: "code",
    redirect_uri: location.origin + RETURN_PATH,
    post_logout_redirect_uri: location.origin + SIGNED_OUT_PATH,
    loadUserInfo: false,
    monitorSession: false,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
  });
